"""The lists of exact packages belong to pyproject.toml and to no machine in particular."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hub.management.commands import lock

ROOT = Path(__file__).resolve().parent.parent
NAMES = [*lock.LISTS, "requirements-uv.lock"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.once


def pinned(name):
    """{package: set of versions} of one list; a package may have another version on another system."""
    found = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([\w.-]+)==(\S+)", line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_list_was_made_from_the_pyproject_of_today(name):
    said = re.search(r"^# pyproject: (\w+)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert said, "no digest in the list"
    assert said[1] == lock.wanted(ROOT / "pyproject.toml"), "run python3 manage.py lock"


@pytest.mark.parametrize(("name", "groups"), lock.LISTS.items())
def test_a_list_holds_what_pyproject_asks_for(name, groups):
    have = pinned(name)
    asked = [*PYPROJECT["project"]["dependencies"]]
    asked += [line for group in groups for line in PYPROJECT["dependency-groups"][group]]
    for requirement in map(Requirement, asked):
        versions = have.get(canonicalize_name(requirement.name), set())
        assert any(requirement.specifier.contains(version) for version in versions), str(requirement)


def test_developers_test_what_people_run():
    developers = pinned("requirements-dev.lock")
    assert {name: developers.get(name) for name in pinned("requirements.lock")} == pinned("requirements.lock")


@pytest.mark.parametrize("name", NAMES)
def test_every_package_has_a_hash_and_none_an_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|--extra| @ |/home|/root", text)
    for entry in re.split(r"\n(?=[\w])", text)[1:]:
        assert "--hash=sha256:" in entry, entry
