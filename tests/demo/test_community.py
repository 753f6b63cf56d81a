"""The demo community is what the hub itself allows, is made once, and its live room stays open."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from groups.rooms.facilitating import close_room
from groups.rooms.gate import pause_untended
from groups.rooms.models import Membership, Message, Pin, Room
from hub.demo import community
from hub.demo.models import DemoMark
from hub.demo.people import CAST, PASSWORD
from hub.members.models import Invitation, Member
from moderation.conduct import code
from moderation.conduct.first_code import lay_down
from moderation.conduct.models import Clause, ClauseText, CodeVersion


@pytest.fixture
def demo(db):
    lay_down(CodeVersion, Clause, ClauseText)
    assert community.build()
    return {member.username: member for member in Member.objects.all()}


def test_everyone_of_the_cast_came_in_by_an_invitation_and_agreed(demo):
    assert set(demo) == {person.username for person in CAST}
    assert Invitation.objects.exclude(used_by=None).count() == len(CAST)
    for person in CAST:
        member = demo[person.username]
        assert (member.name, member.pane, member.glass) == (person.name, person.pane, person.glass)
        assert set(person.roles) <= member.roles_held()
        assert code.has_accepted(member=member, version=code.current_version())


def test_everyone_comes_in_with_the_password_that_is_printed(demo):
    for name in ("noor", "hana", "gwen"):
        assert Client().post("/sign-in/", {"username": name, "password": PASSWORD}).status_code == 302


def test_gwen_belongs_nowhere(demo):
    assert Membership.objects.exists()
    assert not Membership.objects.filter(member=demo["gwen"]).exists()


def test_building_again_changes_nothing(demo):
    counts = [model.objects.count() for model in (Member, Room, Message, Membership, DemoMark)]
    assert community.build() is False
    assert [model.objects.count() for model in (Member, Room, Message, Membership, DemoMark)] == counts


def test_the_live_room_is_open_with_a_beginning_of_talk(demo):
    room = Room.objects.get(slug=community.LIVE_ROOM)
    assert room.is_open
    talk = list(Message.objects.filter(room=room).order_by("seq"))
    assert [message.seq for message in talk] == list(range(1, room.last_seq + 1))
    assert {message.state for message in talk} == {"posted"}
    assert {message.lang for message in talk} == {"en", "ar"}
    assert any(message.cover for message in talk)
    assert Pin.objects.get(room=room).message == talk[0]
    noor = Client()
    noor.force_login(demo["noor"])
    assert noor.get(f"/rooms/{community.LIVE_ROOM}/").status_code == 200


def test_hana_stays_and_opens_again_what_had_to_pause_but_not_what_was_closed(demo):
    room = Room.objects.get(slug=community.LIVE_ROOM)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(20):
            clock.shift(30)
            community.keep_hana_present()
            pause_untended()
        room.refresh_from_db()
        assert room.state == Room.State.OPEN
        for _ in range(int(settings.ROOM_GRACE / timedelta(seconds=30)) + 2):
            clock.shift(30)
            pause_untended()
        room.refresh_from_db()
        assert room.state == Room.State.PAUSED
        community.keep_hana_present()
        room.refresh_from_db()
        assert room.state == Room.State.OPEN
        close_room(by=demo["hana"], room=room)
        community.keep_hana_present()
        room.refresh_from_db()
        assert room.state == Room.State.CLOSED


def test_without_the_community_nobody_is_kept_present(db):
    community.keep_hana_present()
    assert not Room.objects.exists()
