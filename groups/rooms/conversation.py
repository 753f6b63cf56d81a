"""What people do with words in a room: post, edit, withdraw, and read what changed.

Durable before it is acknowledged: these functions answer only after the commit of their own transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, pgettext

from groups.rooms.gate import pause_if_untended
from groups.rooms.models import BODY_MAX, COVER_MAX, Message, Pin, Room
from groups.rooms.revisions import advance, lock
from groups.rooms.rules import forget_membership, is_facilitator, waits_for_a_facilitator
from hub import events
from hub.members.models import Member
from hub.notifications.telling import tell_member
from hub.permissions import Refused, require
from hub.ratelimits import take
from hub.richtext import RENDERER_VERSION, render_message
from hub.typed import clean_input, clean_name

WAITING_MAX = 10  # of one person in one room: those who read them see everyone's


@dataclass(frozen=True)
class Posted:
    message: Message
    repeated: bool  # the same client_id had been answered before; nothing new was made


def post_message(
    *, author: Member, room: Room, body: str, client_id: UUID, cover: str = "", reply_to: Message | None = None
) -> Posted:
    """Say something in a room. The same client_id again gives the first message again, whatever has changed since.

    Raises Refused (state `paused`, `refused` or `not_allowed`) and TooMany, each with the sentence for the person.
    """
    first = _first_answer(author, room, client_id)
    if first is not None:
        return Posted(first, repeated=True)
    require(author, "room.speak", room)
    words = checked_words(body)
    note = checked_cover(cover)
    pause_if_untended(room)
    take("message.post", author.pk)
    with transaction.atomic():
        locked = lock(room)
        first = _first_answer(author, locked, client_id)
        if first is not None:
            return Posted(first, repeated=True)
        # Asked again under the lock: what was ended, muted or held meanwhile counts.
        forget_membership(author, locked)
        require(author, "room.speak", locked)
        require_open(locked)
        now = timezone.now()
        message = Message(
            room=locked,
            author=author,
            client_id=client_id,
            body=words,
            html=render_message(words),
            renderer=RENDERER_VERSION,
            lang=get_language() or locked.language,
            cover=note,
            by_facilitator=is_facilitator(author, locked),
            reply_to=answered(reply_to, locked, author),
            written_at=now,
        )
        if waits_for_a_facilitator(author, locked):
            hold(message, locked)
        else:
            show(message, locked, now=now)
    return Posted(message, repeated=False)


def show(message: Message, room: Room, *, now: datetime) -> None:
    """Give a message its place in the talk. The room is locked."""
    room.last_seq += 1
    message.seq, message.state, message.posted_at = room.last_seq, Message.State.POSTED, now
    message.revision = advance(room, "last_seq", panels=message.pk is not None)
    message.save()


def hold(message: Message, room: Room) -> None:
    """Let a message wait for a facilitator, and tell its author privately. The room is locked.

    Refused while as many of theirs as one person may have there are waiting already.
    """
    knows = message.state == Message.State.HELD  # they reword it while it waits
    if not knows:
        _require_patience(message.author, room)
    message.state = Message.State.HELD
    message.revision = advance(room, panels=True)
    message.save()
    if not knows:
        tell_member(member=message.author, kind=events.MESSAGE_HELD, path=room.get_absolute_url(), room=room.name)


def _require_patience(author: Member, room: Room) -> None:
    if Message.objects.filter(room=room, author=author, state=Message.State.HELD).count() >= WAITING_MAX:
        sentence = pgettext(
            "refusal",
            "Ten of your messages are waiting already. Let somebody read those first; your words are still in the box.",
        )
        raise Refused(sentence, "refused")


def edit_message(*, author: Member, message: Message, body: str, cover: str = "") -> Message:
    """Change one's words within ten minutes; a returned message goes back to the facilitators."""
    words, note = checked_words(body), checked_cover(cover)
    pause_if_untended(message.room)
    take("edit", author.pk)
    with transaction.atomic():
        room = lock(message.room)
        message = _again(message, room)
        forget_membership(author, room)
        require(author, "message.edit", message)
        require_open(room)
        message.body, message.html, message.renderer = words, render_message(words), RENDERER_VERSION
        message.cover = note
        if message.state == Message.State.POSTED:  # what nobody had seen was not changed for anybody
            message.edited_at = timezone.now()
        if message.state == Message.State.POSTED:
            changed(message, room)
        else:
            hold(message, room)
    return message


