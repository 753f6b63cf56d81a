"""One open socket, seen from the feed: what it may hear, what it has heard, and a bound on what waits for it."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from groups.rooms import wires
from groups.rooms.wires import Frame, Send

type Key = tuple[str, str]  # (language, audience)

WAITING_MAX = 200  # frames that may wait for one socket
UNSENT_MAX = 256 * 1024  # bytes that may wait for one socket, here or in the server, before a frame more
STALLED_FOR = 10.0  # seconds without a byte taken, while catching up
LINGER = 2.0  # seconds a socket has to take its goodbye
GLANCE = 0.02

RESTARTING = 1012  # the server goes down; it said when to come back
AGAIN = 1013  # something here did not work; come back
SLOW = 4008  # come back and catch up
SIGNED_OUT = 4401
NOT_A_MEMBER = 4403


class Listener:
    """Frames go out in order. A socket whose reader stops is closed, never buffered without bound."""

    __slots__ = (
        "__weakref__",
        "audience",
        "behind",
        "caught_up",
        "closing",
        "doors_revision",
        "goal",
        "language",
        "member_id",
        "revision",
        "room_id",
        "send",
        "session_key",
        "straight",
        "task",
        "unsent",
        "waiting",
    )

    def __init__(
        self,
        *,
        send: Send,
        room_id: int,
        member_id: int,
        session_key: str,
        language: str,
        audience: str,
        doors_revision: int,
    ) -> None:
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
        self.waiting: deque[Frame] = deque()
        self.behind = 0  # characters waiting
        self.task: asyncio.Task[None] | None = None
        self.unsent = wires.unsent_by(send)
        self.straight = wires.straight_to(send)

    @property
    def key(self) -> Key:
        return self.language, self.audience

    def push(self, frame: Frame, revision: int) -> None:
        """Send now, or queue behind what is under way. Called on the loop; never waits."""
        if self.closing:
            return
        self.revision = max(self.revision, revision)
        if not self.caught_up or self.task is not None:
            if len(self.waiting) >= WAITING_MAX or self.behind > UNSENT_MAX:
                self.close(SLOW)
                return
            self.waiting.append(frame)
            self.behind += len(frame.text)
        else:
            self._start(frame)

    async def send_in_turn(self, frame: Frame, revision: int) -> None:
        """Send while catching up, waiting for a slow reader; live frames queue meanwhile."""
        while self.task is not None and not self.closing:
            await asyncio.wait([self.task])
        await self._taken()
        if self.closing:
            return
        if not self._at_once(frame):
            await self.send({"type": "websocket.send", "text": frame.text})
        self.revision = max(self.revision, revision)

    async def _taken(self) -> None:
        """Wait until the reader has taken most of what was sent, as long as it goes on taking."""
        held, since = self.unsent(), time.monotonic()
        while held > UNSENT_MAX and not self.closing:
            await asyncio.sleep(GLANCE)
            before, held = held, self.unsent()
            if held < before:
                since = time.monotonic()
            elif time.monotonic() - since > STALLED_FOR:
                self.close(SLOW)

    def change_audience(self, audience: str, frame: Frame) -> None:
        """From now on hear what this part of the room hears."""
        self.audience = audience
        self.push(frame, 0)

    def release(self) -> None:
        """What was missed has been sent; what came meanwhile follows."""
        self.caught_up = True
        self._next()

    def close(self, code: int, last: str = "") -> None:
        """Say goodbye with a code, and a last frame before it; nothing is sent after it."""
        if self.closing:
            return
        self.closing = True
        self.waiting.clear()
        if self.task is not None:
            self.task.cancel()
        loop = asyncio.get_running_loop()
        self.task = asyncio.Task(self._close(code, last), loop=loop, eager_start=True)
        # A reader that has stopped would keep the goodbye waiting, and its socket and memory with it, for ever.
        loop.call_later(LINGER, wires.abort, self.send)

    async def _close(self, code: int, last: str) -> None:
        try:
            if last:
                await self.send({"type": "websocket.send", "text": last})
            await wires.close(self.send, code)
        except Exception:  # the other side is gone already, in whatever way its server puts it
            return

    def _start(self, frame: Frame) -> None:
        if self.unsent() > UNSENT_MAX:
            self.close(SLOW)
            return
        if self._at_once(frame):
            return
        # An eager task runs to its first wait at once. Most sends never wait, so that most cost no turn of the loop.
        task = asyncio.Task(self._send(frame), loop=asyncio.get_running_loop(), eager_start=True)
        if not task.done():
            self.task = task
            task.add_done_callback(self._sent)

    def _at_once(self, frame: Frame) -> bool:
        """Hand the frame to the server's own end of the socket. False: it has to go ASGI's way, which may wait."""
        sent = self.straight(frame) if self.straight is not None else None
        if sent is False:  # not open any more; its disconnect event follows
            self.closing = True
        return sent is not None

    async def _send(self, frame: Frame) -> None:
        try:
            await self.send({"type": "websocket.send", "text": frame.text})
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
            frame = self.waiting.popleft()
            self.behind -= len(frame.text)
            self._start(frame)
