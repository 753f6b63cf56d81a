"""A hub with a full room for the bench: its database, its people, their sessions.

This side only starts things; what needs Django runs in `seed`, in a process of its own.
"""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import machine, servers
from tests.bench.processes import Talker


@dataclass(frozen=True)
class House:
    slug: str
    cookies: list[str]
    env: dict[str, str]


@contextlib.contextmanager
def built(folder: Path, redis: str, *, sockets: int, database: str | None) -> Iterator[House]:
    with database_url(folder, database) as url:
        env = {
            "DATABASE_URL": url,
            "REDIS_URL": redis,
            "HUB_MODE": "development",
            "HUB_DEBUG": "no",
            "HUB_DATA": str(folder),
            "HUB_SECRET_KEY": secrets.token_hex(32),
            "HUB_PROCESSES": "2",
            # The floors take their turn in between, with nobody here to look after the room.
            "HUB_ROOM_GRACE_SECONDS": "3600",
            "HUB_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "hub.settings",
        }
        seed = Talker("tests.bench.seed", str(sockets), output=folder / "seed.log", env=env)
        try:
            made = seed.hear(within=120)
        finally:
            seed.stop()
        yield House(slug=made["slug"], cookies=made["cookies"], env=env)


@contextlib.contextmanager
def database_url(folder: Path, database: str | None) -> Iterator[str]:
    """The address of an empty database: PostgreSQL where it is installed, unless another was asked for."""
    if database == "sqlite" or (database is None and not machine.find_postgres()):
        yield f"sqlite:///{folder / 'hub.sqlite3'}"
    else:
        with servers.Postgres() as postgres:
            yield postgres.url
