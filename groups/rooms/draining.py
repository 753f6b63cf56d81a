"""When the server is told to stop: a chance to say goodbye to every socket before the server drops them.

Daphne drops sockets without a close frame, uvicorn with one but no word of when to come back. The house says both.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

FLUSH_FOR = 0.5  # seconds that what was said has to leave the process
GLANCE = 0.02


def before_shutdown(say_goodbye: Callable[[], None], unsent: Callable[[], int]) -> None:
    """Have `say_goodbye` called on the running loop when its server stops. Call it on the loop, in the main thread.

    `unsent` is how many bytes have not left yet; where the server would not wait for them, we do, for a moment.
    """
    loop = asyncio.get_running_loop()
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is not None and reactor.running and getattr(reactor, "_asyncioEventloop", None) is loop:
        _before_reactor_stops(reactor, say_goodbye, unsent)
    elif threading.current_thread() is threading.main_thread():
        _before_handler(signal.SIGTERM, loop, say_goodbye)


def _before_reactor_stops(reactor: Any, say_goodbye: Callable[[], None], unsent: Callable[[], int]) -> None:
    from twisted.internet.defer import Deferred

    def go() -> Any:
        say_goodbye()
        return Deferred.fromFuture(asyncio.ensure_future(_flushed(unsent)))

    reactor.addSystemEventTrigger("before", "shutdown", go)


async def _flushed(unsent: Callable[[], int]) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + FLUSH_FOR
    await asyncio.sleep(GLANCE)
    while unsent() and loop.time() < until:
        await asyncio.sleep(GLANCE)


def _before_handler(number: signal.Signals, loop: asyncio.AbstractEventLoop, say_goodbye: Callable[[], None]) -> None:
    """Come before the handler a server has installed. Where none is, the process just ends, and so do we."""
    installed = signal.getsignal(number)
    if not callable(installed):
        return

    def both(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(say_goodbye)
        installed(number, frame)

    signal.signal(number, both)
