"""The facilitator's hand: open and close, hold and let through, cover, remove, mute, show the door, pin.

Each is an Action in the same transaction as its effect. Who is affected is told, privately and without scolding.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext

from groups.rooms import presence
from groups.rooms.conversation import changed, checked_cover, show
from groups.rooms.membership import end_membership
from groups.rooms.models import Membership, Message, Pin, Room
from groups.rooms.revisions import advance, lock
from groups.rooms.rules import forget_membership, is_facilitator
from hub import events
from hub.members.models import Member
from hub.notifications.telling import tell_member
from hub.permissions import Refused, require
from moderation.cases.actions import record
from moderation.cases.models import Action
from moderation.conduct.models import Clause

MUTES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=24), timedelta(days=7))


def open_room(*, by: Member, room: Room) -> None:
    """Open the gate, and be there: a gated room is open only while a facilitator is present."""
    require(by, "room.facilitate", room)
    presence.arrive(member=by, room=room)
    _set_state(by, room, Room.State.OPEN, Action.Kind.OPEN_ROOM)


def close_room(*, by: Member, room: Room) -> None:
    """End the talk for now. Everything written stays readable."""
    require(by, "room.facilitate", room)
    _set_state(by, room, Room.State.CLOSED, Action.Kind.CLOSE_ROOM)


def _set_state(by: Member, room: Room, state: str, kind: str) -> None:
    with transaction.atomic():
        locked = _locked(by, room)
        if locked.state != state:
            locked.state, locked.state_at = state, timezone.now()
            advance(locked, "state", "state_at", panels=True)
            record(kind=kind, by=by, place=_place(room))
    room.state = state


def hold_room(*, by: Member, room: Room, holds: bool) -> None:
    """Ask to see everyone's new messages first, or let them go straight in again."""
    require(by, "room.facilitate", room)
    with transaction.atomic():
        locked = _locked(by, room)
        if locked.holds_all != holds:
            locked.holds_all = holds
            advance(locked, "holds_all", panels=True)
            record(kind=Action.Kind.HOLD_ROOM if holds else Action.Kind.RELEASE_ROOM, by=by, place=_place(room))
    room.holds_all = holds


def hold_member(*, by: Member, membership: Membership, clause: Clause | None, reason: str) -> None:
    """Ask to see one person's new messages first, in this room."""
    with transaction.atomic():
        room = _for_somebody(by, membership)
        membership.held_at = timezone.now()
        membership.save(update_fields=["held_at"])
        _record(Action.Kind.HOLD_MEMBER, by, membership, clause=clause, reason=reason)
        advance(room, panels=True)


def release_member(*, by: Member, membership: Membership) -> None:
    """Let one person's new messages go straight in again."""
    with transaction.atomic():
        room = _for_somebody(by, membership)
        membership.held_at = None
        membership.save(update_fields=["held_at"])
        _record(Action.Kind.RELEASE_MEMBER, by, membership)
        advance(room, panels=True)


def mute(*, by: Member, membership: Membership, lasting: timedelta, clause: Clause | None, reason: str) -> datetime:
    """Ask somebody to read along until a moment, which is returned. They keep reading; it ends by itself."""
    if lasting not in MUTES:
        raise Refused(pgettext("refusal", "Choose one of the lengths of time offered."), "refused")
    until = timezone.now() + lasting
    with transaction.atomic():
        room = _for_somebody(by, membership)
        membership.muted_until = until
        membership.save(update_fields=["muted_until"])
        _record(Action.Kind.MUTE, by, membership, clause=clause, reason=reason, until=until)
        _tell(events.MEMBER_MUTED, membership.member, room, clause, reason, until=until.isoformat())
        advance(room, panels=True)
    return until


def unmute(*, by: Member, membership: Membership) -> None:
    """End the time of reading along early."""
    with transaction.atomic():
        room = _for_somebody(by, membership)
        membership.muted_until = None
        membership.save(update_fields=["muted_until"])
        _record(Action.Kind.UNMUTE, by, membership)
        advance(room, panels=True)


def show_door(*, by: Member, membership: Membership, clause: Clause | None, reason: str) -> None:
    """End somebody's membership of this room. Open sockets close before their next frame."""
    with transaction.atomic():
        room = _for_somebody(by, membership)
        end_membership(membership, by=by)
        _record(Action.Kind.SHOW_DOOR, by, membership, clause=clause, reason=reason)
        _tell(events.MEMBERSHIP_ENDED, membership.member, room, clause, reason, path="/help/")
    forget_membership(membership.member, membership.room)


def approve_message(*, by: Member, message: Message, revision: int | None = None) -> Message:
    """Let a held message through. It takes its place in the talk now.

    `revision` is the message's as it was read: Refused when its author has changed it since.
    """
    with transaction.atomic():
        room, message = _for_message(by, message, Message.State.HELD, revision)
        show(message, room, now=timezone.now())
        record(kind=Action.Kind.APPROVE, by=by, about=message.author, place=_place(room), thing=("message", message.pk))
        tell_member(member=message.author, kind=events.MESSAGE_APPROVED, path=room.get_absolute_url(), room=room.name)
    return message


def return_message(
    *, by: Member, message: Message, clause: Clause | None, reason: str, revision: int | None = None
) -> Message:
    """Give a held message back to its author with a sentence. They can reword it and send it again.

    `revision` as with `approve_message`.
    """
    with transaction.atomic():
        room, message = _for_message(by, message, Message.State.HELD, revision)
        message.state = Message.State.RETURNED
        message.revision = advance(room, panels=True)
        message.save(update_fields=["state", "revision"])
        _measure(Action.Kind.RETURN, events.MESSAGE_RETURNED, by, message, room, clause, reason)
    return message


