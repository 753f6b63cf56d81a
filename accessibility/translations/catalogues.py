"""The software's own words: collecting them from the sources, and making what pages read from what was translated.

Words of the community (clauses, help lines, the directory) are rows and never pass through here. Needs polib, which
only developers and translators have: what pages read is committed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import polib  # type: ignore[import-untyped]
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages
from django.utils.translation import to_locale

SOURCE = "en"  # the language of the sentences in the sources: it has no catalogue
FOLDERS = ("accessibility", "forum", "groups", "hub", "journal", "moderation", "templates")
SUFFIXES = (".html", ".py", ".txt")
TOOLS = ("xgettext", "msguniq", "msgmerge", "msgattrib")  # GNU gettext

STATE = "X-State"
UNREAD = "needs a native reader"  # until one has read it through and changes this line
HEADER = """Fanlight's own words. The same word for the same thing: locale/GLOSSARY.md.
Collect with `python3 manage.py catalogues`; after translating, `python3 manage.py catalogues --compile`."""


class _OnlyHere(makemessages.Command):
    """Django's collector, writing into the folder it is started in and nowhere else."""

    settings_available = False


def languages() -> list[str]:
    """Every language of the pages that is not the one the sources are written in."""
    return [code for code, _ in settings.LANGUAGES if code != SOURCE]


def path_of(language: str, *, root: Path) -> Path:
    """The catalogue that translators edit. What is made from it stands beside it and ends in .mo."""
    return root / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def read(language: str, *, root: Path) -> polib.POFile:
    return polib.pofile(str(path_of(language, root=root)), wrapwidth=0)


def collect(*, root: Path) -> dict[str, polib.POFile]:
    """Each language's catalogue as the sources ask for it now, with everything that is translated already.

    Writes nothing under `root`, not even for a moment: the sources are copied first, because collecting leaves
    files beside them. A sentence that was changed keeps its old translation, marked fuzzy, which pages do not show.
    Not for threads: the process stands in another folder meanwhile.
    """
    with tempfile.TemporaryDirectory(prefix="catalogues-") as name:
        copy = Path(name)
        for path in _sources(root):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, copy / path)
        (copy / "locale").mkdir()
        for language in languages():
            if path_of(language, root=root).exists():
                path_of(language, root=copy).parent.mkdir(parents=True)
                shutil.copyfile(path_of(language, root=root), path_of(language, root=copy))
        with chdir(copy):
            call_command(
                _OnlyHere(),
                locale=[to_locale(language) for language in languages()],
                no_location=True,  # line numbers would change with every edit
                no_obsolete=True,
                no_wrap=True,
                verbosity=0,
            )
        return {language: _settled(read(language, root=copy), language) for language in languages()}


def write(catalogue: polib.POFile, path: Path) -> bool:
    """Whether anything was different and is now written."""
    text = str(catalogue).rstrip("\n") + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def compiled(catalogue: polib.POFile) -> bytes:
    """What pages read: the translated sentences only, none that is fuzzy. The same bytes for the same catalogue."""
    made: bytes = catalogue.to_binary()
    return made


def _sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root)


def _settled(catalogue: polib.POFile, language: str) -> polib.POFile:
    """With a head that says nothing about when and where it was collected, so that nothing changes for nothing."""
    found = catalogue.metadata
    catalogue.header = HEADER
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata = {
        "Project-Id-Version": "Fanlight",
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": found["Plural-Forms"],
        STATE: found.get(STATE, UNREAD),
    }
    return catalogue
