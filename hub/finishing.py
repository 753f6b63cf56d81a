"""When the server is told to stop, what is under way is finished first.

Daphne would cut requests off in the middle. The threads that work on them then wait for a loop that is gone, and the
process never ends. uvicorn waits by itself.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

FINISH_FOR = 10.0  # seconds
GLANCE = 0.02

type Application = Callable[[Any, Any, Any], Awaitable[None]]


class Finishing:
    """An ASGI application whose answers are given to the end, also while the server stops."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.running: set[asyncio.Future[None]] = set()
        self.stopping = False
        self.asked: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        loop = asyncio.get_running_loop()
        if self.asked is not loop:
            self.asked = loop
            before_reactor_stops(self._finish)
        task = asyncio.ensure_future(self.application(scope, receive, send))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not self.stopping:  # the visitor has gone
                task.cancel()
            raise

    def _finish(self) -> Awaitable[None]:
        self.stopping = True
        return until(lambda: not self.running, seconds=FINISH_FOR)


def before_reactor_stops(finish: Callable[[], Awaitable[None]]) -> bool:
    """Where Twisted's reactor drives the running loop, have it wait for `finish()` before it stops. False elsewhere.

    `finish` is called before the server lets go of anything; what it returns is awaited afterwards.
    """
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is None or not reactor.running:
        return False
    if getattr(reactor, "_asyncioEventloop", None) is not asyncio.get_running_loop():
        return False
    from twisted.internet.defer import Deferred

    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromFuture(asyncio.ensure_future(finish())))
    return True


async def until(done: Callable[[], bool], *, seconds: float) -> None:
    """Let the loop turn until it is done, or the time is over."""
    loop = asyncio.get_running_loop()
    last = loop.time() + seconds
    await asyncio.sleep(GLANCE)
    while not done() and loop.time() < last:
        await asyncio.sleep(GLANCE)
