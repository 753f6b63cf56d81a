"""Sockets of the hub, driven in this process through its ASGI application, with every wait bounded.

def test_something(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        await stage.db(say, committed_cast.kwame, committed_thursday, "Hello")
        frame = await socket.frame(lambda frame: frame["upsert"])

    play(scenario)
"""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections

from groups.rooms import house
from tests.cast import SLUG, browser

SOON = 20  # seconds; a bound for slow machines, not a time anything should take
HERE = "http://testserver"


def cookie_of(member):
    """Sign the member in somewhere. Answers with the key of the sign-in."""
    return browser(member).cookies[settings.SESSION_COOKIE_NAME].value


def play(scenario):
    """Run the scenario on a loop of its own, in a thread of its own, and put everything away after it."""

    async def on_stage():
        stage = Stage()
        try:
            await asyncio.wait_for(scenario(stage), 3 * SOON)
        finally:
            await stage.clear()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, on_stage()).result()


class Stage:
    def __init__(self):
        self.sockets = []
        self.desk = ThreadPoolExecutor(1)

    async def db(self, work, *args, **more):
        """Do something that asks the database, as a page would, in another thread."""
        return await asyncio.get_running_loop().run_in_executor(self.desk, lambda: work(*args, **more))

    @property
    def house(self):
        return house.house_here()

    async def knock(self, key="", **more):
        """Ask for a socket. Answers with it, open or refused."""
        socket = Socket(scope_for(key, **more))
        self.sockets.append(socket)
        await socket.knock()
        return socket

    async def open(self, key, **more):
        """A socket that was let in and has caught up: everything it was told until then is in `frames`."""
        socket = await self.knock(key, **more)
        assert socket.is_open
        await socket.frame(lambda frame: "panels" in frame)
        return socket

    async def clear(self):
        loop = asyncio.get_running_loop()
        for socket in self.sockets:
            await socket.go()
        here = house._houses.pop(loop, None)
        if here is not None:
            for task in list(here.tasks):
                task.cancel()
            await asyncio.gather(*here.tasks, return_exceptions=True)
            together = threading.Barrier(here.pool._max_workers)

            def put_away():
                together.wait(SOON)  # so that every thread of the pool does it
                connections.close_all()

            await asyncio.gather(*(loop.run_in_executor(here.pool, put_away) for _ in range(together.parties)))
            here.pool.shutdown()
        await loop.run_in_executor(self.desk, connections.close_all)
        self.desk.shutdown()


def scope_for(key, *, slug=SLUG, after="0", origin=HERE, host="testserver", cookies="", path=None, query=None):
    headers = [(b"host", host.encode("latin1"))]
    if origin is not None:
        headers.append((b"origin", origin.encode("latin1")))
    jar = [f"{settings.SESSION_COOKIE_NAME}={key}"] if key else []
    headers.append((b"cookie", "; ".join([*([cookies] if cookies else []), *jar]).encode("latin1")))
    return {
        "type": "websocket",
        "path": path or f"/rooms/{slug}/feed/",
        "raw_path": (path or f"/rooms/{slug}/feed/").encode(),
        "query_string": f"after={after}".encode("latin1") if query is None else query,
        "headers": headers,
        "subprotocols": [],
        "scheme": "ws",
        "client": ["127.0.0.1", 50000],
        "server": ["127.0.0.1", 80],
    }


class Socket:
    def __init__(self, scope):
        self.scope = scope
        self.sent = asyncio.Queue()  # by the browser
        self.told = asyncio.Queue()  # by the hub
        self.frames = []
        self.code = None  # why it was closed
        self.is_open = False
        self.task = None

    async def knock(self):
        from hub.asgi import application

        await self.sent.put({"type": "websocket.connect"})
        self.task = asyncio.create_task(application(self.scope, self.sent.get, self.told.put))
        event = await self._next()
        self.is_open = event["type"] == "websocket.accept"
        self.code = event.get("code")

    async def _next(self):
        """The next event of the application; what it raised, if it failed."""
        told = asyncio.ensure_future(self.told.get())
        await asyncio.wait({told, self.task}, timeout=SOON, return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            return told.result()
        told.cancel()
        assert self.task.done(), f"nothing came within {SOON} s"
        if not self.told.empty():
            return self.told.get_nowait()
        self.task.result()
        raise AssertionError("the application ended without a word")

    async def frame(self, wanted=lambda frame: True):
        """The next frame that is wanted. Those before it are in `frames` too."""
        while True:
            event = await self._next()
            assert event["type"] == "websocket.send", f"closed with {event.get('code')}"
            self.frames.append(json.loads(event["text"]))
            if wanted(self.frames[-1]):
                return self.frames[-1]

    async def closed(self):
        """Waits until the hub closes it. Answers with the code; what came before is in `frames`."""
        while True:
            event = await self._next()
            if event["type"] == "websocket.close":
                self.is_open, self.code = False, event["code"]
                return self.code
            self.frames.append(json.loads(event["text"]))

    async def send(self, text=None, data=None):
        await self.sent.put({"type": "websocket.receive", "text": text, "bytes": data})

    async def go(self):
        if self.task is not None and not self.task.done():
            await self.sent.put({"type": "websocket.disconnect", "code": 1001})
            await asyncio.wait({self.task}, timeout=SOON)
        if self.task is not None and self.task.done():
            self.task.exception()  # whoever waited for it has heard of it

    def upserts(self):
        """Every message that came, newest state of each."""
        return {change["id"]: change for frame in self.frames for change in frame.get("upsert", [])}
