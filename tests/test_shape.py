"""The shape of the tree that ARCHITECTURE.md decides and that no other tool looks after."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    *("hub", "groups", "forum", "journal", "moderation", "accessibility", "locale", "templates", "tests"),
    *(".ci", "docs", "deploy"),
}
BANNED = {"core", "common", "utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "misc"}
# Where a physical side is meant: the same in every writing direction. Each with the reason in the file itself.
PHYSICAL_SIDES_ALLOWED = set()

pytestmark = pytest.mark.once


def tracked(*patterns):
    """Files git knows or would take in; in a tree without git, everything that is not hidden or under var/."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = [path for pattern in patterns or ["*"] for path in ROOT.rglob(pattern) if path.is_file()]
    return [path for path in found if path.relative_to(ROOT).parts[0] in FOLDERS or path.parent == ROOT]


def named(path):
    return str(path.relative_to(ROOT))


def product_modules():
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] != "tests"]


def hits(paths, pattern):
    """`file:line: text` of every match."""
    return [
        f"{named(path)}:{text.count(chr(10), 0, match.start()) + 1}: {match[0].strip()}"
        for path in paths
        for text in [path.read_text(encoding="utf-8")]
        for match in re.finditer(pattern, text)
    ]


def test_the_listing_of_the_top_tells_what_the_hub_does():
    assert {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT} <= FOLDERS


def test_no_file_pins_the_python_of_everybody():
    assert not (ROOT / ".python-version").exists()


def test_names_say_what_is_inside():
    modules = [path.relative_to(ROOT).with_suffix("") for path in tracked("*.py")]
    assert len(modules) > 20
    assert [str(module) for module in modules if BANNED & set(module.parts)] == []


def imports(path):
    """(module, name) of everything a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def calls(path):
    """The dotted name of everything a module calls."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_one_module_makes_html_of_what_people_write():
    sanitising = {
        named(path) for path in product_modules() if any(m.split(".")[0] == "bleach" for m, _ in imports(path))
    }
    trusting = {
        named(path)
        for path in product_modules()
        if {"mark_safe", "SafeString", "SafeText"} & {called.rpartition(".")[2] for called in calls(path)}
    }
    assert sanitising == {"hub/richtext.py"}
    assert trusting == {"hub/richtext.py"}
    assert hits(tracked("templates/*.html"), r"\|\s*safe\b|{%\s*autoescape\s+off") == []


def test_nothing_happens_behind_anybodys_back():
    receiving = [
        named(path)
        for path in product_modules()
        if any(module.startswith("django.db.models.signals") or name == "receiver" for module, name in imports(path))
    ]
    assert receiving == []


def markup():
    return tracked("templates/*.html")


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"(?i)\sstyle\s*=", id="style attributes"),
        pytest.param(r"(?i)<style\b", id="style elements"),
        pytest.param(r"(?i)<[^>]*\son[a-z]+\s*=", id="event attributes"),
        pytest.param(r"(?i)<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")[^>]*>", id="inline scripts"),
        pytest.param(r"(?i)hx-on\b|hx-vals\s*=\s*[\"']js:|hx-trigger\s*=\s*[\"'][^\"']*\[", id="htmx that evaluates"),
        pytest.param(r"(?i)href\s*=\s*[\"']javascript:", id="javascript addresses"),
        pytest.param(r"(?i)\b(?:src|srcset)\s*=\s*[\"'](?:https?:)?//", id="files from another host"),
    ],
)
def test_templates_hold_nothing_the_browser_would_refuse(pattern):
    assert len(markup()) > 10
    assert hits(markup(), pattern) == []


def test_templates_stay_small():
    long = {named(path): length for path in markup() if (length := len(path.read_text().splitlines())) > 160}
    assert long == {}


PHYSICAL = (
    r"(?m)(?:^|(?<=[;{]))[ \t]*"
    r"(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:[^;]*"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def test_style_sheets_know_no_left_and_right():
    sheets = [path for path in tracked("*.css") if named(path) not in PHYSICAL_SIDES_ALLOWED]
    assert sheets
    assert hits(sheets, PHYSICAL) == []


def test_the_pattern_for_sides_finds_them(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    sheet = tmp_path / "one.css"
    sheet.write_text("a {\n  margin-left: 1px;\n  margin-inline-start: 1px;\n  text-align: right;\n  right: 0;\n}\n")
    assert [hit.split(": ", 1)[1] for hit in hits([sheet], PHYSICAL)] == [
        "margin-left: 1px",
        "text-align: right",
        "right: 0",
    ]


def test_nothing_is_loaded_from_another_host():
    assert hits(tracked("*.css"), r"(?i)(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//") == []
    scripts = tracked("hub/static/*.js")
    assert hits(scripts, r"""(?:from|import)\s*\(?\s*["']https?://|\beval\(|new Function\(""") == []
