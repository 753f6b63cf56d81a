"""What a room's frame says, and the WebSocket framing around it, read and written by hand.

A general client costs more than the server it measures, so this reads only what a server sends to a client that
offered no extension: whole, unmasked frames.
"""

import base64
import json
import os
from collections.abc import Iterator
from typing import Any

TEXT, CLOSE, PING = 0x1, 0x8, 0x9

# The size and shape of a frame as the hub sends it, for floors that run with no hub beside them.
SAMPLE = {
    "revision": 1,
    "upsert": [
        {
            "id": 1,
            "seq": 1,
            "revision": 1,
            "html": '<li id="message-1" class="message" data-seq="1" data-revision="1" data-author="3">'
            '<article><header><bdi class="name">Kwame</bdi> <time datetime="2026-11-26T18:04:11Z">18:04</time></header>'
            '<div class="words" lang="en" dir="auto"><p>'
            + "I nearly stayed at home tonight, and then I thought of the kitchen table and all of you. " * 3
            + "</p></div><footer><a href='#reply'>Reply</a></footer></article></li>",
        }
    ],
    "gone": [],
    "more": False,
    "panels": {},
}


def as_text(frame: dict[str, Any], *, message: int) -> str:
    """The frame as one about another message, near enough to the same number of bytes."""
    (change,) = frame["upsert"]
    copy = {**frame, "revision": message, "upsert": [{**change, "id": message, "revision": message}]}
    return json.dumps(copy, ensure_ascii=False, separators=(",", ":"))


def handshake(path: str, *, port: int, cookie: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return "\r\n".join([*lines, "", ""]).encode()


def masked(opcode: int, payload: bytes) -> bytes:
    """A short frame from the client; the mask of zeros is allowed and spares the work."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


def take_frames(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """(opcode, payload, where the next frame begins) for each whole frame at the front of `data`."""
    start, length = 0, len(data)
    while start + 2 <= length:
        if not data[start] & 0x80:
            raise ValueError("the server split a message into several frames, which this client does not read")
        size, body = data[start + 1], start + 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            size, body = int.from_bytes(data[body : body + wide]), body + wide
        end = body + size
        if end > length:
            return
        yield data[start] & 0x0F, data[body:end], end
        start = end
