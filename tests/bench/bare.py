"""The lower floor: one process that hands each frame it is given to every socket, and nothing else.

`python -m tests.bench.bare PORT`. Whoever connects to /post speaks; everybody else listens. No sign-in, no
database, no bus, no compression: what is left is the price of writing to a socket with the `websockets` library.
"""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

listeners: set[ServerConnection] = set()


async def handle(connection: ServerConnection) -> None:
    assert connection.request is not None
    if connection.request.path == "/post":
        async for frame in connection:
            broadcast(listeners, frame)
        return
    listeners.add(connection)
    try:
        await connection.wait_closed()
    finally:
        listeners.discard(connection)


async def main(port: int) -> None:
    async with serve(handle, "127.0.0.1", port, compression=None, backlog=2048):
        await asyncio.Future()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
