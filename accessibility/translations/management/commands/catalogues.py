"""Collecting and compiling from the command line. How it is done belongs in translations/catalogues.py."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Collect the sentences of the pages for translators (needs GNU gettext), or compile what they translated."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--compile", action="store_true", help="make the .mo files that pages read from the .po files"
        )

    def handle(self, *args: Any, compile: bool, **options: Any) -> None:
        try:
            from accessibility.translations import catalogues
        except ModuleNotFoundError as problem:
            raise CommandError(f"{problem.name} is missing here: it comes with the development packages.") from problem
        root = Path(settings.BASE_DIR)
        if compile:
            for language in catalogues.languages():
                path = catalogues.path_of(language, root=root).with_suffix(".mo")
                path.write_bytes(catalogues.compiled(catalogues.read(language, root=root)))
                self.stdout.write(f"{path.relative_to(root)} is made.")
            return
        if missing := catalogues.missing_tools():
            raise CommandError(f"GNU gettext is not installed here ({', '.join(missing)}). Compiling works without it.")
        for language, catalogue in catalogues.collect(root=root).items():
            changed = catalogues.write(catalogue, catalogues.path_of(language, root=root))
            self.stdout.write(
                f"{language}: {len(catalogue)} sentences, {len(catalogue.untranslated_entries())} to translate, "
                f"{len(catalogue.fuzzy_entries())} to look at again, {'written' if changed else 'nothing new'}."
            )
