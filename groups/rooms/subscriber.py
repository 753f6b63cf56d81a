"""The one subscriber of a process: hears tellings from Redis, or from this process where there is no Redis."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hub import bus, events

logger = logging.getLogger("groups.rooms")


async def subscribe(heard: Callable[[int, int], None], compare_soon: Callable[[], None]) -> None:
    """Hand every telling about a room to `heard`, for ever. After a silence that may have lost some, compare."""
    if not settings.REDIS_URL:
        bus.listen_here(asyncio.get_running_loop(), lambda kind, pk, revision: _hand_on((kind, pk, revision), heard))
        return
    while True:
        try:
            await _hear(heard, compare_soon)
        except (RedisError, OSError) as problem:
            logger.warning("Redis cannot be heard (%s); rooms go on by comparing.", type(problem).__name__)
        await asyncio.sleep(0.3 + random.random())


async def _hear(heard: Callable[[int, int], None], compare_soon: Callable[[], None]) -> None:
    # Without this, redis-py ends a silent subscription after five seconds.
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=2, health_check_interval=15)
    async with client, client.pubsub() as channel:
        await channel.subscribe(bus.CHANNEL)
        compare_soon()
        async for event in channel.listen():
            if event["type"] == "message":
                _hand_on(bus.parse(event["data"]), heard)


def _hand_on(telling: tuple[str, int, int] | None, heard: Callable[[int, int], None]) -> None:
    if telling is not None and telling[0] == events.ROOM:
        heard(telling[1], telling[2])
