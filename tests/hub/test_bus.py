"""Tellings carry an address and a number, come after the commit, and are never waited for."""

import asyncio
import logging
import time

import pytest
import redis
from django.db import transaction

from hub import bus


@pytest.fixture
def told(monkeypatch, settings):
    """What is told, without Redis and without a loop."""
    settings.REDIS_URL = ""
    heard = []
    monkeypatch.setattr(bus, "tell_now", lambda *telling: heard.append(telling))
    return heard


def test_a_telling_comes_after_the_commit(db, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            bus.tell("room", 12, 407)
        assert told == []
    assert told == [("room", 12, 407)]


def test_what_was_rolled_back_is_never_told(db, told, django_capture_on_commit_callbacks):
    def fails():
        with transaction.atomic():
            bus.tell("room", 12, 407)
            raise RuntimeError("no")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError, match="no"):
        fails()
    assert told == []


@pytest.mark.parametrize(
    ("payload", "telling"),
    [
        (b"room 12 407", ("room", 12, 407)),
        (b"room 12", None),
        (b"room 12 407 8", None),
        (b"room -1 407", None),
        (b"room 12 4.7", None),
        (b"", None),
        (b"\xff\xfe", None),
        ("room ١٢ 407".encode(), None),
    ],
)
def test_only_tellings_are_understood(payload, telling):
    assert bus.parse(payload) == telling


def test_without_redis_it_is_heard_on_the_loop_of_this_process(settings):
    settings.REDIS_URL = ""

    async def scenario():
        heard = asyncio.Queue()
        listener = lambda *telling: heard.put_nowait(telling)  # noqa: E731
        loop = asyncio.get_running_loop()
        bus.listen_here(loop, listener)
        try:
            await loop.run_in_executor(None, bus.tell_now, "room", 12, 407)
            assert await asyncio.wait_for(heard.get(), 20) == ("room", 12, 407)
            bus.stop_listening_here(listener)
            bus.tell_now("room", 12, 408)
            await asyncio.sleep(0)
            assert heard.empty()
        finally:
            bus.stop_listening_here(listener)
        return listener

    bus.listen_here(asyncio.new_event_loop(), print)
    closed = bus._local[-1][0]
    closed.close()
    try:
        asyncio.run(scenario())
        bus.tell_now("room", 12, 409)  # the loops are closed: nobody hears, nothing fails
    finally:
        bus.stop_listening_here(print)


class Broken:
    """A Redis that is not there."""

    def __init__(self):
        self.tries = 0

    def publish(self, channel, line):
        self.tries += 1
        raise redis.ConnectionError("gone")

    ping = publish


def test_a_redis_that_is_gone_is_not_asked_again_for_a_while(settings, monkeypatch, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    broken = Broken()
    clock = [100.0]
    monkeypatch.setattr(bus, "_client", broken)
    monkeypatch.setattr(bus, "_broken_until", 0.0)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with caplog.at_level(logging.WARNING, "hub.bus"):
        for _ in range(5):
            bus.tell_now("room", 12, 407)
    assert (broken.tries, len(caplog.records)) == (1, 1)
    assert "go on by comparing" in caplog.text
    clock[0] += bus.BREAK_FOR
    bus.tell_now("room", 12, 408)
    assert broken.tries == 2


@pytest.mark.servers
def test_with_redis_it_is_heard_everywhere(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as channel:
        channel.subscribe(bus.CHANNEL)
        assert channel.get_message(timeout=20)["type"] == "subscribe"
        bus.tell_now("room", 12, 407)
        assert bus.parse(channel.get_message(timeout=20)["data"]) == ("room", 12, 407)
    assert bus.is_reachable()
