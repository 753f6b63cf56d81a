"""Pieces of the room page, rendered once for each language and audience. The page itself uses the same partials."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.template.loader import get_template
from django.utils.translation import get_language

from groups.rooms import reading
from groups.rooms.models import Message, Room
from groups.rooms.presence import Here

_INDENT = re.compile(r"\n\s+")  # sent to everyone in the room: no need to send how the template is laid out


def upserts(rows: list[Message], room: Room) -> list[dict[str, Any]]:
    context = {"room": room, "base": room.get_absolute_url()}
    return [
        {
            "id": row.pk,
            "seq": row.seq,
            "revision": row.revision,
            "html": _render("message", {**context, "message": row}),
        }
        for row in rows
    ]


def panels(room: Room, *, leads: bool) -> dict[str, str]:
    """The panels beside the talk, by name. What only facilitators may see is made only for them."""
    base = room.get_absolute_url()
    made = {
        "state": _render("state", {"room": room, "base": base, "leads": leads}),
        "pinned": _render("pinned", {"room": room, "base": base, "pins": reading.pins(room)}),
    }
    if leads:
        made["needs-you"] = _render("needs-you", {"base": base, **reading.needs_you(room)})
    return made


def people(count: int, here: list[Here]) -> str:
    return _render("people", {"count": count, "people": here})


def _render(partial: str, context: dict[str, Any]) -> str:
    html = str(_template(partial).render({**context, "LANGUAGE_CODE": get_language()}))
    return _INDENT.sub("\n", html).strip()


@cache
def _template(partial: str) -> Any:
    return get_template(f"rooms/room.html#{partial}")
