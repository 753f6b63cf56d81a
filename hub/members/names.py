"""What somebody may be called here, and what they type to come in: one name, however it was typed."""

from __future__ import annotations

import re
import unicodedata

from hub.typed import clean_name

WORDS = re.compile(r"[^\W\d_]+")


def username_of(typed: str) -> str:
    """The same for every way of typing a name: capitals, full-width letters, spaces too many."""
    return unicodedata.normalize("NFKC", clean_name(typed)).casefold()


def mixes_scripts(name: str) -> bool:
    """Whether letters of different scripts stand in one word, as in a name made to look like somebody else's."""
    words = WORDS.findall(unicodedata.normalize("NFKC", name))
    return any(len({_script(letter) for letter in word} - {"MODIFIER"}) > 1 for word in words)


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "?").split()[0]
    return "CJK" if first in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO") else first
