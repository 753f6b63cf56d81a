"""Fills a hub with people for the bench, and says things in its room. Needs the hub's environment.

`python -m tests.bench.seed PEOPLE` migrates the database and prints one JSON object: the room's slug and one cookie
for each person. What is asked of the hub while it is measured goes through the real verbs; the thousand rows of
people, memberships and sign-ins are written in bulk.
"""

import itertools
import json
import random
import sys
import uuid
from collections.abc import Callable
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402  (models may be imported only once Django is set up)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from groups.rooms.conversation import post_message  # noqa: E402
from groups.rooms.facilitating import open_room  # noqa: E402
from groups.rooms.models import Membership, Room  # noqa: E402
from hub.members.models import Member, Role, Session  # noqa: E402
from hub.members.sessions import SessionStore  # noqa: E402

SLUG = "full-house"
AUTHORS = 100  # at least: one person may post 60 messages a minute
# One in ten reads Spanish, one in ten Arabic: each language is a rendering of its own.
LANGUAGES = ["en"] * 8 + ["es", "ar"]
WORDS = [
    "I nearly stayed at home tonight, and then I thought of the kitchen table and all of you.",
    "Thank you for asking. This week was slow, and slow was fine.",
    "My sister came along for the walk, and we talked about nothing in particular, which helped more than I expected.",
    "Reading along today.",
    "Somebody here said once that a step back is still a step on the same path. I kept that.",
]


def people(count: int) -> list[Member]:
    password = make_password(None)
    rows = [
        Member(username=f"guest-{n}", name=f"Guest {n}", language=LANGUAGES[n % 10], password=password)
        for n in range(count)
    ]
    return Member.objects.bulk_create(rows, batch_size=200)


def room_for(members: list[Member]) -> Room:
    """An open, gated room; the first of its members leads it."""
    host, *guests = members
    Role.objects.create(member=host, name=Role.Name.FACILITATOR)
    room = Room.objects.create(slug=SLUG, name="Full house", kind=Room.Kind.GATED)
    Membership.objects.create(room=room, member=host, part=Membership.Part.FACILITATOR)
    Membership.objects.bulk_create([Membership(room=room, member=guest) for guest in guests], batch_size=200)
    open_room(by=host, room=room)
    return room


def cookies(members: list[Member]) -> list[str]:
    store, expires = SessionStore(), timezone.now() + timedelta(days=1)
    rows = []
    for member in members:
        data = {
            SESSION_KEY: str(member.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: member.get_session_auth_hash(),
        }
        key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
        rows.append(Session(session_key=key, session_data=store.encode(data), expire_date=expires, member=member))
    Session.objects.bulk_create(rows, batch_size=200)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


def speaker(slug: str) -> Callable[[], tuple[int, int]]:
    """A function that says the next thing, each time as somebody else, loading what a request would load."""
    people = list(Membership.objects.live().filter(room__slug=slug).values_list("member_id", flat=True))
    random.shuffle(people)  # each order begins with other people, so that nobody meets the rate limit
    authors, words = itertools.cycle(people), itertools.cycle(WORDS)

    def say() -> tuple[int, int]:
        author, room = Member.objects.get(pk=next(authors)), Room.objects.get(slug=slug)
        message = post_message(author=author, room=room, body=next(words), client_id=uuid.uuid4()).message
        return message.pk, message.revision

    return say


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    members = people(max(AUTHORS, int(sys.argv[1])))
    print(json.dumps({"slug": room_for(members).slug, "cookies": cookies(members)}), flush=True)
