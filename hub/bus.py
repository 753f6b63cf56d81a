"""Telling other processes: "room 12 is at revision 407". Never words, never names.

A lost or doubled telling can lose nothing: whoever listens compares revisions with the database every two seconds.
With Redis a telling is one synchronous PUBLISH, so it works from a page worker, the background worker and a shell
alike. Without Redis there is one process, and a telling is a call onto the loop that serves its sockets.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import transaction

logger = logging.getLogger("hub.bus")

CHANNEL = "fanlight.told"
TIMEOUT = 0.25  # seconds a telling may take; posting must not wait for Redis
BREAK_FOR = 5.0  # seconds without a try after a failure

type Listener = Callable[[str, int, int], None]

_client: redis.Redis | None = None
_client_lock = threading.Lock()
_broken_until = 0.0
_local: list[tuple[asyncio.AbstractEventLoop, Listener]] = []


def tell(kind: str, thing_id: int, revision: int) -> None:
    """Tell, once the transaction under way is committed, that this thing has reached a revision."""
    transaction.on_commit(lambda: tell_now(kind, thing_id, revision))


def tell_now(kind: str, thing_id: int, revision: int) -> None:
    if settings.REDIS_URL:
        _publish(f"{kind} {thing_id} {revision}")
    else:
        for loop, listener in list(_local):
            if not loop.is_closed():
                loop.call_soon_threadsafe(listener, kind, thing_id, revision)


def listen_here(loop: asyncio.AbstractEventLoop, listener: Listener) -> None:
    """Hear tellings of this process on this loop. Used where there is no Redis."""
    _local.append((loop, listener))


def stop_listening_here(listener: Listener) -> None:
    _local[:] = [(loop, other) for loop, other in _local if other is not listener]


def parse(payload: bytes) -> tuple[str, int, int] | None:
    """(kind, id, revision) of a telling; None for anything else that somebody put on the channel."""
    parts = payload.decode("ascii", "replace").split(" ")
    if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):
        return None
    return parts[0], int(parts[1]), int(parts[2])


def is_reachable() -> bool:
    """Whether Redis answers now. True where none is used."""
    if not settings.REDIS_URL:
        return True
    try:
        return bool(_connection().ping())
    except redis.RedisError:
        return False


def _publish(line: str) -> None:
    global _broken_until
    if time.monotonic() < _broken_until:
        return
    try:
        _connection().publish(CHANNEL, line)
    except redis.RedisError as problem:
        _broken_until = time.monotonic() + BREAK_FOR
        logger.warning("Redis cannot be told (%s); rooms go on by comparing.", type(problem).__name__)


def _connection() -> redis.Redis:
    global _client
    with _client_lock:
        if _client is None:
            _client = redis.Redis.from_url(
                settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=None
            )
        return _client
