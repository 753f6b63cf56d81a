"""Person x verb x thing: the whole rulebook as a table that can be read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.rooms.conversation import withdraw_message
from groups.rooms.facilitating import approve_message, cover_message, remove_message, return_message
from groups.rooms.membership import join_room
from groups.rooms.models import Membership, Message, Room
from hub.members.arrivals import end_role
from hub.permissions import can, verbs, why_not
from tests.cast import because, fresh, place_of, say

# Y: allowed. A dot: refused. Each person is in the state that their line says, in the open Thursday room.
PEOPLE = """
person                        room.make  room.see  room.speak  room.facilitate
hana     leads                Y          Y         Y           Y
idris    leads too            Y          Y         Y           Y
noor     takes part           .          Y         Y           .
kwame    is held              .          Y         Y           .
mina     is muted             .          Y         .           .
ife      was muted            .          Y         Y           .
bea      had to go            .          .         .           .
tomasz   is inactive          .          .         .           .
chidi    moderates the hub    .          .         .           .
dora     moderates the hub    .          .         .           .
sol      supervises           .          .         .           .
eero     is the steward       .          .         .           .
lin      translates           .          .         .           .
maya     is family            .          .         .           .
gwen     belongs nowhere      .          .         .           .
"""

# What Kwame wrote, in each state it can be in. `noor` takes part as he does; `gwen` is outside.
THINGS = """
verb              thing                      kwame  noor  hana  gwen
message.see       posted                     Y      Y     Y     .
message.see       posted 11 minutes ago      Y      Y     Y     .
message.see       covered                    Y      Y     Y     .
message.see       held                       Y      .     Y     .
message.see       returned                   Y      .     .     .
message.see       approved                   Y      Y     Y     .
message.see       removed                    Y      Y     Y     .
message.see       withdrawn                  Y      Y     Y     .
message.see       withdrawn while held       Y      .     .     .
message.edit      posted                     Y      .     .     .
message.edit      posted 11 minutes ago      .      .     .     .
message.edit      posted, all is held now    .      .     .     .
message.edit      posted, muted now          .      .     .     .
message.edit      posted, had to go          .      .     .     .
message.edit      covered                    .      .     .     .
message.edit      held                       Y      .     .     .
message.edit      returned                   Y      .     .     .
message.edit      approved                   Y      .     .     .
message.edit      removed                    .      .     .     .
message.edit      withdrawn                  .      .     .     .
message.withdraw  posted                     Y      .     .     .
message.withdraw  posted 11 minutes ago      Y      .     .     .
message.withdraw  posted, muted now          Y      .     .     .
message.withdraw  posted, had to go          .      .     .     .
message.withdraw  covered                    Y      .     .     .
message.withdraw  held                       Y      .     .     .
message.withdraw  returned                   Y      .     .     .
message.withdraw  approved                   Y      .     .     .
message.withdraw  removed                    .      .     .     .
message.withdraw  withdrawn                  .      .     .     .
"""


def rows(table):
    head, *lines = [line for line in table.strip().splitlines() if line.strip()]
    return head, lines


def people_lines():
    head, lines = rows(PEOPLE)
    columns = head.split()[1:]
    for line in lines:
        words = line.split()
        yield pytest.param(words[0], dict(zip(columns, words[-len(columns) :], strict=True)), id=words[0])


def thing_lines():
    head, lines = rows(THINGS)
    people = head.split()[2:]
    for line in lines:
        verb, *rest = line.split()
        thing = " ".join(rest[: -len(people)])
        expected = dict(zip(people, rest[-len(people) :], strict=True))
        yield pytest.param(verb, thing, expected, id=f"{verb} {thing}")


@pytest.fixture
def states(cast, thursday):
    """The line of each person in PEOPLE, made true."""
    now = timezone.now()

    def change(member, **what):
        Membership.objects.filter(member=member, room=thursday).update(**what)

    change(cast.kwame, held_at=now)
    change(cast.mina, muted_until=now + timedelta(minutes=15))
    change(cast.ife, muted_until=now - timedelta(seconds=1))
    change(cast.bea, ended_at=now)
    cast.tomasz.is_active = False
    cast.tomasz.save()


@pytest.mark.parametrize(("name", "expected"), list(people_lines()))
def test_people(cast, thursday, states, name, expected):
    member = fresh(getattr(cast, name))
    things = dict.fromkeys(expected, thursday) | {"room.make": None}
    found = {verb: "Y" if can(member, verb, things[verb]) else "." for verb in expected}
    assert found == expected


def in_state(cast, room, state):
    """A message of Kwame's in the state that the table names, made with the real verbs."""
    holds = "held" in state.split(",")[0] or state in ("returned", "approved")
    if holds:
        Room.objects.filter(pk=room.pk).update(holds_all=True)
    message = say(cast.kwame, fresh(room), "Mine")
    if holds:
        assert message.state == Message.State.HELD
        Room.objects.filter(pk=room.pk).update(holds_all=False)
    match state:
        case "posted 11 minutes ago":
            Message.objects.filter(pk=message.pk).update(posted_at=message.posted_at - timedelta(minutes=11))
        case "posted, all is held now":
            Room.objects.filter(pk=room.pk).update(holds_all=True)
        case "posted, muted now":
            Membership.objects.filter(member=cast.kwame).update(muted_until=timezone.now() + timedelta(hours=1))
        case "posted, had to go":
            Membership.objects.filter(member=cast.kwame, room=room).update(ended_at=timezone.now())
        case "covered":
            cover_message(by=cast.hana, message=fresh(message), note="a journey", **because())
        case "returned":
            return_message(by=cast.hana, message=fresh(message), **because())
        case "approved":
            approve_message(by=cast.hana, message=fresh(message))
        case "removed":
            remove_message(by=cast.hana, message=fresh(message), **because())
        case "withdrawn" | "withdrawn while held":
            withdraw_message(author=fresh(cast.kwame), message=fresh(message))
        case _:
            assert state in ("posted", "held")
    return fresh(message)


