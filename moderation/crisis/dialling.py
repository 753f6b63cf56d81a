"""From a number as its service prints it to links a phone can follow. Which numbers there are belongs in lines.py.

The printed words are never changed: the pieces, joined, are the string that came in. A piece becomes a link only where
its whole form is understood; anything else stays text, because a wrong number is worse than one to type by hand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Digits in groups, "116 123" or "0800-300-8355", perhaps after a plus; or a code that begins with a star, "*4141".
_NUMBER = r"(?:\+?[0-9]+(?:[ -][0-9]+)*|\*[0-9]+(?:[*#][0-9]+)*#?)"
# A number may follow the language it answers in, "ar 09 2525 0113", and go before its hours, "(08-20)".
_TELEPHONE = re.compile(rf"(?P<before>(?:[a-z]{{2}} )?)(?P<number>{_NUMBER})(?P<after>(?: \([0-9]{{2}}-[0-9]{{2}}\))?)")
# A short number may follow the word to send to it, "HOME to 741741".
_MESSAGE = re.compile(rf"(?P<before>(?:[A-Z]+ to )?)(?P<number>{_NUMBER})(?P<after>)")
_BETWEEN = re.compile(r"(;[ ]*)")
LONGEST = 15  # digits in any telephone number of the world (E.164)
SHORTEST = 2


class Piece(NamedTuple):
    """Words as printed, and the address a phone understands, or "" where they are only words."""

    words: str
    href: str = ""

    @property
    def is_between(self) -> bool:
        """Sets two numbers apart. A new line begins after it: words must not slip beside another number."""
        return bool(_BETWEEN.fullmatch(self.words))


def telephone(printed: str) -> list[Piece]:
    """The pieces of a `phone` field: several numbers may stand in it, set apart by semicolons."""
    return _pieces(printed, "tel", _TELEPHONE)


def message(printed: str) -> list[Piece]:
    """The pieces of an `sms` field. The word to send stays text: phones differ in how they fill it in."""
    return _pieces(printed, "sms", _MESSAGE)


def _pieces(printed: str, scheme: str, form: re.Pattern[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for part in _BETWEEN.split(printed):
        found = form.fullmatch(part)
        number = found["number"] if found else ""
        if found and SHORTEST <= sum(character.isdigit() for character in number) <= LONGEST:
            href = f"{scheme}:{re.sub('[ -]', '', number).replace('#', '%23')}"
            pieces += [Piece(found["before"]), Piece(number, href), Piece(found["after"])]
        else:
            pieces.append(Piece(part))
    return [piece for piece in pieces if piece.words]
