"""One open socket, seen from the feed: what it may hear, what it has heard, and a bound on what waits for it."""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Key = tuple[str, str]  # (language, audience)

WAITING_MAX = 200  # frames that may wait for one socket
UNSENT_MAX = 256 * 1024  # bytes a server may hold for one socket

AGAIN = 1013  # something here did not work; come back
SLOW = 4008  # come back and catch up
SIGNED_OUT = 4401
NOT_A_MEMBER = 4403


class Listener:
    """Frames go out in order. A socket whose reader stops is closed, never buffered without bound."""

    __slots__ = (
        "__weakref__", "audience", "caught_up", "closing", "doors_revision", "goal", "language", "member_id", "revision",
        "room_id", "send", "session_key", "task", "unsent", "waiting",
    )  # fmt: skip

    def __init__(
        self, *, send: Send, room_id: int, member_id: int, session_key: str, language: str, audience: str,
        doors_revision: int,
    ) -> None:  # fmt: skip
        self.send = send
        self.room_id = room_id
        self.member_id = member_id
        self.session_key = session_key
        self.language = language
        self.audience = audience
        self.doors_revision = doors_revision  # of the room, when this socket was let in
        self.revision = 0  # everything up to here was handed over
        self.goal = 0  # catching up ends here; what is later comes live
        self.caught_up = False
        self.closing = False
        self.waiting: deque[str] = deque()
        self.task: asyncio.Task[None] | None = None
        self.unsent = unsent_by(send)

    @property
    def key(self) -> Key:
        return self.language, self.audience

    def push(self, frame: str, revision: int) -> None:
        """Send now, or queue behind what is under way. Called on the loop; never waits."""
        if self.closing:
            return
        self.revision = max(self.revision, revision)
        if not self.caught_up or self.task is not None:
            self.waiting.append(frame)
            if len(self.waiting) > WAITING_MAX:
                self.close(SLOW)
        else:
            self._start(frame)

    async def send_in_turn(self, frame: str, revision: int) -> None:
        """Send while catching up, waiting for a slow reader; live frames queue meanwhile."""
        while self.task is not None:
            await asyncio.wait([self.task])
        if not self.closing:
            await self.send({"type": "websocket.send", "text": frame})
            self.revision = max(self.revision, revision)
            self._check()

    def change_audience(self, audience: str, frame: str) -> None:
        """From now on hear what this part of the room hears."""
        self.audience = audience
        self.push(frame, 0)

    def release(self) -> None:
        """What was missed has been sent; what came meanwhile follows."""
        self.caught_up = True
        self._next()

    def close(self, code: int) -> None:
        """Say goodbye with a code; nothing is sent after it."""
        if self.closing:
            return
        self.closing = True
        self.waiting.clear()
        if self.task is not None:
            self.task.cancel()
        loop = asyncio.get_running_loop()
        self.task = asyncio.Task(self._close(code), loop=loop, eager_start=True)

    async def _close(self, code: int) -> None:
        try:
            await self.send({"type": "websocket.close", "code": code})
        except Exception:  # the other side is gone already, in whatever way its server puts it
            return

    def _start(self, frame: str) -> None:
        # An eager task runs to its first wait at once. Most sends never wait, so that most cost no turn of the loop.
        task = asyncio.Task(self._send(frame), loop=asyncio.get_running_loop(), eager_start=True)
        if task.done():
            self._check()
        else:
            self.task = task
            task.add_done_callback(self._sent)

    async def _send(self, frame: str) -> None:
        try:
            await self.send({"type": "websocket.send", "text": frame})
        except asyncio.CancelledError:
            raise
        except Exception:  # the socket broke; its disconnect event follows
            self.closing = True

    def _sent(self, task: asyncio.Task[None]) -> None:
        if self.task is task:
            self.task = None
            self._next()

    def _next(self) -> None:
        while self.waiting and self.task is None and not self.closing:
            self._start(self.waiting.popleft())

    def _check(self) -> None:
        if self.unsent() > UNSENT_MAX:
            self.close(SLOW)


def unsent_by(send: Send) -> Callable[[], int]:
    """How many bytes the server holds back for the socket behind `send`.

    Daphne's send never waits, so its outgoing buffer must be looked at. Other servers wait in send; there it is 0.
    """
    protocol = send.args[0] if isinstance(send, functools.partial) and send.args else None
    if not hasattr(protocol, "transport"):
        return lambda: 0

    def unsent() -> int:
        transport = protocol.transport
        return len(getattr(transport, "dataBuffer", b"")) + int(getattr(transport, "_tempDataLen", 0))

    return unsent
