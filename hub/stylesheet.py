"""Which stylesheets there are, in which order, and the one file that pages link.

`fanlight.css` is the parts one after another, kept in the repository so that nothing is built to run the hub.
After changing a part: `python -m hub.stylesheet`. A test fails while the two are out of step.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "hub" / "css"
WHOLE = "fanlight.css"

# Layers decide who wins, not this order; it is the order of reading. tokens.css is first because it names the layers.
PARTS = (
    "tokens.css",
    "reset.css",
    "base.css",
    "layout.css",
    "components/glass.css",
    "components/lintel.css",
    "components/nav.css",
    "components/foot.css",
    "components/button.css",
    "components/panel.css",
    "components/note.css",
    "components/tag.css",
    "components/picture.css",
    "components/next.css",
    "components/banner.css",
    "components/rows.css",
    "components/field.css",
    "components/choice.css",
    "components/details.css",
    "components/paths.css",
    "components/facts.css",
    "components/table.css",
    "components/clause.css",
    "components/contact.css",
    "components/empty.css",
    "components/toast.css",
    "components/dialog.css",
    "components/room.css",
    "components/line.css",
    "components/cover.css",
    "components/composer.css",
    "components/people.css",
    "components/steps.css",
    "components/needs.css",
    "prefs.css",
    "print.css",
)


def whole() -> str:
    """The parts in order, without comments and indentation: those are for the people who read the parts."""
    parts = (re.sub(r"/\*.*?\*/", "", (FOLDER / name).read_text(encoding="utf-8"), flags=re.DOTALL) for name in PARTS)
    lines = (line.strip() for part in parts for line in part.splitlines())
    return "\n".join(["/* Written by hub/stylesheet.py from the parts beside it. */", *filter(None, lines), ""])


if __name__ == "__main__":
    (FOLDER / WHOLE).write_text(whole(), encoding="utf-8")
