"""What the tools say about the whole tree. Each is configured in pyproject.toml."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("style")]


def says(tool, *arguments):
    command = [str(Path(sys.executable).with_name(tool)), *map(str, arguments)]
    environment = os.environ | {"HUB_MODE": "test", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


@pytest.mark.parametrize("arguments", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_has_nothing_to_say(arguments):
    code, said = says("ruff", *arguments)
    assert code == 0, said


def test_types_hold_outside_the_tests():
    code, said = says("mypy")
    assert code == 0, said


def test_templates_are_indented_as_djhtml_does():
    code, said = says("djhtml", "--check", "--tabwidth", "2", *sorted((ROOT / "templates").rglob("*.html")))
    assert code == 0, said


def test_nobody_imports_upwards():
    code, said = says("lint-imports", "--no-cache")
    assert code == 0, said