def withdraw_message(*, author: Member, message: Message) -> Message:
    """Take one's words back, at any time. Where they were shown, a trace stays."""
    with transaction.atomic():
        room = lock(message.room)
        message = _again(message, room)
        require(author, "message.withdraw", message)
        message.state = Message.State.WITHDRAWN
        changed(message, room)
    return message


def changed(message: Message, room: Room) -> None:
    """Save a message that is shown differently from now on, with the replies that quote it and the pin it had."""
    if not message.is_readable:
        Pin.objects.filter(message=message, ended_at=None).update(ended_at=timezone.now())
    message.revision = advance(room, panels=True)
    message.save()
    message.replies.exclude(seq=None).update(revision=message.revision)


def require_open(room: Room) -> None:
    if room.is_open:
        return
    if room.state == Room.State.PAUSED:
        sentence = pgettext(
            "refusal",
            "The room is paused because nobody is there to look after it right now. Your words are still in the box. "
            "Everything written is still there to read.",
        )
    else:
        sentence = pgettext(
            "refusal", "The room is closed at the moment. Your words are still in the box, and you can read along."
        )
    raise Refused(sentence, state="paused")


def checked_words(body: str) -> str:
    """The cleaned words, or Refused with state `refused` and a sentence that says how to mend it."""
    words = clean_input(body).strip()
    if not words:
        raise Refused(pgettext("refusal", "There were no words in it yet. Write something, then send."), "refused")
    if len(words) > BODY_MAX:
        sentence = pgettext(
            "refusal",
            "This is longer than the room can take at once ({limit} characters). Send it in two or three parts.",
        )
        raise Refused(sentence.format(limit=BODY_MAX), "refused")
    return words


def checked_cover(cover: str) -> str:
    note = clean_name(cover)
    if len(note) > COVER_MAX:
        sentence = pgettext("refusal", "Keep the content note short: {limit} characters at most.")
        raise Refused(sentence.format(limit=COVER_MAX), "refused")
    return note


def answered(reply_to: Message | None, room: Room, author: Member) -> Message | None:
    """The message this one answers, if it is one of this room that everyone can see."""
    if reply_to is None or reply_to.room_id != room.pk or reply_to.seq is None:
        return None
    return reply_to


def on_show(room_id: int) -> QuerySet[Message]:
    """What everyone in the room may see, with what a page needs beside it."""
    shown = Message.objects.filter(room_id=room_id, state__in=Message.ON_SHOW).exclude(seq=None)
    return shown.select_related("author", "covered_by", "reply_to", "reply_to__author")


def messages_before(room: Room, seq: int | None, limit: int) -> list[Message]:
    """The last `limit` messages, or those before a place in the talk; oldest first."""
    shown = on_show(room.pk).order_by("-seq")
    if seq is not None:
        shown = shown.filter(seq__lt=seq)
    return list(reversed(shown[:limit]))


def changes_after(room_id: int, after: int, *, until: int, limit: int = 200) -> tuple[list[Message], list[int], int]:
    """Every change in (after, until], oldest change first: messages to show, ids to drop, and the last one included.

    At most `limit` changes. Catching up after an hour and hearing live are this same query.
    """
    rows = (
        Message.objects.filter(room_id=room_id, revision__gt=after, revision__lte=until)
        .exclude(seq=None)
        .order_by("revision", "seq")
        .select_related("author", "covered_by", "reply_to", "reply_to__author")
    )
    found = list(rows[: limit + 1])
    last = until
    if len(found) > limit:
        # Cut between two revisions: one revision may have changed a message and all the replies that quote it.
        cut = found[limit].revision
        found = [message for message in found if message.revision < cut] or list(rows.filter(revision=cut))
        last = found[-1].revision
    upsert = [message for message in found if message.state in Message.ON_SHOW]
    gone = [message.pk for message in found if message.state not in Message.ON_SHOW]
    return upsert, gone, last


def _first_answer(author: Member, room: Room, client_id: UUID) -> Message | None:
    return Message.objects.filter(room=room, author=author, client_id=client_id).select_related("author").first()


def _again(message: Message, room: Room) -> Message:
    """The message as it is now, with its locked room."""
    fresh = Message.objects.select_related("author").get(pk=message.pk)
    fresh.room = room
    return fresh
