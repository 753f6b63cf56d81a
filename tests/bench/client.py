"""Many sockets in one cheap process: connects them, notes when each message reached each of them, reconnects them.

`python -m tests.bench.client COOKIES.json`. Takes orders on its input and answers on its output, one JSON object a
line; the orders are the methods `do_...` of `Crowd`. Sending is somebody else's work: see `poster`.
"""

import asyncio
import json
import random
import sys
import time
from array import array
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import uvloop

from tests.bench import frames, measure

TENTHS_OF_MS = 100_000  # nanoseconds in the buckets that latencies are counted in


class Listener(asyncio.Protocol):
    """One person's socket. Outlives its connections, as the page in a browser does."""

    def __init__(self, crowd: "Crowd", cookie: str):
        self.crowd = crowd
        self.cookie = cookie
        self.seen: set[Any] = set()
        self.revision = 0
        self.transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[bool] | None = None
        self.rest = b""

    async def open(self) -> bool:
        """True when the server has said 101; False when it refused, or went away before answering."""
        loop = asyncio.get_running_loop()
        self.rest, self.opened = b"", loop.create_future()
        try:
            await loop.create_connection(lambda: self, "127.0.0.1", self.crowd.port)
        except OSError:
            return False
        return await self.opened

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        path = f"{self.crowd.path}?after={self.revision}"
        transport.write(frames.handshake(path, port=self.crowd.port, cookie=self.cookie))

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.opened and not self.opened.done():
            self.opened.set_result(False)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        if self.rest:
            data = self.rest + data
        if self.opened and not self.opened.done():
            head, blank, data = data.partition(b"\r\n\r\n")
            if not blank:
                self.rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.crowd.refused[head.split(b"\r\n", 1)[0].decode(errors="replace")] += 1
                assert self.transport is not None
                self.transport.abort()
                return
            self.opened.set_result(True)
        used = 0
        for opcode, payload, end in frames.take_frames(data):
            self.frame(opcode, payload, now)
            used = end
        self.rest = data[used:]

    def frame(self, opcode: int, payload: bytes, now: int) -> None:
        if opcode == frames.TEXT:
            revision, messages = self.crowd.read(payload)
            self.revision = max(self.revision, revision)
            for message in messages:
                if message in self.seen:
                    self.crowd.twice += 1
                else:
                    self.seen.add(message)
                    self.crowd.arrivals[message].append(now)
        elif opcode == frames.PING and self.transport:
            self.transport.write(frames.masked(0xA, payload))
        elif opcode == frames.CLOSE:
            self.crowd.closed[int.from_bytes(payload[:2])] += 1
            if self.transport:
                self.transport.close()


class Crowd:
    """All sockets of one contestant, and what they have heard together."""

    def __init__(self, cookies: list[str]):
        self.cookies = cookies
        self.listeners: list[Listener] = []
        self.port = 0
        self.path = ""
        self.forget()

    def forget(self) -> None:
        """Begin a new measurement; what each socket has seen and where it stands is kept."""
        self.arrivals: dict[Any, array[int]] = defaultdict(lambda: array("q"))
        self.closed: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()
        self.known: dict[bytes, tuple[int, list[Any]]] = {}
        self.sample: dict[str, Any] | None = None
        self.twice = self.texts = self.bytes = 0

    def read(self, payload: bytes) -> tuple[int, list[Any]]:
        """(revision, ids of messages). Everybody gets the same bytes, so each frame is parsed once only."""
        found = self.known.get(payload)
        if found is None:
            said = json.loads(payload)
            found = said.get("revision", 0), [change["id"] for change in said.get("upsert") or ()]
            self.known[payload] = found
            if len(found[1]) == 1:
                self.sample = said
        if found[1]:
            self.texts += 1
            self.bytes += len(payload)
        return found

    async def do_open(self, *, port: int, path: str, sockets: int, after: int) -> dict[str, Any]:
        """Connect so many more sockets, fifty at a time."""
        self.port, self.path = port, path
        first = len(self.listeners)
        new = [Listener(self, self.cookies[n % len(self.cookies)]) for n in range(first, first + sockets)]
        for listener in new:
            listener.revision = after
        self.listeners += new
        places = asyncio.Semaphore(50)

        async def one(listener: Listener) -> bool:
            async with places:
                return await asyncio.wait_for(listener.open(), 30)

        began = time.monotonic()
        opened = await asyncio.gather(*(one(listener) for listener in new))
        return {"opened": sum(opened), "seconds": time.monotonic() - began, "refused": dict(self.refused)}

    async def do_collect(self, *, sent: dict[str, int], seconds: float) -> dict[str, Any]:
        """Wait until everybody has every message of `sent` (id: nanoseconds when it was sent); say how late they were.

        After `seconds` without that, what is missing counts as lost.
        """
        everybody = len(self.listeners)
        posted = {json.loads(message): at for message, at in sent.items()}
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(len(self.arrivals[message]) < everybody for message in posted):
            await asyncio.sleep(0.02)
        delays: Counter[int] = Counter()
        for message, at in posted.items():
            delays.update((arrived - at) // TENTHS_OF_MS for arrived in self.arrivals[message])
        answer = {
            "p50_ms": measure.percentile(delays, 0.50) / 10,
            "p99_ms": measure.percentile(delays, 0.99) / 10,
            "delivered": delays.total(),
            "lost": everybody * len(posted) - delays.total(),
            "twice": self.twice,
            "texts": self.texts,
            "bytes": self.bytes,
            "sample": self.sample,
            "closed": dict(self.closed),
        }
        self.forget()
        return answer

    async def do_come_back(self, *, missed: list[Any], seconds: float) -> dict[str, Any]:
        """Wait for the port to open; then everybody connects at once, without any jitter, and catches up with `missed`.

        The time counts from the moment the port took a connection.
        """
        began = await self.port_opened(seconds)
        deadline = began + seconds
        done = await asyncio.gather(*(self.back(listener, set(missed), deadline) for listener in self.listeners))
        times = [at - began for at in done if at is not None]
        answer = {
            "back": len(times),
            "gone": len(done) - len(times),
            "seconds": max(times, default=seconds),
            "lost": sum(len(set(missed) - listener.seen) for listener in self.listeners),
            "refused": dict(self.refused),
        }
        self.forget()
        return answer

    async def port_opened(self, seconds: float) -> float:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.005)
            else:
                writer.close()
                return time.monotonic()
        raise TimeoutError(f"nothing listens on port {self.port}")

    async def back(self, listener: Listener, missed: set[Any], deadline: float) -> float | None:
        while time.monotonic() < deadline:
            try:
                opened = await asyncio.wait_for(listener.open(), deadline - time.monotonic())
            except TimeoutError:
                return None
            while opened and listener.transport:
                if missed <= listener.seen:
                    return time.monotonic()
                if time.monotonic() > deadline:
                    return None
                await asyncio.sleep(0.01)
            await asyncio.sleep(random.uniform(0.1, 0.3))
        return None

    async def do_leave(self) -> dict[str, Any]:
        for listener in self.listeners:
            if listener.transport:
                listener.transport.abort()
        self.listeners.clear()
        self.forget()
        return {}


async def take_orders(crowd: Crowd) -> None:
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        answer = await getattr(crowd, f"do_{order.pop('do')}")(**order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(take_orders(Crowd(json.loads(Path(sys.argv[1]).read_text()))))
