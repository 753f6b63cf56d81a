"""The server's end of a socket, which lies behind an ASGI `send`: what it holds back, and how to let go of it.

ASGI has no word for either. Daphne and uvicorn are known here; behind any other server nothing is done. And one frame
for a thousand sockets is made ready once here: Daphne would frame and queue it anew for each of them.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

OPEN = 3  # autobahn's WebSocketProtocol.STATE_OPEN

type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Frame:
    """A text frame for many sockets, and the same as it goes over the wire once somebody needs that."""

    __slots__ = ("_bytes", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._bytes = b""

    def on_the_wire(self, factory: Any) -> bytes:
        """The whole WebSocket frame, as autobahn prepares it for sending to many."""
        if not self._bytes:
            self._bytes = factory.prepareMessage(self.text.encode(), isBinary=False, doNotCompress=True).payloadHybi
        return self._bytes


def straight_to(send: Send) -> Callable[[Frame], bool] | None:
    """A way to hand a ready frame to the socket behind `send` at once; None where ASGI's own way is the only one.

    It answers False when the socket is not open. What the kernel does not take at once waits in the transport, after
    what waits there already.
    """
    protocol = protocol_behind(send)
    factory: Any = getattr(protocol, "factory", None)
    transport: Any = getattr(protocol, "transport", None)
    if not hasattr(factory, "prepareMessage") or not hasattr(transport, "write"):
        return None
    at_once = getattr(transport, "writeSomeData", None)

    def write(frame: Frame) -> bool:
        if protocol.state != OPEN:
            return False
        data = frame.on_the_wire(factory)
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
