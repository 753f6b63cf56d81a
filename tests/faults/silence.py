"""Faults in which nobody hears the telling: idle rooms, lost events, Redis stopped or hung, other processes."""

import signal
import subprocess
import sys
import time
import urllib.request

from tests import servers
from tests.faults.people import check
from tests.faults.scene import HEALED, LIVE, listening, post_and_hear, post_from_a_shell, signed_in, soon, unique
from tests.live import ROOT


def idle(hub, *, seconds):
    """Nobody says anything for a while. The sockets stay, and what is said then comes at once."""
    kwame, noor, mina = signed_in(hub, "kwame", "noor", "mina")
    with listening(noor, mina) as feeds:
        limit = soon(kwame, feeds)
        assert not feeds[0].over.wait(seconds)
        assert [feed.codes for feed in feeds] == [[], []]
        assert {feed.opened for feed in feeds} == {1}
        _, heard = post_and_hear(kwame, feeds, unique("Still here"), seconds=HEALED)
        assert heard < limit, (heard, limit)
    return {"idle_s": seconds, "live_s": round(heard, 3)}


def event_lost(hub, *, times=3):
    """Messages are written by a process that can tell nobody. The comparison finds each."""
    (noor,) = signed_in(hub, "noor")
    mute = hub.beside()
    mute.redis_url = ""
    waits = []
    with listening(noor) as feeds:
        for _ in range(times):
            pk, at = post_from_a_shell(mute, "kwame", unique("Quietly"))
            waits.append(feeds[0].wait_for_message(pk, seconds=10) - at)
        check(hub, people=[], feeds=feeds)
    assert max(waits) < HEALED, waits
    return {"healed_s": round(max(waits), 2)}


def redis_away(hub, *, seconds, hung=False):
    """Redis stops, or hangs, and comes back. Posting and reading go on; live is slower, and then quick again."""
    kwame, mina, noor, idris = signed_in(hub, "kwame", "mina", "noor", "idris")
    posts, waits = [], []
    with listening(noor, idris) as feeds:
        limit = soon(kwame, feeds)
        if hung:
            hub.redis.process.send_signal(signal.SIGSTOP)
        else:
            hub.redis.stop()
        try:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                acked, heard = post_and_hear((kwame, mina)[len(posts) % 2], feeds, unique("Meanwhile"))
                posts.append(acked)
                waits.append(heard - acked)
                assert noor.changes()["revision"]
                assert noor.page()
        finally:
            if hung:
                hub.redis.process.send_signal(signal.SIGCONT)
            else:
                hub.redis.start()
        back = time.monotonic()
        assert max(posts) < (2 if hung else 1) + limit - LIVE, posts
        assert max(waits) < HEALED + limit - LIVE, waits
        quick = _until_quick(kwame, feeds, back, limit)
        later = [post_and_hear(mina, feeds, unique("After"))[1] for _ in range(5)]
        assert max(later) < limit, (later, limit)
        figures = check(hub, people=[kwame, mina], feeds=feeds)
        assert {feed.opened for feed in feeds} == {1}, "a socket was lost"
    return figures | {
        "away_s": seconds, "posts": len(posts), "slowest_post_s": round(max(posts), 3),
        "slowest_live_s": round(max(waits), 2), "quick_again_s": round(quick, 1), "live_after_s": round(max(later), 3),
    }  # fmt: skip


def _until_quick(person, feeds, back, limit):
    """Seconds after which frames come at once again: when the breaker has tried and the subscription is there."""
    while True:
        acked, heard = post_and_hear(person, feeds, unique("Back?"))
        if heard - acked < limit:
            return time.monotonic() - back
        assert time.monotonic() - back < 12, "it stays slow after Redis is back"


SERVING = """
from wsgiref.simple_server import WSGIRequestHandler, make_server
from hub.wsgi import application

class Quiet(WSGIRequestHandler):
    def log_message(self, *said):
        pass

make_server("127.0.0.1", {port}, application, handler_class=Quiet).serve_forever()
"""


def page_worker(hub):
    """A WSGI process that serves pages beside the hub: same database, same Redis, no sockets."""
    other = hub.beside()
    with open(other.output, "ab") as output:
        other.process = subprocess.Popen(
            [sys.executable, "-c", SERVING.format(port=other.port)], cwd=ROOT, env=other.env, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True, preexec_fn=servers.end_with_parent(),
        )  # fmt: skip

    def answers():
        try:
            return urllib.request.urlopen(f"{other.url}/healthz", timeout=5).status == 200
        except OSError:
            return False

    servers.until(answers, process=other.process, output=other.output)
    return other


def other_processes(hub):
    """What a WSGI worker and a plain shell write reaches the sockets of the server process at once, through Redis."""
    kwame, noor, mina = signed_in(hub, "kwame", "noor", "mina")
    worker = page_worker(hub)
    second = hub.beside().start("uvicorn" if hub.kind == "daphne" else "daphne")
    try:
        with listening(noor) as here, listening(mina, port=second.port) as there:
            feeds, waits, shells = here + there, [], []
            limit = soon(kwame, feeds)
            for _ in range(8):
                acked, heard = post_and_hear(kwame, feeds, unique("By a page worker"), port=worker.port)
                waits.append(heard - acked)
            for _ in range(2):
                pk, at = post_from_a_shell(hub, "kwame", unique("From a shell"))
                shells.append(max(feed.wait_for_message(pk) for feed in feeds) - at)
            assert max(waits) < limit, (waits, limit)
            assert max(shells) < limit, (shells, limit)
            check(hub, people=[kwame], feeds=feeds)
    finally:
        worker.kill9()
        second.kill9()
    return {"from_wsgi_s": round(max(waits), 3), "from_shell_s": round(max(shells), 3)}
