"""Says things in the room at an even pace, from a process of its own, as a page worker does.

`python -m tests.bench.poster KIND ARGUMENT`. Each line on its input is `{"messages": 40, "rate": 5}`; each answer
`{"sent": {id: monotonic nanoseconds before sending}, "revision": of the room after the last, "cpu_ms": for each
message, "late_ms": how far it fell behind the pace}`.
The clock is the machine's, so the times can be compared with those of another process.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import frames

type Say = Callable[[], tuple[int, int]]  # says one thing; gives the message's id and the room's revision


@contextmanager
def bare(argument: str) -> Iterator[Say]:
    """The argument is `PORT:FRAME.json`. Connects anew for each order: the server may have been restarted."""
    from websockets.sync.client import connect

    port, _, path = argument.partition(":")
    frame, ids = json.loads(Path(path).read_text()), itertools.count(time.monotonic_ns() // 1_000_000)
    with connect(f"ws://127.0.0.1:{port}/post", compression=None) as socket:

        def say() -> tuple[int, int]:
            message = next(ids)
            socket.send(frames.as_text(frame, message=message))
            return message, message

        yield say


@contextmanager
def stock(argument: str) -> Iterator[Say]:
    """The argument is `PORT:FRAME.json`; the port is not used, everything goes through Redis."""
    from tests.bench.stock import send_to_room

    frame, ids = (
        json.loads(Path(argument.partition(":")[2]).read_text()),
        itertools.count(time.monotonic_ns() // 1_000_000),
    )
    with asyncio.Runner() as runner:

        def say() -> tuple[int, int]:
            message = next(ids)
            runner.run(send_to_room(frames.as_text(frame, message=message)))
            return message, message

        yield say


@contextmanager
def hub(argument: str) -> Iterator[Say]:
    """The argument is the slug of a room made by `seed`."""
    from tests.bench.seed import speaker

    yield speaker(argument)


def post(say: Say, *, messages: int, rate: float) -> dict[str, Any]:
    sent, revision, late, cpu = {}, 0, 0.0, time.process_time()
    began = time.monotonic()
    for number in range(messages):
        due = began + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        late = max(late, time.monotonic() - due)
        at = time.monotonic_ns()
        message, revision = say()
        sent[json.dumps(message)] = at
    return {
        "sent": sent,
        "revision": revision,
        "cpu_ms": (time.process_time() - cpu) * 1000 / messages,
        "late_ms": late * 1000,
    }


def main(kind: str, argument: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    channel = {"bare": bare, "stock": stock, "hub": hub}[kind]
    for line in sys.stdin:
        with channel(argument) as say:
            print(json.dumps(post(say, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
