"""Writing the lists of exact packages, with hashes, from pyproject.toml. Installing them belongs in bootstrap.py."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub import interpreters

ROOT = Path(__file__).resolve().parents[3]
# Each list, and the groups of pyproject.toml it holds besides what the hub itself needs.
LISTS: dict[str, tuple[str, ...]] = {"requirements.lock": (), "requirements-dev.lock": ("dev", "browser")}


def wanted(pyproject: Path) -> str:
    """A digest of everything in pyproject.toml that decides what the lists hold."""
    read = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    project = read["project"]
    deciding = [project["requires-python"], project["dependencies"], read["dependency-groups"], read["tool"]["uv"]]
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()


class Command(BaseCommand):
    help = "Write requirements*.lock from pyproject.toml: exact versions with hashes, for every system."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")

    def handle(self, *args: Any, upgrade: bool, **options: Any) -> None:
        uv = interpreters.find_uv(str(ROOT / ".python"))
        if not uv:
            raise CommandError("uv is not installed here and could not be fetched.")
        extra = ["--upgrade"] if upgrade else []
        for name, groups in LISTS.items():
            chosen = [part for group in groups for part in ("--group", group)]
            if groups:
                chosen += ["--constraints", "requirements.lock"]  # the same versions wherever both lists name one
            self._write(name, [uv, "pip", "compile", "pyproject.toml", *chosen, *extra])
        with tempfile.NamedTemporaryFile("w", suffix=".in") as wish:
            wish.write("uv\n")
            wish.flush()
            self._write("requirements-uv.lock", [uv, "pip", "compile", wish.name, *extra])

    def _write(self, name: str, command: list[str]) -> None:
        command += ["--universal", "--python-version", "3.12", "--generate-hashes", "--no-header", "--no-annotate"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--quiet", "--output-file", name]
        done = subprocess.run(command, cwd=ROOT, env=interpreters.clean_environment(), capture_output=True, text=True)
        if done.returncode:
            raise CommandError(done.stderr.strip())
        path = ROOT / name
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("#", "--"))]
        top = [
            "# Made from pyproject.toml by `python3 manage.py lock`. Not to be edited.",
            f"# pyproject: {wanted(ROOT / 'pyproject.toml')}",
        ]
        path.write_text("\n".join([*top, *lines]) + "\n", encoding="utf-8")
        self.stdout.write(f"{name}: {sum(1 for line in lines if not line.startswith(' '))} packages")
