"""The queries that the rooms' pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from groups.rooms.models import Membership, Message, Pin, Room
from hub.members.models import Member
from moderation.cases.models import Action


@dataclass(frozen=True)
class Listed:
    room: Room
    membership: Membership
    leaders: list[str]


def rooms_of(member: Member) -> list[Listed]:
    """The member's rooms with who leads each; three queries however many rooms there are."""
    memberships = list(
        Membership.objects.live().filter(member=member).select_related("room").order_by("room__name", "pk")
    )
    leading = Membership.objects.live().leading().filter(room__in=[membership.room_id for membership in memberships])
    leaders: dict[int, list[str]] = {}
    for room_id, name in leading.order_by("joined_at", "pk").values_list("room_id", "member__name"):
        leaders.setdefault(room_id, []).append(name)
    return [Listed(one.room, one, leaders.get(one.room_id, [])) for one in memberships]


def leaders(room: Room) -> list[str]:
    leading = Membership.objects.live().leading().filter(room=room)
    return list(leading.order_by("joined_at", "pk").values_list("member__name", flat=True))


def pins(room: Room) -> list[Message]:
    """Pinned messages that can still be read, newest pin first."""
    live = Pin.objects.filter(room=room, ended_at=None, message__state=Message.State.POSTED)
    return [pin.message for pin in live.order_by("-at", "-pk").select_related("message__author")]


def needs_you(room: Room) -> dict[str, Any]:
    """What facilitators see: messages that wait, oldest first, and whom something is asked of at the moment."""
    now = timezone.now()
    waiting = Message.objects.filter(room=room, state=Message.State.HELD).select_related("author").order_by("revision")
    members = Membership.objects.live().filter(room=room).select_related("member")
    return {
        "room": room,
        "held": list(waiting[:30]),
        "held_members": list(members.exclude(held_at=None)),
        "muted": list(members.filter(muted_until__gt=now)),
    }


def own_waiting(member: Member, room: Room) -> list[Message]:
    """The member's own messages that nobody else sees: held, or returned with a sentence."""
    states = (Message.State.HELD, Message.State.RETURNED)
    return list(Message.objects.filter(room=room, author=member, state__in=states).order_by("written_at", "pk"))


def why(message: Message) -> Action | None:
    """The last measure about a message: what was done to it, under which clause and why."""
    about = Action.objects.filter(thing_kind="message", thing_id=message.pk, kind__in=Action.NEEDS_CLAUSE)
    return about.select_related("clause").order_by("-at", "-pk").first()


def leading(room: Room) -> QuerySet[Membership]:
    live = Membership.objects.live().filter(room=room, part=Membership.Part.FACILITATOR)
    return live.select_related("member").order_by("joined_at", "pk")


def participants(room: Room) -> QuerySet[Membership]:
    live = Membership.objects.live().filter(room=room, part=Membership.Part.PARTICIPANT)
    return live.select_related("member").order_by("member__name", "pk")


def log_of(room: Room, *, since: datetime | None = None) -> list[Action]:
    """What was done in the room, newest first, for the people who lead it."""
    done = Action.objects.filter(place_kind="room", place_id=room.pk).select_related("by", "about", "clause")
    return list((done.filter(at__gte=since) if since else done).order_by("-at", "-pk")[:50])
