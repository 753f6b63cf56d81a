"""Who is here: rows with a moment until which they count, moved on while somebody is there. Never history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from groups.rooms.models import Membership, Presence, Room
from hub.members.models import Member
from hub.permissions import require

SOCKET_FOR = timedelta(seconds=75)  # sockets are touched every 30 s
PAGE_FOR = timedelta(minutes=3)  # a page without JavaScript is touched when it is loaded
GONE_IN = timedelta(seconds=20)  # after the last socket closed: a phone may be back by then
BATCH = 200
NAMES_SHOWN = 50


@dataclass(frozen=True)
class Here:
    member_id: int
    name: str
    pane: str
    glass: str
    leads: bool
    listening: bool


def arrive(*, member: Member, room: Room) -> None:
    """Be in the room for a while, by loading its page or by coming through its door."""
    require(member, "room.see", room)
    touch([(room.pk, member.pk)], stay=PAGE_FOR)


def touch(pairs: Iterable[tuple[int, int]], *, stay: timedelta = SOCKET_FOR) -> None:
    """Move on the presence of (room id, member id) pairs, in statements of at most 200 rows."""
    now = timezone.now()
    rows = [
        Presence(room_id=room, member_id=member, arrived_at=now, seen_at=now, until=now + stay)
        for room, member in pairs
    ]
    for start in range(0, len(rows), BATCH):
        Presence.objects.bulk_create(
            rows[start : start + BATCH],
            update_conflicts=True,
            unique_fields=["room", "member"],
            update_fields=["seen_at", "until"],
        )


def go(pairs: Iterable[tuple[int, int]]) -> None:
    """The last socket of these (room id, member id) pairs closed; they count for a little while longer."""
    until = timezone.now() + GONE_IN
    for room, member in pairs:
        Presence.objects.filter(room_id=room, member_id=member, until__gt=until).update(until=until)


def step_out(*, member: Member, room: Room) -> None:
    """Leave the room for now, on purpose: gone from the list at once."""
    Presence.objects.filter(room=room, member=member).update(until=timezone.now())


def listen(*, member: Member, room: Room, listening: bool) -> None:
    """Say that one is reading along today, or taking part in words again. Both are full ways of being here."""
    arrive(member=member, room=room)
    Presence.objects.filter(room=room, member=member).update(listening=listening)


def who_is_here(room_id: int, *, now: object = None) -> tuple[int, list[Here]]:
    """How many are in the room, and the first fifty of them: who leads first, then in order of arrival."""
    here = Presence.objects.filter(
        room_id=room_id,
        until__gt=now or timezone.now(),
        member__memberships__room_id=room_id,
        member__memberships__ended_at=None,
    )
    leading = Membership.objects.live().leading().filter(room_id=room_id, member_id=OuterRef("member_id"))
    rows = here.order_by("arrived_at", "pk").values_list(
        "member_id", "member__name", "member__pane", "member__glass", Exists(leading), "listening"
    )
    people = [Here(*row) for row in rows[:NAMES_SHOWN]]
    count = len(people) if len(people) < NAMES_SHOWN else here.count()
    return count, sorted(people, key=lambda person: not person.leads)


def forget_gone() -> int:
    """Delete presences that ended more than an hour ago: nothing about who was where is kept."""
    gone, _ = Presence.objects.filter(until__lt=timezone.now() - timedelta(hours=1)).delete()
    return gone
