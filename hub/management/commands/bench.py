"""`manage.py bench NAME`: what the hub costs, beside a floor in the same run. The benches are in tests/bench/."""

import argparse
import importlib
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

BENCHES = {"rooms": "many sockets in one room, beside bare websockets and stock Channels consumers"}


class Command(BaseCommand):
    help = "Measure what the hub costs, beside a floor in the same run."
    # A bench builds a hub of its own; the one configured here is neither needed nor touched.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
        for name, what in BENCHES.items():
            bench = names.add_parser(name, help=what)
            bench.add_argument("--json", action="store_true", help="one JSON object a line, one line a figure")
            load(name).add_arguments(bench)

    def handle(self, *args: Any, **options: Any) -> None:
        status = load(options["name"]).run(argparse.Namespace(**options))
        if status:
            raise CommandError("a target was missed; the lines above say which", returncode=status)


def load(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"tests.bench.{name}")
    except ModuleNotFoundError as missing:
        raise CommandError(
            f"A bench runs from a checkout with what the tests need installed: no {missing.name}."
        ) from None
