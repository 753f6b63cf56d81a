"""`manage.py invite --role ROLE`: an invitation link, for the first person of a hub or for anybody."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from hub.members.arrivals import find_invitation, invite
from hub.members.models import Role


class Command(BaseCommand):
    help = "Print a link with which one person can come in. It works once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=Role.Name.values, default=Role.Name.NEWCOMER)
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        token = invite(role=options["role"])
        made = find_invitation(token)
        assert made is not None
        link = address() + reverse("join", args=[token])
        if options["json"]:
            line = {"link": link, "role": made.role, "expires_at": made.expires_at.isoformat()}
            self.stdout.write(json.dumps(line))
        else:
            self.stdout.write(link)


def address() -> str:
    """Where this hub is reached, as far as its settings say."""
    if settings.HUB_ORIGINS:
        return str(settings.HUB_ORIGINS[0])
    host = next((host for host in settings.ALLOWED_HOSTS if host != "testserver"), "127.0.0.1")
    return f"https://{host}" if settings.HUB_HTTPS else f"http://{host}:8000"
