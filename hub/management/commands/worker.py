"""A background worker as a process of its own. Start as many as there is work for."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from hub.work.worker import LEASE, Worker


class Command(BaseCommand):
    help = "Run background work until told to stop. A second signal ends it at once; its work is then taken up again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--lease",
            type=float,
            default=LEASE.total_seconds(),
            help="Seconds after which the work of a worker that died is taken up again (default %(default)s).",
        )

    def handle(self, *args: Any, lease: float, **options: Any) -> None:
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            signal.signal(number, signal.SIG_DFL)
            # Not from here: the interrupted code may be holding the event's own lock.
            threading.Thread(target=stop.set).start()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        Worker(lease=timedelta(seconds=lease)).run(stop)
        for connection in connections.all():
            if hasattr(connection, "close_pool"):
                connection.close_pool()
