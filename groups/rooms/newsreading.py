"""What the feed reads, on its own threads: news since a revision, who may still be here, who is here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from groups.rooms import fragments, presence
from groups.rooms.conversation import changes_after
from groups.rooms.listeners import Key
from groups.rooms.models import Membership, Room
from groups.rooms.presence import Here
from groups.rooms.wires import Frame
from hub.members.models import Role, Session

PARTICIPANT, FACILITATOR = "participant", "facilitator"

# A reader's part changed: what stands on their page was made for another audience.
AUDIENCE_CHANGED = Frame(json.dumps({"op": "reload"}))


@dataclass(frozen=True)
class News:
    revision: int  # the last one included
    doors_revision: int
    panels_revision: int
    more: bool
    frames: dict[Key, Frame]
    panels: dict[Key, dict[str, str]]


@dataclass(frozen=True)
class Standing:
    sessions: frozenset[str]  # sign-ins that are still good
    audiences: dict[int, str]  # member id -> audience, for those who belong to the room


def marks(room_id: int) -> tuple[int, int, int]:
    """Where a room stands: its revision, doors revision and panels revision."""
    room = Room.objects.get(pk=room_id)
    return room.revision, room.doors_revision, room.panels_revision


def read(room_id: int, after: int, panels_seen: int | None, keys: Iterable[Key]) -> News:
    """Everything after a revision, rendered once for each key, with the panels where they changed since `panels_seen`.

    With `panels_seen` None no panels are made. At most 200 changes; `more` says that there are others.
    """
    room = Room.objects.get(pk=room_id)
    upsert, gone, last = changes_after(room_id, after, until=room.revision)
    more = last < room.revision
    with_panels = panels_seen is not None and room.panels_revision > panels_seen and not more
    frames: dict[Key, Frame] = {}
    made: dict[Key, dict[str, str]] = {}
    for key in keys:
        with translation.override(key[0]):
            body: dict[str, Any] = {
                "revision": last,
                "upsert": fragments.upserts(upsert, room),
                "gone": gone,
                "more": more,
            }
        if with_panels:
            body["panels"] = made[key] = panels_of(room, key)
        frames[key] = Frame(dumps(body))
    # Panels show what is so now, not what was so at the room's revision: whoever lost their part since must be found.
    doors_revision = doors(room_id) if with_panels else room.doors_revision
    return News(last, doors_revision, room.panels_revision, more, frames, made)


def panels(room_id: int, key: Key) -> tuple[dict[str, str], int]:
    """Everything beside the talk, for somebody who comes, and the doors revision once it was read."""
    people = people_lists(presence.who_is_here(room_id), [key])[key]
    made = {**panels_of(Room.objects.get(pk=room_id), key), "people": people}
    return made, doors(room_id)


def doors(room_id: int) -> int:
    return Room.objects.values_list("doors_revision", flat=True).get(pk=room_id)


def who_is_here(room_id: int) -> tuple[tuple[int, list[Here]], int]:
    """Who is here, and the doors revision after that was read."""
    people = presence.who_is_here(room_id)
    return people, doors(room_id)


def panels_of(room: Room, key: Key) -> dict[str, str]:
    language, audience = key
    with translation.override(language):
        return fragments.panels(room, leads=audience == FACILITATOR)


def hello(revision: int, panels: dict[str, str]) -> Frame:
    """The first frame of a socket that missed nothing."""
    return Frame(dumps({"revision": revision, "upsert": [], "gone": [], "more": False, "panels": panels}))


def people_lists(people: tuple[int, list[Here]], keys: Iterable[Key]) -> dict[Key, str]:
    """The list of who is here, for each key."""
    lists = {}
    for key in keys:
        with translation.override(key[0]):
            lists[key] = fragments.people(*people)
    return lists


def revisions(room_ids: list[int]) -> dict[int, int]:
    return dict(Room.objects.filter(pk__in=room_ids).values_list("pk", "revision"))


def standing(room_id: int, sockets: list[tuple[str, int]]) -> Standing:
    """Who of (session key, member id) may be in the room now, and as what."""
    now = timezone.now()
    sessions = Session.objects.filter(session_key__in={key for key, _ in sockets}, expire_date__gt=now)
    return Standing(
        frozenset(sessions.values_list("session_key", flat=True)), audiences(room_id, {pk for _, pk in sockets})
    )


def audiences(room_id: int, member_ids: set[int]) -> dict[int, str]:
    memberships = Membership.objects.live().filter(room_id=room_id, member_id__in=member_ids, member__is_active=True)
    parts = dict(memberships.values_list("member_id", "part"))
    asked = {pk for pk, part in parts.items() if part == Membership.Part.FACILITATOR}
    roles = Role.objects.filter(member_id__in=asked, name=Role.Name.FACILITATOR, ended_at=None)
    leading = set(roles.values_list("member_id", flat=True)) if asked else set()
    return {pk: FACILITATOR if pk in leading else PARTICIPANT for pk in parts}


def dumps(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
