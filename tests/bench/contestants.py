"""Who is measured: two floors and the hub under two servers, each a command, a path and a way of speaking.

How they are measured is in `rooms`.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import free_port

FLOORS = ("bare", "stock")
HUBS = ("daphne", "uvicorn")


@dataclass(frozen=True)
class Contestant:
    name: str
    port: int
    command: list[str]
    rate: float  # messages a second
    poster: tuple[str, str]  # the kind and its argument
    path: str = "/"
    env: dict[str, str] = field(default_factory=dict)
    catches_up: bool = False
    poster_env: dict[str, str] = field(default_factory=dict)


def daphne(port: int, application: str) -> list[str]:
    # Twisted's own accept queue of 50 turns a thousand people coming back into half a minute of lost SYN packets.
    endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog=2048"
    return [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint, application]


def uvicorn(port: int, application: str) -> list[str]:
    command = [sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio"]
    return [*command, "--ws-per-message-deflate", "false", "--no-access-log", "--log-level", "warning"]


def floor(name: str, *, frame: Path, redis: str, rate: float) -> Contestant:
    port = free_port()
    commands = {
        "bare": [sys.executable, "-m", "tests.bench.bare", str(port)],
        "stock": daphne(port, "tests.bench.stock:application"),
    }
    env = {"BENCH_REDIS": redis}
    return Contestant(name, port, commands[name], rate, (name, f"{port}:{frame}"), env=env, poster_env=env)


def hub(name: str, *, slug: str, env: dict[str, str], rate: float) -> Contestant:
    port = free_port()
    commands = {"daphne": daphne, "uvicorn": uvicorn}
    return Contestant(
        name,
        port,
        commands[name](port, "hub.asgi:application"),
        rate,
        ("hub", slug),
        path=f"/rooms/{slug}/feed/",
        env={**env, "HUB_ORIGINS": f"http://127.0.0.1:{port}"},
        catches_up=True,
        poster_env=env,
    )