def cover_message(*, by: Member, message: Message, note: str, clause: Clause | None, reason: str) -> Message:
    """Put a cover with a note in front of somebody's words. Nothing is lost; each reader chooses."""
    words = checked_cover(note)
    if not words:
        raise Refused(pgettext("refusal", "Say in a few words what is behind the cover."), "refused")
    with transaction.atomic():
        room, message = _for_message(by, message, Message.State.POSTED)
        if message.covered_by_id is None:
            message.own_cover = message.cover
        message.cover, message.covered_by = words, by
        changed(message, room)
        _measure(Action.Kind.COVER, events.MESSAGE_COVERED, by, message, room, clause, reason)
    return message


def uncover_message(*, by: Member, message: Message) -> Message:
    """Take off a cover that a facilitator put on. What the author had put there themselves stands again."""
    with transaction.atomic():
        room, message = _for_message(by, message, Message.State.POSTED)
        if message.covered_by_id is not None:
            message.cover, message.covered_by, message.own_cover = message.own_cover, None, ""
            changed(message, room)
            record(
                kind=Action.Kind.UNCOVER, by=by, about=message.author, place=_place(room), thing=("message", message.pk)
            )
    return message


def remove_message(*, by: Member, message: Message, clause: Clause | None, reason: str) -> Message:
    """Take a message out of the talk. A trace stays in its place, and the author gets their words back privately."""
    with transaction.atomic():
        room, message = _for_message(by, message, Message.State.POSTED)
        message.state = Message.State.REMOVED
        changed(message, room)
        _measure(Action.Kind.REMOVE, events.MESSAGE_REMOVED, by, message, room, clause, reason)
    return message


def pin_message(*, by: Member, message: Message) -> None:
    """Keep a message at the top of the room."""
    with transaction.atomic():
        room, message = _for_message(by, message, Message.State.POSTED)
        _, made = Pin.objects.get_or_create(room=room, message=message, ended_at=None, defaults={"by": by})
        if made:
            record(kind=Action.Kind.PIN, by=by, place=_place(room), thing=("message", message.pk))
            advance(room, panels=True)


def unpin_message(*, by: Member, message: Message) -> None:
    with transaction.atomic():
        room, message = _for_message(by, message, Message.State.POSTED)
        if Pin.objects.filter(message=message, ended_at=None).update(ended_at=timezone.now()):
            record(kind=Action.Kind.UNPIN, by=by, place=_place(room), thing=("message", message.pk))
            advance(room, panels=True)


def _place(room: Room) -> tuple[str, int]:
    return "room", room.pk


def _locked(by: Member, room: Room) -> Room:
    """The room, locked, for somebody who leads it: asked again under the lock, so what was ended meanwhile counts."""
    locked = lock(room)
    forget_membership(by, locked)
    by.__dict__.pop("_roles_held", None)
    require(by, "room.facilitate", locked)
    return locked


def _for_message(by: Member, message: Message, state: str, read: int | None = None) -> tuple[Room, Message]:
    """The locked room and the message as it is now; Refused when it is not in the state the act is for, or not as it
    was when it was `read`."""
    require(by, "room.facilitate", message.room)
    room = _locked(by, message.room)
    fresh = Message.objects.select_related("author").get(pk=message.pk)
    fresh.room = room
    if fresh.state != state:
        raise seen_to()
    if read is not None and fresh.revision != read:
        raise Refused(pgettext("refusal", "It was changed meanwhile. Read it again, then decide."), state="refused")
    return room, fresh


def seen_to() -> Refused:
    """For an act on a message that is no longer in the state the act is for."""
    return Refused(pgettext("refusal", "Somebody has already seen to this message."), state="refused")


def _for_somebody(by: Member, membership: Membership) -> Room:
    """The locked room, for an act towards one of its participants."""
    require(by, "room.facilitate", membership.room)
    room = _locked(by, membership.room)
    membership.refresh_from_db()
    if membership.ended_at is not None:
        raise Refused(pgettext("refusal", "This person is no longer a member of the room."), state="refused")
    if is_facilitator(membership.member, membership.room):
        raise Refused(
            pgettext(
                "refusal", "Somebody who leads this room can’t be treated this way from inside it. Ask a moderator."
            )
        )
    return room


def _record(
    kind: str,
    by: Member,
    membership: Membership,
    *,
    clause: Clause | None = None,
    reason: str = "",
    until: datetime | None = None,
) -> None:
    record(
        kind=kind,
        by=by,
        about=membership.member,
        place=_place(membership.room),
        clause=clause,
        reason=reason,
        until=until,
    )
    forget_membership(membership.member, membership.room)


def _measure(
    kind: str, event: str, by: Member, message: Message, room: Room, clause: Clause | None, reason: str
) -> None:
    """Record a measure about a message, and tell its author."""
    record(
        kind=kind,
        by=by,
        about=message.author,
        place=_place(room),
        thing=("message", message.pk),
        clause=clause,
        reason=reason,
    )
    path = f"{room.get_absolute_url()}messages/{message.pk}/"
    _tell(event, message.author, room, clause, reason, path=path, message=message.pk)


def _tell(
    event: str, member: Member, room: Room, clause: Clause | None, reason: str, *, path: str = "", **params: str | int
) -> None:
    assert clause is not None  # record() has refused otherwise
    tell_member(
        member=member,
        kind=event,
        path=path or room.get_absolute_url(),
        room=room.name,
        clause=clause.pk,
        reason=reason.strip(),
        **params,
    )
