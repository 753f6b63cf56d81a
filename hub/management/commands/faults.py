"""`manage.py faults`: bring about every fault, on SQLite and on PostgreSQL with Redis. They are in tests/faults/."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Bring about every fault on real servers, at full length, and say whether each promise held."
    # The faults happen to hubs of their own; the one configured here is neither needed nor touched.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line, one line a fault")
        parser.add_argument("--on", choices=("both", "sqlite", "servers"), default="both", help="on which set-up")
        parser.add_argument("-k", dest="only", default="", help="only faults whose name matches, as pytest reads it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from tests.faults import running
        except ModuleNotFoundError as missing:
            raise CommandError(
                f"The faults run from a checkout with what the tests need installed: no {missing.name}."
            ) from None
        if options["json"]:
            os.environ["HUB_FAULTS_JSON"] = "1"
        status = running.run(on=options["on"], only=options["only"], out=sys.stdout)
        if status:
            raise CommandError("a promise was not kept; the lines above say which", returncode=status)
