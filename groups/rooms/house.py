"""All rooms with listeners in this process: one subscriber, one clock, one small thread pool.

Every two seconds one query compares the revisions of all listened rooms, so that a lost telling heals by itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections, connection

from groups.rooms import doorman, newsreading, presence
from groups.rooms.doorman import Admitted, Knock
from groups.rooms.draining import before_shutdown
from groups.rooms.feed import RoomFeed
from groups.rooms.listeners import RESTARTING, Listener
from groups.rooms.subscriber import subscribe

logger = logging.getLogger("groups.rooms")

COMPARE_EVERY = 2.0  # seconds
TOUCH_EVERY = 30.0  # seconds between two touches of everybody's presence
THREADS = 4
TOGETHER = 100  # handshakes answered with one query
BACK_WITHIN = 3.0  # seconds over which sockets come back after a restart


class House:
    def __init__(self) -> None:
        self.rooms: dict[int, RoomFeed] = {}
        self.pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="feed")
        self.arrivals: set[tuple[int, int]] = set()  # (room id, member id)
        self.departures: set[tuple[int, int]] = set()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.closing = False
        self.knocks: list[tuple[Knock, asyncio.Future[Admitted | None]]] = []
        self.answering = False

    def start(self) -> None:
        before_shutdown(self.close_up, self.unsent)
        self.spawn(subscribe(self.heard, self.compare_soon))
        self.spawn(self._clock())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def run[T](self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.pool, _with_connection, work, args)

    async def knock(self, knock: Knock) -> Admitted | None:
        """Ask the doorman. Those who knock while he is away are answered together, when he is back."""
        answer: asyncio.Future[Admitted | None] = asyncio.get_running_loop().create_future()
        self.knocks.append((knock, answer))
        if not self.answering:
            self.answering = True
            self.spawn(self._answer())
        return await answer

    async def _answer(self) -> None:
        try:
            while self.knocks:
                together, self.knocks = self.knocks[:TOGETHER], self.knocks[TOGETHER:]
                try:
                    admitted = await self.run(doorman.admit, [knock for knock, _ in together])
                except Exception as problem:
                    for _, answer in together:
                        if not answer.done():
                            answer.set_exception(problem)
                    continue
                for (_, answer), one in zip(together, admitted, strict=True):
                    if not answer.done():
                        answer.set_result(one)
        finally:
            self.answering = False

    def join(self, listener: Listener, after: int) -> None:
        """Hear a room from now on, beginning with what was missed after a revision."""
        if self.closing:
            send_away(listener)
        room = self.rooms.get(listener.room_id)
        if room is None:
            room = self.rooms[listener.room_id] = RoomFeed(listener.room_id, self.run, self.spawn)
        room.expected += 1
        self.arrivals.add((listener.room_id, listener.member_id))
        self.spawn(room.welcome(listener, after))

    def leave(self, listener: Listener) -> None:
        room = self.rooms.get(listener.room_id)
        if room is None:
            return
        room.goodbye(listener)
        room.expected -= 1
        if not any(other.member_id == listener.member_id for other in room.listeners):
            self.departures.add((listener.room_id, listener.member_id))
        if room.expected == 0:
            del self.rooms[listener.room_id]

    def close_up(self) -> None:
        """The server stops: everybody hears when to come back, each at another moment, and is closed."""
        self.closing = True
        for listener in self._listeners():
            send_away(listener)

    def unsent(self) -> int:
        """Bytes that have not left this process yet."""
        return sum(listener.unsent() for listener in self._listeners())

    def _listeners(self) -> list[Listener]:
        return [listener for room in self.rooms.values() for listener in room.listeners]

    def heard(self, room_id: int, revision: int) -> None:
        room = self.rooms.get(room_id)
        if room is not None:
            room.stir(revision)

    def compare_soon(self) -> None:
        self.spawn(self._calmly(self.compare))

    async def compare(self) -> None:
        """Read on wherever the database is further than the feed."""
        if self.rooms:
            for room_id, revision in (await self.run(newsreading.revisions, list(self.rooms))).items():
                self.heard(room_id, revision)

    async def _clock(self) -> None:
        loop = asyncio.get_running_loop()
        touched_at = loop.time()
        while True:
            await asyncio.sleep(COMPARE_EVERY)
            await self._calmly(self.compare)
            everybody = loop.time() - touched_at >= TOUCH_EVERY
            if everybody:
                touched_at = loop.time()
            await self._calmly(self.touch, everybody)
            await self._calmly(self.tell_people)

    async def _calmly(self, work: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
        try:
            await work(*args)
        except Exception as problem:
            logger.warning("%s did not work (%s); trying again soon.", work.__name__, type(problem).__name__)

    async def touch(self, everybody: bool) -> None:
        """Move on who is here: those who came since the last turn, or everybody. Doors are asked again then too."""
        here = {(listener.room_id, listener.member_id) for room in self.rooms.values() for listener in room.listeners}
        come, gone = self.arrivals & here, self.departures - here
        self.arrivals -= here
        self.departures.clear()
        if everybody or come:
            await self.run(presence.touch, sorted(here if everybody else come))
        if gone:
            await self.run(presence.go, sorted(gone))
        if everybody:
            for room in list(self.rooms.values()):
                await room.check_doors()

    async def tell_people(self) -> None:
        for room in list(self.rooms.values()):
            if room.listeners:
                await room.tell_people(*await self.run(newsreading.who_is_here, room.room_id))


def send_away(listener: Listener) -> None:
    """Close a socket for a restart, saying in how many seconds to come back."""
    seconds = round(random.uniform(0, BACK_WITHIN), 2)
    listener.close(RESTARTING, last=json.dumps({"op": "reconnect", "in": seconds}))


def _with_connection[T](work: Callable[..., T], args: tuple[Any, ...]) -> T:
    """Work on the database in a thread of the pool, and give the connection back where a server counts them."""
    try:
        return work(*args)
    finally:
        if connection.vendor != "sqlite":
            close_old_connections()


_houses: dict[asyncio.AbstractEventLoop, House] = {}


def house_here() -> House:
    """The house of the running loop, started at its first socket."""
    loop = asyncio.get_running_loop()
    if loop not in _houses:
        for other in [one for one in _houses if one.is_closed()]:
            _houses.pop(other).pool.shutdown(wait=False)
        _houses[loop] = House()
        _houses[loop].start()
    return _houses[loop]
