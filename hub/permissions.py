"""The one door to every rule: `can`, `require` and, in templates, `{% if_can %}`.

Slices keep their lines of the rulebook in their `rules.py` and register them from there. A rule is a function of
(member, thing) that answers None when it is allowed, and otherwise the sentence the person will read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise

type Sentence = str | Promise
type Rule = Callable[[Any, Any], Sentence | None]

_rules: dict[str, Rule] = {}


class Refused(Exception):
    """Not allowed, with the sentence for the person. `state` tells programs why (`not_allowed`, `paused`)."""

    def __init__(self, sentence: Sentence, state: str = "not_allowed") -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.state = state


def rule(verb: str) -> Callable[[Rule], Rule]:
    """Register the one rule for a verb, named `noun.verb`."""

    def register(function: Rule) -> Rule:
        if verb in _rules:
            raise ValueError(f"{verb} has a rule already")
        _rules[verb] = function
        return function

    return register


def verbs() -> list[str]:
    return sorted(_rules)


def why_not(member: Any, verb: str, thing: Any) -> Sentence | None:
    """None when allowed, else the sentence. An unknown verb is a mistake in the code: KeyError."""
    return _rules[verb](member, thing)


def can(member: Any, verb: str, thing: Any) -> bool:
    return why_not(member, verb, thing) is None


def require(member: Any, verb: str, thing: Any) -> None:
    """Raise Refused, with the sentence for the person, unless the rulebook allows it."""
    sentence = why_not(member, verb, thing)
    if sentence is not None:
        raise Refused(sentence)
