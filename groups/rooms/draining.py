"""When the server is told to stop: a chance to say goodbye to every socket before the server drops them.

Daphne drops sockets without a close frame, uvicorn with one but no word of when to come back. The house says both.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType

from hub.finishing import before_reactor_stops, until

FLUSH_FOR = 0.5  # seconds that what was said has to leave the process


def before_shutdown(say_goodbye: Callable[[], None], unsent: Callable[[], int]) -> None:
    """Have `say_goodbye` called on the running loop when its server stops. Call it on the loop.

    `unsent` is how many bytes have not left yet; where the server would not wait for them, we do, for a moment.
    """

    def finish() -> Awaitable[None]:
        say_goodbye()
        return until(lambda: not unsent(), seconds=FLUSH_FOR)

    if not before_reactor_stops(finish) and threading.current_thread() is threading.main_thread():
        _before_handler(signal.SIGTERM, asyncio.get_running_loop(), say_goodbye)


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
