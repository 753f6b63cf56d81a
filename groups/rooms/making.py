"""Making a room, and bringing people into it."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import pgettext

from groups.rooms.membership import change_part, join_room
from groups.rooms.models import Membership, Room
from hub.members.models import Member, Role
from hub.members.names import username_of
from hub.permissions import Refused, require
from hub.typed import clean_name


def make_room(
    *,
    by: Member,
    name: str,
    about: str = "",
    language: str = "en",
    pattern: str = "spokes",
    glass: str = "dusk",
    slug: str = "",
) -> Room:
    """A new gated room, closed, which `by` leads. Its address comes from its name unless a free slug is given."""
    require(by, "room.make", None)
    called = clean_name(name)
    if not called:
        raise Refused(pgettext("refusal", "Give the room a name, so that people find the right door."), "refused")
    with transaction.atomic():
        room = Room.objects.create(
            slug=_free_slug(slug or called),
            name=called[:120],
            about=clean_name(about)[:400],
            language=language,
            pattern=pattern,
            glass=glass,
        )
        join_room(member=by, room=room, part=Membership.Part.FACILITATOR)
    return room


def bring_in(*, by: Member, room: Room, username: str, leads: bool = False) -> Membership:
    """Make somebody a member of the room. Raises Refused when there is nobody of that name, or they may not lead."""
    require(by, "room.facilitate", room)
    member = Member.objects.filter(username=username_of(username), is_active=True).first()
    if member is None:
        raise Refused(pgettext("refusal", "Nobody here has that name. Check how they write it."), "refused")
    if leads and Role.Name.FACILITATOR not in member.roles_held():
        raise Refused(
            pgettext("refusal", "Only somebody with the facilitator role can lead a room. A steward can give it."),
            "refused",
        )
    membership = join_room(member=member, room=room)
    if leads and membership.part != Membership.Part.FACILITATOR:
        change_part(by=by, membership=membership, part=Membership.Part.FACILITATOR)
    return membership


def _free_slug(name: str) -> str:
    """Readable where the name allows it; never the name of a page."""
    slug = slugify(name)[:48] or "room"
    if slug != "new" and not Room.objects.filter(slug=slug).exists():
        return slug
    return f"{slug}-{uuid.uuid4().hex[:8]}"
