"""The kinds of notice there are. Each slice registers its own, with the words, from its `notices.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Words:
    """A notice as it is read: a title, some paragraphs, what the way on is called, and quoted words of a member."""

    title: str
    lines: tuple[str, ...] = ()
    quote: str = ""
    way_on: str = ""


type Wording = Callable[[dict[str, Any]], Words]

_wordings: dict[str, Wording] = {}


def kind(name: str) -> Callable[[Wording], Wording]:
    """Register the wording of a kind, named as its event (`noun.past_participle`)."""

    def register(function: Wording) -> Wording:
        if name in _wordings:
            raise ValueError(f"{name} has its words already")
        _wordings[name] = function
        return function

    return register


def names() -> list[str]:
    return sorted(_wordings)


def words(name: str, params: dict[str, Any]) -> Words:
    """The words of a notice in the active language. KeyError for a kind nobody registered."""
    return _wordings[name](params)
