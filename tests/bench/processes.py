"""Starting the processes of a bench and taking every one of them away again, by its pid.

What the processes do is not known here; PostgreSQL and Redis come from `tests.servers`.
"""

import contextlib
import json
import os
import resource
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.servers import end_with_parent

ROOT = Path(__file__).resolve().parents[2]


class DidNotStart(Exception):
    """A process ended, or did not answer, before or while it was used; the text holds the end of its output."""


def raise_file_limit() -> None:
    """Let this process and its children hold as many sockets as the machine allows (the usual 1,024 are too few)."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Child:
    """One process, its output in a file (a pipe that nobody reads would stop it)."""

    def __init__(self, command: Sequence[str], *, output: Path, env: dict[str, str] | None = None, **pipes: Any):
        self.output = output
        with output.open("ab") as stream:
            self.process = subprocess.Popen(
                list(command),
                cwd=ROOT,
                env={**os.environ, **(env or {})},
                stdin=pipes.get("stdin", subprocess.DEVNULL),
                stdout=pipes.get("stdout", stream),
                stderr=stream,
                preexec_fn=end_with_parent(),  # should the bench itself be killed
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_for_port(self, port: int, *, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.02)
        raise DidNotStart(self.complaint())

    def complaint(self) -> str:
        tail = self.output.read_text(errors="replace")[-3000:]
        return f"{' '.join(map(str, self.process.args))}\nended or was silent; its last words:\n{tail}"

    def kill(self) -> None:
        """As a power cut would: no goodbye to anybody."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.kill()


class Talker(Child):
    """A process that answers each line of JSON with one line of JSON."""

    def __init__(self, module: str, *arguments: str, output: Path, env: dict[str, str] | None = None):
        command = [sys.executable, "-m", module, *arguments]
        super().__init__(command, output=output, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, **order: Any) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise DidNotStart(self.complaint()) from None

    def hear(self, *, within: float = 60) -> dict[str, Any]:
        """The answer to the oldest order not yet answered. One answer a line, so a bare select is enough."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], within)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise DidNotStart(self.complaint())
        return json.loads(line)

    def ask(self, *, within: float = 60, **order: Any) -> dict[str, Any]:
        self.tell(**order)
        return self.hear(within=within)


@contextlib.contextmanager
def started(child: Child) -> Iterator[Any]:
    try:
        yield child
    finally:
        child.stop()
