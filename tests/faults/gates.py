"""A gated room whose facilitator goes away: for good, or only because the server died under them."""

import contextlib
import subprocess
import sys
import time

from tests import servers
from tests.faults.people import SLUG
from tests.faults.scene import listening, signed_in, unique
from tests.live import ROOT, wait_for

TICK = 15 + 3  # seconds between two looks of the worker, and its own pause


@contextlib.contextmanager
def worker(hub):
    """The background worker as a process of its own."""
    with open(hub.output, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=ROOT, env=hub.env | {"HUB_NO_BOOTSTRAP": "1"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=servers.end_with_parent(),
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def room(hub):
    from groups.rooms.models import Room

    with hub.orm():
        return Room.objects.get(slug=SLUG)


def looked_at(hub):
    from groups.rooms.models import GateWatch

    with hub.orm():
        watch = GateWatch.objects.first()
        return watch.looked_at.timestamp() if watch else 0


def untended(hub):
    """Nobody looks after the room, and no worker runs: the next who writes finds it paused, and everybody is told.

    The hub's grace is a few seconds.
    """
    kwame, noor = signed_in(hub, "kwame", "noor")
    _away_for_an_hour(hub)
    with listening(noor) as feeds:
        answer = kwame.say(unique("Is anybody there?"))
        assert answer["status"] == 409, answer
        assert "Your words are still in the box" in answer["say"], answer
        feeds[0].wait(lambda: _was_told_of_a_pause(feeds[0]), seconds=5)
        assert room(hub).state == "paused"
        assert noor.page(), "what was written cannot be read"
    return {}


def _away_for_an_hour(hub):
    """As if whoever opened the room had gone an hour ago."""
    from datetime import timedelta

    from django.utils import timezone

    from groups.rooms.models import GateWatch, Presence, Room

    now = timezone.now()
    then = now - timedelta(hours=1)
    with hub.orm():
        Presence.objects.update(seen_at=then, until=then)
        Room.objects.filter(state="open").update(state_at=then)
        GateWatch.objects.update_or_create(pk=1, defaults={"looked_at": now, "back_at": then})


def _was_told_of_a_pause(feed):
    """Some panel of a live frame says it; which one, and in what words, is the templates' affair."""
    first = next((frame["panels"] for _, frame in feed.frames if frame.get("panels")), {})
    last = [frame["panels"] for _, frame in feed.frames if frame.get("panels")][-1:]
    return any("state" in panels and panels["state"] != first.get("state") for panels in last)


def facilitator_goes(hub, *, grace):
    """The server dies and comes back with its facilitator: the room stays open. She goes: the worker pauses it."""
    hana, kwame, noor = signed_in(hub, "hana", "kwame", "noor")
    with worker(hub), listening(noor) as feeds:
        with listening(hana) as leading:
            assert kwame.say(unique("Before"))["status"] == 201
            hub.kill9()
            hub.start()
            leading[0].wait(lambda: leading[0].opened == 2)
            back = time.time()
            wait_for(lambda: looked_at(hub) > back + 3, seconds=2 * TICK)
            assert room(hub).state == "open"
            assert kwame.say(unique("After"))["status"] == 201
        gone = time.monotonic()
        feeds[0].wait(lambda: _was_told_of_a_pause(feeds[0]), seconds=grace + 2 * TICK)
        paused = time.monotonic() - gone
        assert room(hub).state == "paused"
        assert kwame.say(unique("Hello?"))["status"] == 409
    return {"grace_s": grace, "paused_after_s": round(paused, 1)}
