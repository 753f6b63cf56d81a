"""Belonging to a room: join, change part, end. Whatever is lost here closes open sockets before their next frame."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from groups.rooms.models import Membership, Presence, Room
from groups.rooms.revisions import advance, lock
from groups.rooms.rules import forget_membership
from hub.members.models import Member
from hub.permissions import require
from moderation.cases.actions import record
from moderation.cases.models import Action


def join_room(*, member: Member, room: Room, part: str = Membership.Part.PARTICIPANT) -> Membership:
    """Belong to a room from now on; the same membership again if there is one already."""
    with transaction.atomic():
        lock(room)
        membership: Membership
        # What a facilitator asked of them is not undone by going out and coming in again.
        last = Membership.objects.filter(member=member, room=room).exclude(ended_at=None).order_by("-ended_at").first()
        kept = {"muted_until": last.muted_until, "held_at": last.held_at} if last else {}
        membership, _ = Membership.objects.live().get_or_create(
            member=member, room=room, defaults={"part": part, **kept}
        )
    forget_membership(member, room)
    return membership


def change_part(*, by: Member, membership: Membership, part: str) -> None:
    """Make a member of the room a facilitator of it, or a participant again."""
    require(by, "room.facilitate", membership.room)
    with transaction.atomic():
        room = lock(membership.room)
        membership.refresh_from_db(fields=["part", "ended_at"])
        if membership.ended_at is not None or membership.part == part:
            return
        membership.part = part
        membership.save(update_fields=["part"])
        record(kind=Action.Kind.CHANGE_PART, by=by, about=membership.member, place=("room", room.pk))
        advance(room, panels=True, doors=True)
    forget_membership(membership.member, membership.room)


def leave_room(*, member: Member, room: Room) -> None:
    """Give up belonging to the room. Nobody is told."""
    with transaction.atomic():
        membership = Membership.objects.live().filter(member=member, room=lock(room)).first()
        if membership is not None:
            end_membership(membership, by=member)
    forget_membership(member, room)


def end_membership(membership: Membership, *, by: Member | None) -> None:
    """The row work of ending: no rule is asked here, the verbs that call it have. Needs a transaction."""
    room = lock(membership.room)
    membership.ended_at, membership.ended_by = timezone.now(), by
    membership.save(update_fields=["ended_at", "ended_by"])
    Presence.objects.filter(room=room, member_id=membership.member_id).delete()
    advance(room, panels=True, doors=True)


class RoomDoors:
    """Rooms as doors that people may have to leave at once (`hub.contracts.Doorkeeper`)."""

    def standing_changed(self, member_id: int) -> None:
        rooms = Room.objects.filter(memberships__member_id=member_id, memberships__ended_at=None).order_by("pk")
        with transaction.atomic():
            for room in rooms:
                advance(lock(room), doors=True)
