"""The feed's socket. A doorman and nothing else: lets in, hands over to the feed, and hears only "still here"."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from django.conf import settings

from groups.rooms import doorman
from groups.rooms.house import House, house_here
from groups.rooms.listeners import Listener
from groups.rooms.wires import Frame, Send

FRAME_MAX = 64 * 1024  # characters; some servers let far more through
INBOUND_MAX = 1024  # characters in one inbound frame
UNREADABLE_MAX = 20  # frames that make no sense, before the socket is closed
UNREADABLE = Frame(json.dumps({"op": "unreadable"}))
POLICY = 1008
TOO_BIG = 1009

type Receive = Callable[[], Awaitable[dict[str, Any]]]


async def room_feed(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """`GET /rooms/<slug>/feed/?after=<revision>`, upgraded. A door that stays shut answers 403 to the handshake."""
    await receive()
    house = house_here()
    after = doorman.after(scope)
    admitted = None
    jar = doorman.cookies(scope)
    session_key = jar.get(settings.SESSION_COOKIE_NAME, "")
    if after is not None and doorman.comes_from_here(scope):
        slug = scope["url_route"]["kwargs"]["slug"]
        language = jar.get(settings.LANGUAGE_COOKIE_NAME, "")
        admitted = await house.knock(doorman.Knock(session_key, slug, language))
    if admitted is None or after is None:
        await send({"type": "websocket.close", "code": 4403})
        return
    await send({"type": "websocket.accept"})
    listener = Listener(
        send=send,
        room_id=admitted.room_id,
        member_id=admitted.member_id,
        session_key=session_key,
        language=admitted.language,
        audience=admitted.audience,
        doors_revision=admitted.doors_revision,
    )
    house.join(listener, after)
    try:
        await _hear(receive, listener, house)
    finally:
        house.leave(listener)


async def nowhere(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Every other address: the same closed door."""
    await receive()
    await send({"type": "websocket.close", "code": 4403})


async def _hear(receive: Receive, listener: Listener, house: House) -> None:
    """Until the socket is gone. Nothing is ever posted here; what makes no sense is answered, not trusted."""
    unreadable = 0
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        if len(event.get("text") or event.get("bytes") or "") > FRAME_MAX:
            listener.close(TOO_BIG)
            continue
        if is_still_here(event.get("text")):
            house.arrivals.add((listener.room_id, listener.member_id))
            continue
        unreadable += 1
        if unreadable > UNREADABLE_MAX:
            listener.close(POLICY)
        else:
            listener.push(UNREADABLE, 0)


def is_still_here(text: str | None) -> bool:
    """Whether an inbound frame is `{"op": "here"}`. Survives anything."""
    if not text or len(text) > INBOUND_MAX:
        return False
    try:
        frame = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return isinstance(frame, dict) and frame.get("op") == "here"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
