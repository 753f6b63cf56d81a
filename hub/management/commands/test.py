"""`manage.py test`: everything after it goes to pytest. What a run consists of is in tests/run.py."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Run the tests on SQLite, then on PostgreSQL and Redis. Arguments go to pytest; --on chooses one pass."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Takes the arguments as they are: they are pytest's, not ours to parse."""
        if {"-h", "--help"} & set(argv[2:3]):
            return super().run_from_argv(argv)
        from tests import run

        try:
            sys.exit(run.main(argv[2:]))
        except KeyboardInterrupt:
            sys.exit(130)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("arguments", nargs="*", help="for pytest: paths, -k, -x, ...")
