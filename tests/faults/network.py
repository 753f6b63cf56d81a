"""The wire under the people: a proxy that can cut it, sockets that speak it badly, and what the kernel says of it."""

import contextlib
import os
import re
import select
import socket
import struct
import threading
from pathlib import Path

LOOPBACK = "127.0.0.1"


class Cutter:
    """A TCP proxy in front of a hub. While `cutting`, requests go through and answers never come back."""

    def __init__(self, port):
        self.behind = port
        self.cutting = threading.Event()
        self.swallowed = 0
        self.door = socket.create_server((LOOPBACK, 0))
        self.port = self.door.getsockname()[1]
        self.threads = []

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *problem):
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for thread in self.threads:
            thread.join(5)

    def _start(self, work, *args):
        thread = threading.Thread(target=work, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.door.accept()
                self._start(self._carry, near)

    def _carry(self, near):
        with near, socket.create_connection((LOOPBACK, self.behind)) as far, contextlib.suppress(OSError):
            while True:
                for ready in select.select([near, far], [], [], 20)[0]:
                    said = ready.recv(65536)
                    if not said:
                        return
                    if ready is near:
                        far.sendall(said)
                    elif self.cutting.is_set():
                        self.swallowed += 1  # the hub has answered, so it has committed
                        return
                    else:
                        near.sendall(said)


# --- Sockets that behave badly ----------------------------------------------------------------------------------------


def upgrade(person, *, after=0, receive_buffer=None):
    """A raw socket on which the feed has been opened; nothing after the answer's head was read."""
    raw = socket.socket()
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.settimeout(10)
    raw.connect((LOOPBACK, person.port))
    lines = [
        f"GET /rooms/{person.slug}/feed/?after={after} HTTP/1.1",
        f"Host: {LOOPBACK}:{person.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Origin: {person.hub.url}",
        f"Cookie: {person.cookie}",
        "",
        "",
    ]
    raw.sendall("\r\n".join(lines).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = raw.recv(1)
        assert byte, f"the door stayed shut: {head!r}"
        head += byte
    assert head.startswith(b"HTTP/1.1 101"), head
    return raw


def frame(opcode, payload=b"", *, first=0x80, masked=True, length=None):
    """A client's frame, right or wrong. `length` claims another length than the payload has."""
    size = len(payload) if length is None else length
    mask = 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first | opcode, mask | size)
    elif size < 65536:
        head = struct.pack("!BBH", first | opcode, mask | 126, size)
    else:
        head = struct.pack("!BBQ", first | opcode, mask | 127, size)
    if not masked:
        return head + payload
    key = b"\x01\x02\x03\x04"
    return head + key + bytes(byte ^ key[n % 4] for n, byte in enumerate(payload))


def ends(raw, *, seconds=5):
    """Whether the other side ends this connection within a time; what it still says is thrown away."""
    raw.settimeout(seconds)
    try:
        while raw.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


# --- What the kernel knows --------------------------------------------------------------------------------------------


def is_held(server_port, client_port):
    """Whether a process still holds its end of the connection from this client to this server."""
    wanted = f"0100007F:{server_port:04X}", f"0100007F:{client_port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, *rest = line.split()
        if (local, remote) == wanted:
            return rest[5] != "0"  # an inode: of no process once it is closed
    return False


def memory(process):
    """Resident bytes of a process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    return int(found[1]) * 1024


def cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
