"""The server's end of a socket, which lies behind an ASGI `send`: what it holds back, and how to let go of it.

ASGI has no word for either. Daphne and uvicorn are known here; behind any other server nothing is done. And one frame
for a thousand sockets is made ready once here: the servers would frame and queue it anew for each of them.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Awaitable, Callable
from typing import Any

OPEN = 3  # autobahn's WebSocketProtocol.STATE_OPEN; what websockets calls open is 1

type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Straight = Callable[[Frame], bool | None]


class Frame:
    """A text frame for many sockets, and the same as it goes over the wire once somebody needs that."""

    __slots__ = ("_bytes", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._bytes = b""

    @property
    def on_the_wire(self) -> bytes:
        """The whole frame as a server sends it, not compressed (RFC 6455, section 5.2)."""
        if not self._bytes:
            words = self.text.encode()
            size = len(words)
            if size < 126:
                head = struct.pack("!BB", 0x81, size)
            elif size < 65536:
                head = struct.pack("!BBH", 0x81, 126, size)
            else:
                head = struct.pack("!BBQ", 0x81, 127, size)
            self._bytes = head + words
        return self._bytes


def straight_to(send: Send) -> Straight | None:
    """A way to hand a ready frame to the socket behind `send` at once; None where ASGI's own way is the only one.

    It answers True when the frame is on its way, False when the socket is not open, and None when it would have to
    wait, so that ASGI's own way must be taken. What the kernel does not take at once waits in the transport, in order.
    """
    protocol: Any = protocol_behind(send)
    if hasattr(protocol, "sendPreparedMessage"):
        return _straight_to_daphne(protocol)
    if all(hasattr(protocol, name) for name in ("conn", "writable", "close_sent")):
        return _straight_to_uvicorn(protocol)
    return None


def _straight_to_daphne(protocol: Any) -> Straight:
    transport = protocol.transport
    at_once = getattr(transport, "writeSomeData", None)

    def write(frame: Frame) -> bool:
        if protocol.state != OPEN:
            return False
        data = frame.on_the_wire
        if at_once is None or transport.dataBuffer or transport._tempDataLen:
            transport.write(data)
            return True
        taken = at_once(data)
        if not isinstance(taken, int):  # the connection is lost; Twisted hears of it when it reads
            return False
        if taken < len(data):
            transport.write(data[taken:])
        return True

    return write


def _straight_to_uvicorn(protocol: Any) -> Straight | None:
    if getattr(protocol.conn, "extensions", None):  # compressed frames have to be made one by one
        return None

    def write(frame: Frame) -> bool | None:
        if protocol.close_sent or protocol.conn.state.value != 1:
            return False
        if not protocol.writable.is_set():
            return None
        protocol.transport.write(frame.on_the_wire)
        return True

    return write


def protocol_behind(send: Send) -> Any:
    """The server's protocol object, or None. Daphne binds it as an argument, uvicorn as the object of a method."""
    if isinstance(send, functools.partial):
        found = send.args[0] if send.args else None
    else:
        found = getattr(send, "__self__", None)
    return found if hasattr(found, "transport") else None


def unsent_by(send: Send) -> Callable[[], int]:
    """How many bytes the server holds back for the socket behind `send`.

    Daphne's send never waits, so its outgoing buffer must be looked at. Other servers wait in send; there it is 0.
    """
    protocol = protocol_behind(send)
    if not hasattr(protocol, "sendCloseFrame"):
        return lambda: 0

    def unsent() -> int:
        transport = protocol.transport
        return len(getattr(transport, "dataBuffer", b"")) + int(getattr(transport, "_tempDataLen", 0))

    return unsent


async def close(send: Send, code: int) -> None:
    """Close with any code. Daphne passes on none below 3000 but 1000, though its protocol can send them."""
    protocol = protocol_behind(send)
    if 1000 < code < 3000 and hasattr(protocol, "sendCloseFrame"):
        protocol.sendCloseFrame(code=code)
    else:
        await send({"type": "websocket.close", "code": code})


def abort(send: Send) -> None:
    """Let go of the socket at once, with what was not sent. Nothing happens where it is gone already."""
    transport = getattr(protocol_behind(send), "transport", None)
    let_go = getattr(transport, "abortConnection", None) or getattr(transport, "abort", None)
    if let_go is not None:
        let_go()
