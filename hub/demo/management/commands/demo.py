"""`manage.py demo`: the whole hub on this machine, with sample people, in one process."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.demo import community
from hub.demo.people import CAST, PASSWORD


class Command(BaseCommand):
    help = "Start Fanlight on this machine with the demo community."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to listen; the next free port if it is taken")
        parser.add_argument("--data", type=Path, default=None, help="the folder for the data (default: var/)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has sample people with a known password. Start it with HUB_MODE=demo or none.")
        if options["data"] is not None and options["data"].resolve() != settings.HUB_DATA:
            self._start_again_with(options["data"].resolve())
        settings.HUB_DATA.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        community.build()
        community.keep_hana_present()
        port = free_port(options["port"])
        self._say_where(port)
        serve(port)

    def _start_again_with(self, data: Path) -> None:
        """Settings are read once, at the start of a process; another folder is another start."""
        environment = {**os.environ, "HUB_DATA": str(data)}
        arguments = [sys.executable, sys.argv[0], *sys.argv[1:]]
        sys.stdout.flush()
        os.execve(sys.executable, arguments, environment)

    def _say_where(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        lines = [
            f"Fanlight is at {address}/ and its live room at {address}/rooms/{community.LIVE_ROOM}/",
            f"Everybody’s password is {PASSWORD}",
            *(f"  {person.username:<8} {person.said}" for person in CAST),
            "Stop it with Ctrl+C. Run the same command again and everything is still there.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def free_port(wanted: int) -> int:
    """The wanted port on this machine, or the next one that nobody listens on."""
    for port in range(wanted, min(wanted + 50, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CommandError(f"No free port from {wanted} on. Choose another with --port.")


def serve(port: int) -> None:
    """Pages, sockets and the background worker in this process, until it is stopped."""
    from daphne.server import Server  # installs Twisted's reactor, which nothing but a server should do

    from hub.asgi import application
    from hub.work import thread

    thread.start()
    Server(
        application=application,
        # Daphne's own accept queue is 50: a storm of returning sockets would wait for seconds.
        endpoints=[f"tcp:port={port}:interface=127.0.0.1:backlog=2048"],
        websocket_timeout=-1,
        websocket_connect_timeout=60,
        websocket_max_message_size=65536,
        websocket_max_frame_size=65536,
        server_name="",
        verbosity=0,
    ).run()
    thread.stop()
