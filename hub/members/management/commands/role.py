"""`manage.py role NAME --give ROLE` or `--end ROLE`: what a member may be asked to do, hub-wide."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.members.arrivals import end_role, grant_role
from hub.members.models import Member, Role
from hub.members.names import username_of


class Command(BaseCommand):
    help = "Give a member a role, or end it. What is open in their browsers changes at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name they come in with")
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--give", choices=Role.Name.values)
        act.add_argument("--end", choices=Role.Name.values)

    def handle(self, *args: Any, **options: Any) -> None:
        member = Member.objects.filter(username=username_of(options["name"])).first()
        if member is None:
            raise CommandError("Nobody here has that name.")
        if options["give"]:
            grant_role(member=member, name=options["give"])
        else:
            end_role(member=member, name=options["end"])
        held = ", ".join(sorted(member.roles_held())) or "none"
        self.stdout.write(f"{member.name}: {held}")
