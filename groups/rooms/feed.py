"""One room with listeners in this process: reads on when it is told to, and tells each kind of listener once.

On a telling it reads everything after the last revision it has, in one query on a small thread pool, renders each
change once for each (language, audience) that somebody here needs, and hands the same text to every listener of that
kind. Whoever lost a right is closed before their next frame. The process around it is in `house.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from groups.rooms import newsreading
from groups.rooms.listeners import AGAIN, NOT_A_MEMBER, SIGNED_OUT, Key, Listener
from groups.rooms.newsreading import News

logger = logging.getLogger("groups.rooms")

BREATH = 50  # sends between two turns of the loop
KEPT = 64  # readings kept for those who come at the same time


class Hop(Protocol):
    """One hop to the threads where the database is asked."""

    async def __call__[T](self, work: Callable[..., T], *args: Any) -> T: ...


class RoomFeed:
    def __init__(self, room_id: int, run: Hop, spawn: Callable[[Any], None]) -> None:
        self.room_id = room_id
        self.run = run
        self.spawn = spawn
        self.listeners: set[Listener] = set()
        self.expected = 0  # sockets that are here or on their way in
        self.revision = 0  # read up to here
        self.told = 0  # handed to every listener up to here
        self.doors_revision = 0  # everybody here was asked for at this revision
        self.doors_seen = 0  # the newest that any reading has seen
        self.panels_revision = 0
        self.people: object = None
        self.panels: dict[Key, dict[str, str]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._again = False
        self._beginning: asyncio.Future[None] | None = None
        self._making: dict[Key, asyncio.Future[None]] = {}
        self._missed: dict[tuple[int, Key], asyncio.Future[News]] = {}  # what was read for those who come, at:
        self._missed_at = -1

    # --- Somebody comes ------------------------------------------------------------------------------------------

    async def welcome(self, listener: Listener, after: int) -> None:
        """Let a listener hear everything after a revision: first what was missed, then live. Nothing falls between."""
        try:
            await self._begin()
            if listener.closing:  # gone before the door was open: who is added now would never be taken away
                return
            self.listeners.add(listener)
            listener.goal = self.revision
            if await self._is_still_welcome(listener, self.doors_revision):
                await self._greet(listener, after)
        except Exception as problem:
            if not listener.closing:
                logger.warning("A reader could not catch up (%s); it will come back.", type(problem).__name__)
                listener.close(AGAIN)

    async def _begin(self) -> None:
        """Learn where the room stands, once, before the first listener."""
        if self._beginning is None:
            self._beginning = asyncio.ensure_future(self._learn())
        beginning = self._beginning
        try:
            await asyncio.shield(beginning)
        except Exception:
            if self._beginning is beginning:
                self._beginning = None
            raise

    async def _learn(self) -> None:
        self.revision, self.doors_revision, self.panels_revision = await self.run(newsreading.marks, self.room_id)
        self.told = self.revision

    async def _greet(self, listener: Listener, after: int) -> None:
        covered = listener.goal
        while after < listener.goal:
            key = listener.key
            news = await self._missed_since(after, key)
            if not await self._is_still_welcome(listener, news.doors_revision):
                return
            if listener.key == key:
                after = covered = news.revision
                await listener.send_in_turn(news.frames[key], covered)
        panels = await self._panels_now(listener)
        if listener.closing:
            return
        await listener.send_in_turn(newsreading.hello(covered, panels), covered)
        if after < listener.goal:  # the room moved on in a language nobody here had read; go round once more
            await self._greet(listener, after)
        else:
            listener.release()

    async def _is_still_welcome(self, listener: Listener, doors_revision: int) -> bool:
        """Whether the listener may hear what was read when the doors stood at this revision."""
        self.doors_seen = max(self.doors_seen, doors_revision)
        while listener.doors_revision < self.doors_seen and not listener.closing:
            seen = self.doors_seen
            await self.check_doors()
            listener.doors_revision = seen
        return not listener.closing

    async def _panels_now(self, listener: Listener) -> dict[str, str]:
        """The panels for the part the listener has when they are there, not the one it had when they were asked for."""
        while not listener.closing:
            key = listener.key
            panels = await self._panels_for(key)
            if await self._is_still_welcome(listener, self.doors_seen) and listener.key == key:
                return panels
        return {}

    async def _missed_since(self, after: int, key: Key) -> News:
        """Read once for everyone who missed the same: after a restart that is the whole room."""
        if self._missed_at != self.revision or len(self._missed) > KEPT:
            self._missed, self._missed_at = {}, self.revision
        found = self._missed.get((after, key))
        if found is None:
            reading = self.run(newsreading.read, self.room_id, after, None, {key})
            found = self._missed[after, key] = asyncio.ensure_future(reading)
            found.add_done_callback(lambda done: self._forget_failed(done, (after, key)))
        return await asyncio.shield(found)

    def _forget_failed(self, done: asyncio.Future[News], what: tuple[int, Key]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._missed.pop(what, None)

    async def _panels_for(self, key: Key) -> dict[str, str]:
        if key not in self.panels:
            if key not in self._making:
                self._making[key] = asyncio.ensure_future(self._make_panels(key))
            await asyncio.shield(self._making[key])
        return self.panels.get(key, {})

    async def _make_panels(self, key: Key) -> None:
        try:
            made, doors_revision = await self.run(newsreading.panels, self.room_id, key)
            self.doors_seen = max(self.doors_seen, doors_revision)
            self.panels.setdefault(key, made)
        finally:
            del self._making[key]

    def goodbye(self, listener: Listener) -> None:
        listener.closing = True
        self.listeners.discard(listener)

    # --- The room moves on ---------------------------------------------------------------------------------------

    def stir(self, revision: int) -> None:
        """The room has reached a revision: read on, unless that is known. Many tellings become one reading."""
        if revision <= self.revision:
            return
        self._again = True
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read_on())

    async def _read_on(self) -> None:
        try:
            while self._again and self.listeners:
                self._again = False
                await self._read_once()
        except Exception as problem:
            # The database is away or busy. The comparison comes back to this room within two seconds.
            logger.warning("A room could not be read (%s); trying again soon.", type(problem).__name__)
        finally:
            self._reading = None

    async def _read_once(self) -> None:
        keys = {listener.key for listener in self.listeners}
        news = await self.run(newsreading.read, self.room_id, self.revision, self.panels_revision, keys)
        if news.doors_revision > self.doors_revision:
            self.doors_revision = news.doors_revision
            await self.check_doors()
        self._remember(news)
        self._again = self._again or news.more
        for count, listener in enumerate(tuple(self.listeners), start=1):
            frame = news.frames.get(listener.key)
            if frame is not None:
                listener.push(frame, news.revision)
            elif not listener.closing:
                self._owe(listener, news.revision)
            if count % BREATH == 0:
                await asyncio.sleep(0)
        self.told = news.revision

    def _owe(self, listener: Listener, revision: int) -> None:
        """Somebody came while we read, with a language or part that nobody here had: they catch up by themselves."""
        listener.goal = revision
        if listener.caught_up:
            listener.caught_up = False
            self.spawn(self.welcome(listener, listener.revision))

    def _remember(self, news: News) -> None:
        self.revision = news.revision
        if news.panels:
            self.panels_revision = news.panels_revision
            people = {key: panels["people"] for key, panels in self.panels.items() if "people" in panels}
            self.panels = {key: {"people": people.get(key, ""), **panels} for key, panels in news.panels.items()}

    # --- Somebody must go ----------------------------------------------------------------------------------------

    async def check_doors(self) -> None:
        """Ask again who may be here and as what; whoever may not is closed before another frame."""
        asked = list(self.listeners)
        standing = await self.run(
            newsreading.standing, self.room_id, [(one.session_key, one.member_id) for one in asked]
        )
        for listener in asked:
            audience = standing.audiences.get(listener.member_id)
            if listener.session_key not in standing.sessions:
                self._close(listener, SIGNED_OUT)
            elif audience is None:
                self._close(listener, NOT_A_MEMBER)
            elif audience != listener.audience:
                listener.change_audience(audience, newsreading.AUDIENCE_CHANGED)

    def _close(self, listener: Listener, code: int) -> None:
        listener.close(code)
        self.listeners.discard(listener)

    # --- Who is here ---------------------------------------------------------------------------------------------

    async def tell_people(self, people: Any, doors_revision: int) -> None:
        """Send the list of who is here to everyone, if it is another than before.

        `doors_revision` is read after the list: whoever is missing from it because they lost their place hears nothing.
        """
        if people == self.people or not self.listeners:
            return
        if doors_revision > self.doors_revision:
            self.doors_revision = self.doors_seen = max(self.doors_seen, doors_revision)
            await self.check_doors()
        self.people = people
        keys = {listener.key for listener in self.listeners}
        lists = await self.run(newsreading.people_lists, people, keys)
        for key, html in lists.items():
            if key in self.panels:
                self.panels[key]["people"] = html
        frames = {key: newsreading.hello(self.told, {"people": html}) for key, html in lists.items()}
        for count, listener in enumerate(tuple(self.listeners), start=1):
            if listener.key in frames and listener.caught_up:
                listener.push(frames[listener.key], 0)
            if count % BREATH == 0:
                await asyncio.sleep(0)
