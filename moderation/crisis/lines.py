"""The lines people can reach, from the committed tables. How they are chosen and shown belongs in reading.py.

Tables, not rows of the database: they must be there when the database is not. They are read once for each process.
A line is "checked" only when somebody of this hub dialled it and wrote the day into lines.csv.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from moderation.crisis.dialling import Piece, message, telephone

HERE = Path(__file__).parent
CERTAINTIES = ("high", "medium", "low")


@dataclass(frozen=True)
class CrisisLine:
    """One way to reach help now. `phone` and `sms` are kept exactly as the service prints them."""

    country: str
    name: str
    phone: str
    sms: str
    chat_url: str
    hours: str
    languages: tuple[str, ...]
    certainty: str
    checked_on: date | None

    @property
    def telephone(self) -> list[Piece]:
        return telephone(self.phone)

    @property
    def message(self) -> list[Piece]:
        return message(self.sms)

    @property
    def is_day_and_night(self) -> bool:
        return self.hours == "24/7"

    @property
    def hours_found(self) -> str:
        """The hours without the remark that somebody has to look again; that is `hours_are_doubtful`."""
        return "" if self.hours == "check" else self.hours.removeprefix("check ").removesuffix("(check)").strip()

    @property
    def hours_are_doubtful(self) -> bool:
        return "check" in self.hours

    @property
    def is_doubtful(self) -> bool:
        return self.certainty == "low"


@cache
def all_lines() -> tuple[CrisisLine, ...]:
    """Every line of lines.csv, in its order. Raises ValueError for a table that cannot be right."""
    with (HERE / "lines.csv").open(encoding="utf-8", newline="") as table:
        return tuple(_line(row) for row in csv.DictReader(table))


def _line(row: dict[str, str]) -> CrisisLine:
    if row["certainty"] not in CERTAINTIES:
        raise ValueError(f"{row['name']}: certainty is {row['certainty']!r}")
    if not row["chat_url"].startswith("https://") and row["chat_url"]:
        raise ValueError(f"{row['name']}: the chat address must begin with https://")
    if bool(row["checked_on"]) != bool(row["checked_by"]):
        raise ValueError(f"{row['name']}: a check needs both a day and a person")
    return CrisisLine(
        country=row["country_code"],
        name=row["name"],
        phone=row["phone"],
        sms=row["sms"],
        chat_url=row["chat_url"],
        hours=row["hours"],
        languages=tuple(row["languages"].split(";")),
        certainty=row["certainty"],
        checked_on=date.fromisoformat(row["checked_on"]) if row["checked_on"] else None,
    )


@cache
def emergency_numbers() -> dict[str, str]:
    """Country to the number for an ambulance. A country we are not certain of is not in it."""
    with (HERE / "emergency.csv").open(encoding="utf-8", newline="") as table:
        return {row["country_code"]: row["number"] for row in csv.DictReader(table)}


@cache
def _names() -> dict[str, dict[str, dict[str, str]]]:
    names: dict[str, dict[str, dict[str, str]]] = json.loads((HERE / "names.json").read_text(encoding="utf-8"))
    return names


def country_names(language: str) -> dict[str, str]:
    """Code to name of every country, in this language of the hub (English where it has no table)."""
    return _names().get(language, _names()["en"])["countries"]


def language_names(language: str) -> dict[str, str]:
    """Code to name of every language that a line answers in."""
    return _names().get(language, _names()["en"])["languages"]
