"""Faults in which the server goes away: by power cut, by a lost answer, by being asked to."""

import contextlib
import http.client
import threading
import time
import uuid

from tests.faults import network
from tests.faults.people import check
from tests.faults.scene import LIVE, listening, signed_in, soon, unique
from tests.live import wait_for


def power_cut(hub, *, messages=12, cuts=1):
    """Several write at once; the server dies and comes back. Everyone's outbox repeats what was not acknowledged."""
    writers = signed_in(hub, "kwame", "mina", "ife")
    readers = signed_in(hub, "noor", "idris")
    visitor = signed_in(hub, "bea")[0]
    tries, done = [], []

    def write(person):
        for number in range(messages):
            tries.append(person.insist(f"{person.username} says {number}"))
        done.append(person)

    with listening(*readers) as feeds:
        threads = [threading.Thread(target=write, args=(person,)) for person in writers]
        for thread in threads:
            thread.start()
        for cut in range(cuts):
            enough = (cut + 1) * len(writers) * messages // (cuts + 1)
            wait_for(lambda enough=enough: len(tries) >= enough, seconds=30)
            assert not done, "somebody had finished before the cut"
            hub.kill9()
            hub.start()
        back = time.monotonic()
        for thread in threads:
            thread.join(60)
        assert len(done) == len(writers), "somebody could not go on"
        figures = check(hub, people=writers, feeds=feeds)
        assert visitor.page() == feeds[0].order()[-50:], "the plain page shows something else"
        assert all(feed.opened > cuts for feed in feeds), "no feed was cut, so nothing was proved"
    assert sum(tries) > len(tries), "nothing had to be said twice, so nothing was proved"
    return figures | {"said_again": sum(tries) - len(tries), "caught_up_s": round(time.monotonic() - back, 2)}


def lost_answer(hub):
    """The hub commits, and its answer is lost on the way. Said again with the same client_id, it is there once."""
    kwame, noor = signed_in(hub, "kwame", "noor")
    client_id, words = str(uuid.uuid4()), unique("Did you get this?")
    with listening(noor) as feeds, network.Cutter(hub.port) as proxy:
        proxy.cutting.set()
        lost = False
        try:
            kwame.say(words, client_id=client_id, port=proxy.port)
        except (OSError, http.client.HTTPException):
            lost = True
        assert (lost, proxy.swallowed) == (True, 1), "the answer was not lost"
        proxy.cutting.clear()
        again = kwame.say(words, client_id=client_id, port=proxy.port)
        assert again["status"] == 200, again
        return check(hub, people=[kwame], feeds=feeds)


def farewell(hub):
    """Asked to stop, the hub tells everybody when to come back, closes their sockets and is gone soon."""
    people = signed_in(hub, "kwame", "noor", "mina", "hana", "tomasz")
    with listening(*people) as feeds:
        limit = soon(people[0], feeds)
        process, began = hub.process, time.monotonic()
        process.terminate()
        for feed in feeds:
            feed.wait(lambda feed=feed: feed.codes, seconds=5)
        closed = max(feed.closed_at[0] for feed in feeds) - began
        process.wait(15)
        ended = time.monotonic() - began
        lasts = [feed.frames[-1][1] for feed in feeds]
        assert [last.get("op") for last in lasts] == ["reconnect"] * len(feeds), lasts
        assert [feed.codes for feed in feeds] == [[1012]] * len(feeds), [feed.codes for feed in feeds]
        waits = {last["in"] for last in lasts}
        assert len(waits) > 1, waits
        assert all(0 <= wait <= 3 for wait in waits), waits
        assert closed < 1 + limit - LIVE, closed
        hub.kill9()
        hub.start()
        for feed in feeds:
            feed.wait(lambda feed=feed: feed.opened > 1)
    return {"closed_s": round(closed, 3), "ended_s": round(ended, 2)}


def in_flight(hub):
    """Asked to stop while people write: whoever got no answer says it again, and it is there once."""
    kwame, mina, noor = signed_in(hub, "kwame", "mina", "noor")
    tries = []

    def write(person):
        for number in range(12):
            tries.append(person.insist(f"{person.username} writes {number}"))

    with listening(noor) as feeds, contextlib.ExitStack() as stack:
        for person in (kwame, mina):
            thread = threading.Thread(target=write, args=(person,))
            thread.start()
            stack.callback(thread.join, 60)
        wait_for(lambda: len(tries) >= 8, seconds=30)
        hub.restart()
        stack.pop_all().close()
        assert len(tries) == 24
        return check(hub, people=[kwame, mina], feeds=feeds) | {"said_again": sum(tries) - len(tries)}