@pytest.mark.parametrize(("verb", "thing", "expected"), list(thing_lines()))
def test_things(cast, thursday, verb, thing, expected):
    message = in_state(cast, thursday, thing)
    sentences = {person: why_not(fresh(getattr(cast, person)), verb, message) for person in expected}
    assert {person: "Y" if said is None else "." for person, said in sentences.items()} == expected
    assert all(str(said).endswith(".") for said in sentences.values() if said is not None)


def test_every_verb_has_its_place_in_a_table():
    columns = set(rows(PEOPLE)[0].split()[1:])
    first_words = {line.split()[0] for line in rows(THINGS)[1]}
    assert set(verbs()) == columns | first_words


def test_everyone_of_the_cast_has_a_line(cast):
    assert {line.split()[0] for line in rows(PEOPLE)[1]} == set(vars(cast))


def test_leading_a_room_needs_the_part_here(cast, quiet):
    """Hana has the role, and belongs to this room as somebody who takes part."""
    join_room(member=cast.hana, room=quiet)
    assert can(fresh(cast.hana), "room.speak", quiet)
    assert not can(fresh(cast.hana), "room.facilitate", quiet)
    assert can(fresh(cast.idris), "room.facilitate", quiet)


def test_leading_a_room_needs_the_role_in_the_hub(cast, thursday):
    assert can(cast.hana, "room.facilitate", thursday)
    end_role(member=cast.hana, name="facilitator")
    assert not can(cast.hana, "room.facilitate", thursday)
    assert not can(fresh(cast.hana), "room.make", None)
    assert place_of(cast.hana, thursday).part == Membership.Part.FACILITATOR
    assert can(fresh(cast.hana), "room.speak", thursday)


def test_a_part_alone_does_not_lead(cast, thursday):
    Membership.objects.filter(member=cast.noor, room=thursday).update(part=Membership.Part.FACILITATOR)
    assert not can(fresh(cast.noor), "room.facilitate", thursday)


def test_somebody_inactive_does_not_lead(cast, thursday):
    cast.hana.is_active = False
    cast.hana.save()
    hana = fresh(cast.hana)
    assert [verb for verb in ("room.see", "room.speak", "room.facilitate") if can(hana, verb, thursday)] == []
    assert not can(hana, "room.make", None)


def test_a_paused_room_is_read_and_led_as_before(cast, thursday):
    """That nobody may post now is the room's state, not a rule about a person: it answers 409, not 403."""
    thursday.state = Room.State.PAUSED
    thursday.save()
    assert can(cast.noor, "room.see", thursday)
    assert can(cast.noor, "room.speak", thursday)
    assert can(cast.hana, "room.facilitate", thursday)


def test_who_leads_is_never_held(cast, thursday):
    Room.objects.filter(pk=thursday.pk).update(holds_all=True)
    assert say(cast.noor, fresh(thursday), "Hello").state == Message.State.HELD
    assert say(cast.hana, fresh(thursday), "Welcome").state == Message.State.POSTED
