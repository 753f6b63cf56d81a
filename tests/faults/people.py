"""People who use a hub from outside, over real connections, and remember all they were told; and who checks them.

Everything goes through the public contract: pages and forms by HTTP, the feed by WebSocket. Nothing here knows a model.
"""

import contextlib
import http.client
import json
import random
import re
import threading
import time
import uuid
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import connect

PASSWORD = "a-warm-welcome"
SLUG = "thursday-evening"
STAY_AWAY = range(4400, 4500)


class Person:
    """One signed-in browser. `acked` is every message the hub said it has: client_id -> answer."""

    def __init__(self, hub, username, *, slug=SLUG):
        self.hub, self.username, self.slug = hub, username, slug
        self.port = hub.port
        self.cookies = {}
        self.acked = {}

    def sign_in(self):
        self.request("GET", "/sign-in/")
        status, _ = self.request("POST", "/sign-in/", {"username": self.username, "password": PASSWORD})
        assert status == 302, f"{self.username} could not sign in: {status}"
        return self

    def sign_out(self):
        return self.request("POST", "/sign-out/", {})[0]

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def request(self, method, path, fields=None, *, accept="text/html", timeout=15, port=None):
        """(status, text). Raises OSError or HTTPException when no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout)
        # The address people know stays the same, whichever process or proxy answers.
        headers = {"Accept": accept, "Cookie": self.cookie, "Host": f"127.0.0.1:{self.hub.port}"}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("hub_csrf", "")
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value.strip('"')
            return answer.status, text

    def say(self, body, *, client_id=None, port=None, timeout=15):
        """The answer to one try at posting, with its `status`; remembered when the hub took the message."""
        client_id = client_id or str(uuid.uuid4())
        fields = {"body": body, "client_id": client_id}
        path = f"/rooms/{self.slug}/messages/"
        status, text = self.request("POST", path, fields, accept="application/json", port=port, timeout=timeout)
        answer = json.loads(text) | {"status": status}
        if status in (200, 201):
            self.acked[client_id] = answer
        return answer

    def insist(self, body, *, seconds=20):
        """Say it again with the same client_id until the hub answers, as the outbox does. Returns the tries it took."""
        client_id, last, tries = str(uuid.uuid4()), time.monotonic() + seconds, 0
        while True:
            tries += 1
            try:
                answer = self.say(body, client_id=client_id, timeout=5)
                assert answer["status"] in (200, 201), answer
                return tries
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < last, "the hub did not come back"
                time.sleep(random.uniform(0.05, 0.15))

    def page(self):
        """The ids of the messages on the plain page, from top to bottom."""
        status, text = self.request("GET", f"/rooms/{self.slug}/")
        assert status == 200, status
        return [int(found) for found in re.findall(r'<li[^>]*\bid="message-(\d+)"', text)]

    def changes(self, after=0):
        status, text = self.request("GET", f"/rooms/{self.slug}/messages/?after={after}", accept="application/json")
        assert status == 200, status
        return json.loads(text)

    def listen(self, *, after=0, port=None):
        return Feed(self, after=after, port=port)


class Feed(threading.Thread):
    """An open room: hears until `stop()`, and comes back from where it was, unless it is told to stay away."""

    def __init__(self, person, *, after=0, port=None):
        super().__init__(daemon=True)
        self.person, self.port = person, port or person.port
        self.revision = after
        self.frames = []  # (monotonic seconds, frame)
        self.arrivals = {}  # id -> monotonic seconds, in the order they came first
        self.seqs = {}
        self.codes = []  # of every close, None where none was given
        self.closed_at = []
        self.refused = None
        self.opened = 0
        self.over = threading.Event()  # it was stopped, or told to stay away
        self._socket = None
        self.news = threading.Condition()

    def __enter__(self):
        self.start()
        self.wait(lambda: self.frames or self.refused)
        assert not self.refused, self
        return self

    def __exit__(self, *problem):
        self.stop()

    def stop(self):
        self.over.set()
        if self._socket is not None:
            self._socket.close()
        self.join(10)

    def run(self):
        while not self.over.is_set():
            try:
                self._hear()
            except InvalidStatus as answer:
                if answer.response.status_code < 500:
                    self.over.set()
                    self._note(lambda status=answer.response.status_code: setattr(self, "refused", status))
            except (OSError, EOFError, WebSocketException):
                pass  # cut in the middle of coming in, or nobody there yet
            if self.codes and self.codes[-1] in STAY_AWAY:
                self.over.set()
            self.over.wait(random.uniform(0.05, 0.2))

    def _hear(self):
        address = f"ws://127.0.0.1:{self.port}/rooms/{self.person.slug}/feed/?after={self.revision}"
        headers, origin = {"Cookie": self.person.cookie}, f"http://127.0.0.1:{self.port}"
        options = {"origin": origin, "additional_headers": headers, "compression": None, "max_size": None}
        with connect(address, open_timeout=10, close_timeout=2, ping_interval=None, **options) as self._socket:
            self.opened += 1
            try:
                while True:
                    self._take(json.loads(self._socket.recv()), time.monotonic())
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else None
                self._note(lambda: (self.closed_at.append(time.monotonic()), self.codes.append(code)))

    def _take(self, frame, now):
        with self.news:
            self.frames.append((now, frame))
            self.revision = max(self.revision, frame.get("revision", 0))
            for change in frame.get("upsert", ()):
                self.arrivals.setdefault(change["id"], now)
                self.seqs[change["id"]] = change["seq"]
            self.news.notify_all()

    def _note(self, write):
        with self.news:
            write()
            self.news.notify_all()

    def wait(self, happens, *, seconds=10):
        """Wait until `happens()` is true after something was heard."""
        with self.news:
            heard = self.news.wait_for(happens, seconds)
        assert heard, f"not in {seconds:.1f} s: {self}"

    def __repr__(self):
        return (
            f"<feed of {self.person.username}: opened {self.opened} times, closed with {self.codes}, refused "
            f"{self.refused}, {len(self.frames)} frames, {len(self.seqs)} messages, at revision {self.revision}>"
        )

    def wait_for_message(self, pk, *, seconds=10):
        """When the message came, in monotonic seconds."""
        self.wait(lambda: pk in self.arrivals, seconds=seconds)
        return self.arrivals[pk]

    def order(self):
        return sorted(self.seqs, key=self.seqs.__getitem__)

    def heard_after(self, moment):
        """Frames that came after a moment (monotonic seconds)."""
        return [frame for at, frame in self.frames if at > moment]


def check(hub, *, people, feeds, within=5.0, slug=SLUG):
    """What was acked is stored, once, in a gapless order that every observer has, each complete within a time.

    Returns figures: how many messages, and the longest time an observer needed from now on.
    """
    from groups.rooms.models import Message

    began = time.monotonic()
    with hub.orm():
        shown = Message.objects.filter(room__slug=slug).exclude(seq=None).order_by("seq")
        stored = [
            (str(client_id), pk, seq, body)
            for client_id, pk, seq, body in shown.values_list("client_id", "pk", "seq", "body")
        ]
    order = [pk for _, pk, _, _ in stored]
    assert [seq for _, _, seq, _ in stored] == list(range(1, len(stored) + 1)), "the order has gaps"
    by_client = {client_id: (pk, seq) for client_id, pk, seq, _ in stored}
    assert len(by_client) == len(stored) == len({body for *_, body in stored}), "something is there twice"
    for person in people:
        for client_id, answer in person.acked.items():
            assert by_client.get(client_id) == (answer["id"], answer["seq"]), f"acked and lost: {answer}"
    for feed in feeds:
        feed.wait(lambda feed=feed: len(feed.seqs) >= len(order), seconds=max(0.1, within - (time.monotonic() - began)))
        assert feed.order() == order, "an observer has another order"
        assert list(feed.arrivals) == order, "an observer heard in another order"
    return {"messages": len(order), "complete_s": round(time.monotonic() - began, 2)}
