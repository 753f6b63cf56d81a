"""Faults at the other end of a socket: readers that stop, that were away for long, that send nonsense."""

import contextlib
import re
import time
import uuid

from tests.faults import network
from tests.faults.people import check
from tests.faults.scene import listening, p99, signed_in, soon, unique
from tests.live import wait_for

LARGE = "🌱" * 3980  # characters of four bytes each
MOST = 400  # posts until a stopped reader must have been let go: 6 MB, more than twice what loopback buffers
GROWTH = 10 * 1024 * 1024  # bytes


def _stopping(person):
    """A socket that is opened and then never read."""
    return contextlib.closing(network.upgrade(person, after=10**6, receive_buffer=4096))


def stopped_reader(hub):
    """A reader stops reading while much is said. It is let go; everybody else hears at once, and memory stays."""
    writers = signed_in(hub, "kwame", "mina", "ife", "tomasz", "hana", "idris", "noor")
    bea, other = signed_in(hub, "bea", "bea")
    with (
        listening(other) as feeds,
        contextlib.closing(network.upgrade(bea, after=10**6, receive_buffer=4096)) as stopped,
    ):
        port = stopped.getsockname()[1]
        for number in range(len(writers)):  # what is loaded once is loaded
            writers[number % len(writers)].say(unique(LARGE))
        limit = soon(writers[0], feeds)
        before, waits, memory = network.memory(hub.process), [], []
        while network.is_held(hub.port, port):
            assert len(waits) < MOST, "a reader that stopped is still held"
            answer = writers[len(waits) % len(writers)].say(unique(LARGE))
            assert answer["status"] == 201, answer
            acked = time.monotonic()
            waits.append(max(0, feeds[0].wait_for_message(answer["id"], seconds=5) - acked))
            memory.append(network.memory(hub.process) - before)
        assert (feeds[0].opened, feeds[0].codes) == (1, []), feeds[0]
        assert p99(waits) < limit, (p99(waits), limit)
        assert max(memory) < GROWTH, max(memory)
        assert network.ends(stopped), "the server says it is gone, the reader cannot tell"
        check(hub, people=writers, feeds=feeds)
    return {"messages": len(waits), "others_p99_s": round(p99(waits), 3), "memory_mb": round(max(memory) / 2**20, 1)}


def dead_socket(hub):
    """A reader stops, and then its sign-in ends. The goodbye cannot reach it; the server does not wait for ever."""
    writers = signed_in(hub, "kwame", "mina", "ife", "tomasz", "hana", "idris", "noor")
    (bea,) = signed_in(hub, "bea")
    with _stopping(bea) as stopped:
        port = stopped.getsockname()[1]
        for number in range(len(writers)):
            writers[number].say(unique(LARGE))
        assert network.is_held(hub.port, port)
        bea.sign_out()
        began = time.monotonic()
        wait_for(lambda: not network.is_held(hub.port, port), seconds=6)
        return {"let_go_s": round(time.monotonic() - began, 2)}


def long_backlog(hub, *, messages=220):
    """Somebody comes back after much was said in long messages. They get it all, and nobody takes them for slow."""
    from django.db import transaction

    from groups.rooms import conversation
    from groups.rooms.models import Room
    from hub.members.models import Member

    noor, kwame = signed_in(hub, "noor", "kwame")
    with hub.orm():
        room, taken = Room.objects.get(slug=noor.slug), conversation.take
        conversation.take = lambda *limit: None  # what several hundred people said on an evening
        try:
            author = Member.objects.get(username="mina")
            with transaction.atomic():
                for _ in range(messages):
                    conversation.post_message(author=author, room=room, body=unique(LARGE), client_id=uuid.uuid4())
        finally:
            conversation.take = taken
    with listening(noor) as feeds:
        began = time.monotonic()
        answer = kwame.say(unique("You have read it all?"))
        feeds[0].wait_for_message(answer["id"], seconds=15)
        figures = check(hub, people=[kwame], feeds=feeds, within=15)
        assert feeds[0].opened == 1, feeds[0]
    return figures | {"read_s": round(time.monotonic() - began, 2)}


BROKEN = {
    "more than 64 KB in a frame": network.frame(1, b"x" * (64 * 1024 + 1)),
    "more than 1 MB in a frame": network.frame(1, b"x" * (1024 * 1024 + 1)),
    "a frame that claims 8 GB": network.frame(1, b"x", length=8 * 2**30),
    "bytes that are no UTF-8": network.frame(1, b"\xff\xfe\xc0"),
    "half of a surrogate pair": network.frame(1, b"\xed\xa0\x80"),
    "no mask": network.frame(1, b'{"op":"here"}', masked=False),
    "a reserved bit": network.frame(1, b"hello", first=0xC0),
    "an opcode of nobody": network.frame(3, b"hello"),
    "a ping longer than pings may be": network.frame(9, b"p" * 126),
    "a continuation of nothing": network.frame(0, b"and"),
    "a close with one byte": network.frame(8, b"\x03"),
    "a close with a code nobody may send": network.frame(8, b"\x03\xed"),
}
MEANINGLESS = [
    b"{", b"[]", b"null", b"NaN", b'{"op":NaN}', b"[" * 1000, b'{"op":"here"', b'"\\ud800"',
    b'{"op":"post","body":"hello"}',
    b'{"op":1,"op":"there"}', b"1e999", "{“op”:“here”}".encode(),
]  # fmt: skip


def broken_frames(hub):
    """Frames that are no frames end their socket and nothing else; text that means nothing is answered and ignored."""
    (kwame, noor) = signed_in(hub, "kwame", "noor")
    said_before, memory_before = len(hub.said()), network.memory(hub.process)
    with listening(noor) as feeds:
        for name, frame in BROKEN.items():
            with contextlib.closing(network.upgrade(kwame, after=10**6)) as raw:
                with contextlib.suppress(OSError):
                    raw.sendall(frame)
                assert network.ends(raw), f"{name}: the socket stayed open"
        with contextlib.closing(network.upgrade(kwame, after=10**6)) as raw:
            for text in MEANINGLESS:
                raw.sendall(network.frame(1, text))
            raw.sendall(network.frame(2, b"\x00\x01"))
            _hear(raw, b'{"op": "unreadable"}', len(MEANINGLESS) + 1)
        answer = kwame.say(unique("All is well"))
        feeds[0].wait_for_message(answer["id"], seconds=2)
        assert feeds[0].opened == 1
        check(hub, people=[kwame], feeds=feeds)
    said = hub.said()[said_before:]
    if hub.kind == "uvicorn":  # what it writes about bytes that are no UTF-8 is its own, and not ours to silence
        said = re.sub(r"ERROR: +Invalid UTF-8.*?UnicodeDecodeError:[^\n]*\n", "", said, flags=re.DOTALL)
    assert "Traceback" not in said, said
    assert " ERROR " not in said, said
    assert network.memory(hub.process) - memory_before < GROWTH
    return {"kinds": len(BROKEN) + len(MEANINGLESS)}


def _hear(raw, words, times):
    """Reads until the server has said these words so many times."""
    said = b""
    while said.count(words) < times:
        try:
            more = raw.recv(65536)
        except TimeoutError:
            more = b""
        assert more, f"{said.count(words)} of {times}: {said!r}"
        said += more
