"""Lays down the code a new hub begins with, from first_code.json. Later versions are written by the hub's people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils import timezone

FIRST_CODE = Path(__file__).with_name("first_code.json")


def lay_down(code_version: Any, clause: Any, clause_text: Any) -> None:
    """Make version 1 unless there is one. Takes the models, because a migration knows them only as they were then."""
    if code_version.objects.exists():
        return
    version = code_version.objects.create(number=1, published_at=timezone.now())
    for number, entry in enumerate(json.loads(FIRST_CODE.read_text(encoding="utf-8")), start=1):
        row = clause.objects.create(version=version, number=number, key=entry["key"])
        clause_text.objects.bulk_create(
            clause_text(clause=row, language=language, **words) for language, words in entry["texts"].items()
        )
