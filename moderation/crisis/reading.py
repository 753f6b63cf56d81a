"""Which help is shown to whom: by country, then language, then how sure we are. No database, no session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import pgettext

from moderation.crisis.dialling import Piece, telephone
from moderation.crisis.lines import (
    CERTAINTIES,
    CrisisLine,
    all_lines,
    country_names,
    emergency_numbers,
    language_names,
)

ELSEWHERE = "ZZ"  # "my country is not in the list"
AT_MOST_ELSEWHERE = 6  # lines of other countries shown where a country has none

# Lists of lines kept by others for the whole world.
WORLD = (
    ("Find A Helpline", "https://findahelpline.com/"),
    ("Befrienders Worldwide", "https://befrienders.org/"),
)


class Shown(NamedTuple):
    """A line with the words that depend on who reads it."""

    line: CrisisLine
    languages: str
    country: str = ""  # only for a line of another country: its number is not made a link, for it may be another's here


class Choice(NamedTuple):
    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Help:
    country: str
    country_name: str
    emergency: str  # as printed, or "" where we are not certain
    emergency_href: str
    lines: list[Shown]
    elsewhere: list[Shown]  # lines in the reader's language in other countries; only where `lines` is empty

    @property
    def first_to_call(self) -> tuple[CrisisLine, Piece] | None:
        return _first([(shown.line, shown.line.telephone) for shown in self.lines])

    @property
    def first_to_text(self) -> tuple[CrisisLine, Piece] | None:
        return _first([(shown.line, shown.line.message) for shown in self.lines])


def help_for(*, country: str, wanted: str, language: str) -> Help:
    """Help in a country for someone who wants `wanted` spoken, told in `language`, one of the hub's languages."""
    mine = sorted(
        (line for line in all_lines() if line.country == country),
        key=lambda line: (not _speaks(line, wanted), CERTAINTIES.index(line.certainty)),
    )
    others = [] if mine else _from_abroad(wanted)
    emergency = emergency_numbers().get(country, "")
    countries = country_names(language)
    return Help(
        country=country,
        country_name=countries.get(country, ""),
        emergency=emergency,
        emergency_href=telephone(emergency)[0].href if emergency else "",
        lines=[Shown(line, _spoken(line, language)) for line in mine],
        elsewhere=[Shown(line, _spoken(line, language), countries[line.country]) for line in others],
    )


def country_choices(language: str, chosen: str) -> list[Choice]:
    """Every country we know something about, by name, and the way to say that mine is not in the list."""
    names = country_names(language)
    known = {line.country for line in all_lines()} | set(emergency_numbers()) | ({chosen} & set(names))
    choices = [Choice(code, names[code], code == chosen) for code in known]
    last = Choice(ELSEWHERE, pgettext("crisis", "Another country"), chosen == ELSEWHERE)
    return [*sorted(choices, key=lambda choice: choice.name.casefold()), last]


def language_choices(language: str, chosen: str) -> list[Choice]:
    choices = [Choice(code, name, code == chosen) for code, name in language_names(language).items()]
    return sorted(choices, key=lambda choice: choice.name.casefold())


def is_country(code: str) -> bool:
    return code == ELSEWHERE or code in country_names("en")


def is_language(code: str) -> bool:
    return code in language_names("en")


def _speaks(line: CrisisLine, wanted: str) -> bool:
    return wanted in line.languages


def _from_abroad(wanted: str) -> list[CrisisLine]:
    """Lines of other countries in a language: those with a page first, for pages are reached from everywhere."""
    speaking = [line for line in all_lines() if _speaks(line, wanted) and not line.is_doubtful]
    speaking.sort(key=lambda line: (not line.chat_url, CERTAINTIES.index(line.certainty)))
    return speaking[:AT_MOST_ELSEWHERE]


def _spoken(line: CrisisLine, language: str) -> str:
    names = {
        **language_names(language),
        "interpreter": pgettext("crisis", "with an interpreter"),
        "sign language": pgettext("crisis", "sign language"),
    }
    # What is neither a language nor one of these says that there are others.
    spoken = [names.get(code) or pgettext("crisis", "other languages") for code in line.languages]
    return pgettext("crisis", ", ").join(spoken)


def _first(lines: list[tuple[CrisisLine, list[Piece]]]) -> tuple[CrisisLine, Piece] | None:
    """The first line with a number a phone can follow."""
    for line, pieces in lines:
        for piece in pieces:
            if piece.href:
                return line, piece
    return None
