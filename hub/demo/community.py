"""The demo community, built with the real verbs, so that it cannot be what the hub would not allow."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import translation

from groups.rooms import presence
from groups.rooms.conversation import post_message
from groups.rooms.facilitating import open_room, pin_message
from groups.rooms.making import bring_in, make_room
from groups.rooms.models import Message, Room
from hub.demo.models import DemoMark
from hub.demo.people import CAST, PASSWORD
from hub.members.arrivals import accept_invitation, grant_role, invite
from hub.members.models import Member

LIVE_ROOM = "thursday-evening"


def build() -> bool:
    """Make the community unless it is there. False when it was."""
    if DemoMark.objects.exists():
        return False
    with transaction.atomic(), translation.override("en"):
        DemoMark.objects.create()
        cast = arrive()
        furnish(cast)
    return True


def arrive() -> dict[str, Member]:
    """Everyone comes in by an invitation of their own, as they would."""
    cast = {}
    for person in CAST:
        token = invite(role=person.roles[0] if person.roles else "participant")
        member = accept_invitation(token=token, name=person.name, password=PASSWORD, language=person.language)
        member.pane, member.glass = person.pane, person.glass
        member.save(update_fields=["pane", "glass"])
        for role in person.roles[1:]:
            grant_role(member=member, name=role)
        cast[person.username] = member
    return cast


def furnish(cast: dict[str, Member]) -> Room:
    """Three rooms. The live one is open and has a beginning of talk in it."""
    hana, idris = cast["hana"], cast["idris"]
    thursday = make_room(
        by=hana,
        name="Thursday Evening Circle",
        slug=LIVE_ROOM,
        pattern="moon",
        glass="dusk",
        about="An hour together at the end of the week. Come as you are.",
    )
    bring_in(by=hana, room=thursday, username="idris", leads=True)
    for name in ("kwame", "noor", "mina", "bea", "tomasz", "ife"):
        bring_in(by=hana, room=thursday, username=name)
    quiet = make_room(
        by=idris, name="Quiet hour", pattern="rings", glass="sky", about="Reading and writing side by side, few words."
    )
    mornings = make_room(
        by=idris, name="Slow Mornings", pattern="petals", glass="moss", about="A gentle start to the day."
    )
    for name in ("noor", "bea", "tomasz"):
        bring_in(by=idris, room=quiet, username=name)
    for name in ("mina", "kwame"):
        bring_in(by=idris, room=mornings, username=name)
    open_room(by=hana, room=thursday)
    talk(thursday, cast)
    return thursday


def talk(room: Room, cast: dict[str, Member]) -> None:
    def say(who: str, body: str, **more: str | Message) -> Message:
        return post_message(author=cast[who], room=room, body=body, client_id=uuid.uuid4(), **more).message  # type: ignore[arg-type]

    welcome = say(
        "hana",
        "Welcome in. Let’s go round once. Your name, and one word for how you’re arriving. "
        "**Passing is fine**, you don’t need a reason.",
    )
    pin_message(by=cast["hana"], message=welcome)
    say("kwame", "Kwame. “Scattered”, but glad it’s Thursday.")
    say("noor", "Noor. Quiet. In a good way I think.")
    say(
        "bea",
        "I was away for a while, and this is my first evening back. It is strange and good to see these names.",
        cover="a stay in hospital",
    )
    say(
        "hana",
        "Thank you for trusting us with that, Bea. Take your time. Tomasz, you’re after Bea if you’d like to be.",
    )
    with translation.override("ar"):
        say("noor", "أهلاً بعودتك يا بيا. اشتقنا إليك.")


def keep_hana_present() -> None:
    """Hana is in the live room, through the same verb as everyone, and opens it again if it had to pause."""
    hana = Member.objects.filter(username="hana").first()
    room = Room.objects.filter(slug=LIVE_ROOM).first()
    if hana is None or room is None:
        return
    presence.arrive(member=hana, room=room)
    if room.state == Room.State.PAUSED:
        open_room(by=hana, room=room)
