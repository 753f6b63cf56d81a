"""The cast: who lives in the demo community, and in the tests. Everybody's password is known; see DemoMark."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "a-warm-welcome"


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    roles: tuple[str, ...]
    pane: str
    glass: str
    language: str = "en"
    said: str = ""  # one line about them, for the list the demo prints


CAST = (
    Person("bea", "Bea", ("newcomer",), "kite", "glow", said="newcomer"),
    Person("noor", "Noor", ("participant",), "wave", "dusk", said="participant, reads Arabic too"),
    Person("kwame", "Kwame", ("participant",), "hill", "rose", said="participant"),
    Person("mina", "Mina", ("participant",), "moon", "sky", said="participant"),
    Person("ife", "Ife", ("participant",), "star", "moss", said="participant"),
    Person("tomasz", "Tomasz", ("alumnus", "mentor"), "boat", "sky", said="alumnus and mentor"),
    Person("hana", "Hana", ("facilitator",), "bell", "sea", said="facilitator"),
    Person("idris", "Idris", ("facilitator", "greeter"), "sun", "moss", said="second facilitator and greeter"),
    Person("chidi", "Chidi", ("moderator",), "leaf", "sea", said="moderator"),
    Person("dora", "Dora", ("moderator",), "steps", "rose", said="second moderator"),
    Person("sol", "Sol", ("supervisor",), "sun", "glow", said="supervisor"),
    Person("eero", "Eero", ("steward",), "hill", "sky", said="steward"),
    Person("lin", "Lin", ("translator",), "leaf", "dusk", said="translator"),
    Person("maya", "Maya", ("family",), "boat", "rose", said="family"),
    Person("gwen", "Gwen", (), "kite", "sky", said="the outsider: a member of no room"),
)
