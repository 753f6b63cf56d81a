"""A page asks the database a fixed number of times, however much it lists."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.rooms import facilitating as hand
from groups.rooms import presence
from groups.rooms.facilitating import hold_room
from groups.rooms.making import make_room
from groups.rooms.membership import join_room
from hub.members.models import Member
from tests.cast import JSON, SLUG, browser, fresh, say, ticket

ROOM = f"/rooms/{SLUG}/"


def asked(work):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        work()
    return [query["sql"] for query in queries.captured_queries]


def page(client, address, **more):
    """The queries of a page, loaded a second time: what is learnt once is learnt."""

    def load():
        assert client.get(address, **more).status_code == 200

    load()
    return asked(load)


def fill(cast, room, count):
    """So many messages with answers, covers, pins and held ones, and so many people here."""
    people = Member.objects.bulk_create(Member(username=f"guest{count}-{n}", name=f"Guest {n}") for n in range(count))
    for member in people:
        join_room(member=member, room=room)
    presence.touch([(room.pk, member.pk) for member in people])
    original = None
    for n in range(count):
        original = say(people[n], room, f"Words {n}", reply_to=original, cover="a note" if n % 3 == 0 else "")
        hand.pin_message(by=cast.hana, message=original)
    hold_room(by=cast.hana, room=fresh(room), holds=True)
    for n in range(count):
        say(people[n], fresh(room), "May I?")
    hold_room(by=cast.hana, room=fresh(room), holds=False)


@pytest.mark.parametrize("name", ["noor", "hana"])
def test_a_room_asks_the_same_number_of_times_for_1_and_for_30(cast, thursday, name):
    ContentType.objects.clear_cache()
    client = browser(getattr(cast, name))
    fill(cast, thursday, 1)
    addresses = {ROOM: {}, f"{ROOM}messages/?after=0": {"headers": JSON}}
    if name == "hana":
        addresses |= {f"{ROOM}people/": {}, f"{ROOM}log/": {}}
    few = {address: page(client, address, **more) for address, more in addresses.items()}
    fill(cast, thursday, 29)
    many = {address: page(client, address, **more) for address, more in addresses.items()}
    assert {address: len(queries) for address, queries in many.items()} == {
        address: len(queries) for address, queries in few.items()
    }
    assert len(many[ROOM]) <= 30


def test_the_list_of_rooms_asks_the_same_number_of_times_for_2_and_for_20(cast, thursday):
    noor = browser(cast.noor)
    few = page(noor, "/rooms/")
    for n in range(20):
        join_room(member=cast.noor, room=make_room(by=cast.hana, name=f"Room {n}"))
    assert len(page(noor, "/rooms/")) == len(few)


def test_a_post_costs_the_same_in_an_empty_and_in_a_full_room(cast, thursday):
    noor = browser(cast.noor)

    def post():
        assert noor.post(f"{ROOM}messages/", ticket(), headers=JSON).status_code == 201

    post()
    few = asked(post)
    fill(cast, thursday, 20)
    assert len(asked(post)) == len(few)
    assert len(few) <= 20
