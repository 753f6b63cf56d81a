"""`manage.py shots`: a picture of every main page, to be looked at. What is taken is in tests/shots.py."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Write a screenshot of every main page into var/shots/ (390 and 1280 wide; light, dark, Arabic)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", default="", help="pages whose name contains this")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        from tests import shots

        folder = settings.BASE_DIR / "var" / "shots"
        shots.take(folder, only=options["only"], say=self.stdout.write, as_json=options["json"])
