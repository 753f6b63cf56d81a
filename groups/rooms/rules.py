"""The rooms' lines of the rulebook: verb, person, thing, and the sentence of a refusal."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import pgettext

from groups.rooms.models import Membership, Message, Room
from hub.members.models import Member, Role
from hub.permissions import Sentence, rule

EDIT_FOR = timedelta(minutes=10)


def membership_of(member: Member, room: Room) -> Membership | None:
    """The member's live membership, read once for each loaded (member, room)."""
    found: dict[int, Membership | None] = member.__dict__.setdefault("_memberships", {})
    if room.pk not in found:
        found[room.pk] = Membership.objects.live().filter(member=member, room=room).first()
    return found[room.pk]


def forget_membership(member: Member, room: Room) -> None:
    member.__dict__.get("_memberships", {}).pop(room.pk, None)


def is_facilitator(member: Member, room: Room) -> bool:
    """Facilitating a room needs both the role and the membership's part."""
    held = membership_of(member, room)
    return (
        held is not None
        and held.part == Membership.Part.FACILITATOR
        and member.is_active
        and Role.Name.FACILITATOR in member.roles_held()
    )


@rule("room.see")
def see(member: Member, room: Room) -> Sentence | None:
    if member.is_active and membership_of(member, room) is not None:
        return None
    return pgettext("refusal", "This room is for its members.")


@rule("room.speak")
def speak(member: Member, room: Room) -> Sentence | None:
    refusal = see(member, room)
    if refusal is not None:
        return refusal
    held = membership_of(member, room)
    if held is not None and held.is_muted(timezone.now()):
        return pgettext(
            "refusal",
            "A facilitator asked you to read along for a while. You can write again later. Your inbox says why.",
        )
    return None


@rule("room.facilitate")
def facilitate(member: Member, room: Room) -> Sentence | None:
    if is_facilitator(member, room):
        return None
    return pgettext("refusal", "Only the people who lead this room can do this.")


@rule("message.see")
def see_message(member: Member, message: Message) -> Sentence | None:
    refusal = see(member, message.room)
    if refusal is not None:
        return refusal
    shown = message.state in Message.ON_SHOW and message.seq is not None  # taken back while held: never shown
    if shown or message.author_id == member.pk:
        return None
    if message.state == Message.State.HELD and is_facilitator(member, message.room):
        return None
    return pgettext("refusal", "This message is not here.")


@rule("message.edit")
def edit(member: Member, message: Message) -> Sentence | None:
    if message.author_id != member.pk:
        return pgettext("refusal", "Only the person who wrote this can change it.")
    refusal = speak(member, message.room)
    if refusal is not None:
        return refusal
    if message.state in (Message.State.HELD, Message.State.RETURNED):
        return None
    if message.state != Message.State.POSTED:
        return pgettext("refusal", "This message is no longer there to change.")
    if message.covered_by_id is not None:
        return pgettext("refusal", "A facilitator covered this message, so it stays as it is. You can take it back.")
    if waits_for_a_facilitator(member, message.room):
        return pgettext(
            "refusal", "New words wait for a facilitator at the moment, so this can’t be changed. You can take it back."
        )
    if timezone.now() - (message.posted_at or message.written_at) > EDIT_FOR:
        return pgettext("refusal", "Messages can be changed for ten minutes. You can still take it back.")
    return None


@rule("message.withdraw")
def withdraw(member: Member, message: Message) -> Sentence | None:
    if message.author_id != member.pk or see(member, message.room) is not None:
        return pgettext("refusal", "Only the person who wrote this can take it back.")
    if message.state in (Message.State.POSTED, Message.State.HELD, Message.State.RETURNED):
        return None
    return pgettext("refusal", "This message is gone already.")


def waits_for_a_facilitator(member: Member, room: Room) -> bool:
    """Whether what this member writes now is held for approval. Facilitators are never held."""
    held = membership_of(member, room)
    holds = room.holds_all or (held is not None and held.held_at is not None)
    return holds and not is_facilitator(member, room)


@rule("room.make")
def make(member: Member, _thing: None) -> Sentence | None:
    if member.is_active and Role.Name.FACILITATOR in member.roles_held():
        return None
    return pgettext("refusal", "Rooms are made by facilitators.")
