"""A gated room is open only while somebody who leads it is there; grace outlives a lost connection and a restart."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from groups.rooms import facilitating, gate, presence
from groups.rooms.gate import pause_if_untended, pause_untended
from groups.rooms.membership import change_part, join_room, leave_room
from groups.rooms.models import GateWatch, Membership, Presence, Room
from hub.members.arrivals import end_role, end_sessions
from hub.members.models import Member, Session
from tests.cast import browser, fresh, place_of, say, ticket

SECOND = timedelta(seconds=1)
MESSAGES = "/rooms/thursday-evening/messages/"


@pytest.fixture
def clock(cast, thursday):
    """The clock stands still, and moves only when the test says so. Somebody has looked at the gates all the time."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        facilitating.open_room(by=cast.hana, room=fresh(thursday))
        Room.objects.filter(pk=thursday.pk).update(state_at=timezone.now())
        GateWatch.objects.all().delete()
        begin = timezone.now() - timedelta(days=1)
        GateWatch.objects.create(pk=1, looked_at=timezone.now(), back_at=begin)
        yield clock


def wait(clock, seconds, *, looking=True):
    """Let time go by, with the background worker looking every fifteen seconds, as it does."""
    while seconds > 0:
        step = min(15, seconds)
        clock.shift(step)
        seconds -= step
        if looking:
            pause_untended()


def state(room):
    return fresh(room).state


GRACE = settings.ROOM_GRACE.total_seconds()


def test_the_grace_is_longer_than_a_phones_lost_connection():
    assert timedelta(minutes=2) <= settings.ROOM_GRACE
    assert settings.ROOM_GRACE > presence.SOCKET_FOR


def test_a_room_whose_last_facilitator_has_gone_pauses_after_the_grace(thursday, clock):
    revision = fresh(thursday).revision
    wait(clock, GRACE)
    assert state(thursday) == Room.State.OPEN
    wait(clock, 1)
    room = fresh(thursday)
    assert (room.state, room.state_at) == (Room.State.PAUSED, timezone.now())
    assert (room.revision, room.panels_revision) == (revision + 1, revision + 1)


def test_it_stays_open_while_somebody_who_leads_it_is_seen(cast, thursday, clock):
    for _ in range(10):
        wait(clock, GRACE - 1)
        presence.touch([(thursday.pk, cast.idris.pk)])
    assert state(thursday) == Room.State.OPEN


def test_others_being_there_does_not_keep_it_open(cast, thursday, clock):
    for _ in range(int(GRACE // 30) + 2):
        wait(clock, 30)
        presence.touch([(thursday.pk, cast.noor.pk), (thursday.pk, cast.kwame.pk)])
    assert state(thursday) == Room.State.PAUSED


@pytest.mark.parametrize("lost", ["role", "part", "account", "membership"])
def test_somebody_who_no_longer_leads_does_not_keep_it_open(cast, thursday, clock, lost):
    match lost:
        case "role":
            end_role(member=cast.hana, name="facilitator")
        case "part":
            Membership.objects.filter(member=cast.hana, room=thursday).update(part="participant")
        case "account":
            cast.hana.is_active = False
            cast.hana.save()
        case "membership":
            Membership.objects.filter(member=cast.hana, room=thursday).update(ended_at=timezone.now())
    for _ in range(int(GRACE // 30) + 1):
        wait(clock, 30)
        presence.touch([(thursday.pk, cast.hana.pk)])
    assert state(thursday) == Room.State.PAUSED


def test_a_hub_that_was_away_looks_at_nobody_so_absence_counts_from_when_it_is_back(cast, thursday, clock):
    clock.shift(3600)  # the machine was off; nobody could be seen
    pause_untended()
    assert state(thursday) == Room.State.OPEN
    wait(clock, GRACE - 1)
    assert state(thursday) == Room.State.OPEN
    wait(clock, 2)
    assert state(thursday) == Room.State.PAUSED


def test_a_facilitator_who_returns_after_a_restart_keeps_it_open(cast, thursday, clock):
    clock.shift(3600)
    pause_untended()
    wait(clock, GRACE - 10)
    presence.touch([(thursday.pk, cast.hana.pk)])
    wait(clock, GRACE - 1)
    assert state(thursday) == Room.State.OPEN


def test_a_short_absence_of_the_worker_is_no_absence_of_the_hub(thursday, clock):
    wait(clock, GRACE - 30)
    clock.shift(gate.AWAY_AFTER.total_seconds())
    pause_untended()
    assert state(thursday) == Room.State.PAUSED


def test_a_room_kept_by_a_circle_never_pauses(thursday, clock):
    Room.objects.filter(pk=thursday.pk).update(kind=Room.Kind.OWN)
    wait(clock, GRACE * 3)
    assert state(thursday) == Room.State.OPEN
    assert fresh(thursday).is_open


def test_a_closed_room_stays_closed(cast, thursday, clock):
    facilitating.close_room(by=cast.hana, room=fresh(thursday))
    wait(clock, GRACE * 2)
    assert state(thursday) == Room.State.CLOSED


def test_opening_again_brings_the_talk_back(cast, thursday, clock):
    wait(clock, GRACE + 1)
    assert state(thursday) == Room.State.PAUSED
    facilitating.open_room(by=fresh(cast.idris), room=fresh(thursday))
    assert say(cast.noor, fresh(thursday), "Back").seq == 1
    wait(clock, GRACE)
    assert state(thursday) == Room.State.OPEN


def test_posting_asks_the_gate_even_when_no_worker_looks(cast, thursday, clock):
    """The words stay in the box, and the page says kindly why, with the way to help."""
    GateWatch.objects.update(looked_at=timezone.now() + timedelta(hours=1))
    clock.shift(GRACE + 1)
    noor = browser(cast.noor)
    response = noor.post(MESSAGES, ticket("Is anybody here?"))
    page = response.content.decode()
    assert (response.status_code, state(thursday)) == (409, Room.State.PAUSED)
    assert ("Is anybody here?</textarea>" in page, 'data-state="paused"' in page, 'href="/help/"' in page) == (
        True,
    ) * 3


def test_a_paused_room_is_readable_and_pauses_once(cast, thursday, clock):
    say(cast.noor, fresh(thursday), "Lantern words")
    wait(clock, GRACE + 1)
    revision = fresh(thursday).revision
    assert pause_if_untended(fresh(thursday)) is False
    stale = fresh(thursday)
    stale.state = Room.State.OPEN
    assert pause_if_untended(stale) is False
    assert fresh(thursday).revision == revision
    page = browser(cast.noor).get("/rooms/thursday-evening/").content.decode()
    assert ("Lantern words" in page, "The room is paused." in page) == (True, True)


def test_reading_the_page_of_a_room_keeps_a_leader_without_javascript_present(cast, thursday, clock):
    hana = browser(cast.hana)
    for _ in range(3):
        wait(clock, GRACE - 1)
        hana.get("/rooms/thursday-evening/")
    assert state(thursday) == Room.State.OPEN


# --- Who is here


def here(room):
    count, people = presence.who_is_here(room.pk)
    assert count == len(people)
    return [person.name for person in people]


def test_being_here_ends_by_itself(cast, thursday, clock):
    presence.step_out(member=cast.hana, room=thursday)
    presence.touch([(thursday.pk, cast.noor.pk)])
    presence.arrive(member=cast.kwame, room=thursday)
    assert here(thursday) == ["Noor", "Kwame"]
    clock.shift(presence.SOCKET_FOR - SECOND)
    assert here(thursday) == ["Noor", "Kwame"]
    clock.shift(SECOND)
    assert here(thursday) == ["Kwame"]
    clock.shift(presence.PAGE_FOR)
    assert here(thursday) == []


def test_a_closed_socket_counts_for_a_little_while_and_stepping_out_ends_at_once(cast, thursday, clock):
    presence.step_out(member=cast.hana, room=thursday)
    presence.touch([(thursday.pk, cast.noor.pk), (thursday.pk, cast.mina.pk)])
    presence.go([(thursday.pk, cast.noor.pk)])
    presence.step_out(member=cast.mina, room=thursday)
    assert here(thursday) == ["Noor"]
    clock.shift(presence.GONE_IN)
    assert here(thursday) == []


def test_those_who_lead_come_first_then_whoever_came_first(cast, thursday, clock):
    presence.step_out(member=cast.hana, room=thursday)
    for member in (cast.noor, cast.kwame, cast.idris):
        presence.touch([(thursday.pk, member.pk)])
        clock.shift(1)
    assert here(thursday) == ["Idris", "Noor", "Kwame"]


def test_the_first_fifty_names_and_the_whole_number(cast, thursday, clock):

    people = Member.objects.bulk_create(
        Member(username=f"guest{number}", name=f"Guest {number}") for number in range(60)
    )
    for member in people:
        join_room(member=member, room=thursday)
    presence.touch([(thursday.pk, member.pk) for member in people])
    count, named = presence.who_is_here(thursday.pk)
    assert (count, len(named), named[0].name) == (61, presence.NAMES_SHOWN, "Hana")


def test_listening_is_said_and_unsaid(cast, thursday, clock):
    noor = browser(cast.noor)
    assert noor.post("/rooms/thursday-evening/listening/", {"listening": "yes"}).status_code == 302
    presence.touch([(thursday.pk, cast.noor.pk)])
    assert [one.listening for one in presence.who_is_here(thursday.pk)[1] if one.name == "Noor"] == [True]
    assert "Reading along" in noor.get("/rooms/thursday-evening/").content.decode()
    assert say(cast.noor, fresh(thursday), "I changed my mind").seq == 1
    noor.post("/rooms/thursday-evening/listening/", {"listening": "no"})
    assert [one.listening for one in presence.who_is_here(thursday.pk)[1] if one.name == "Noor"] == [False]


def test_whoever_had_to_go_is_no_longer_here(cast, thursday, clock):
    presence.touch([(thursday.pk, cast.noor.pk)])
    assert "Noor" in here(thursday)
    Membership.objects.filter(member=cast.noor, room=thursday).update(ended_at=timezone.now())
    assert "Noor" not in here(thursday)


def test_nothing_is_kept_about_who_was_where(cast, thursday, clock):
    presence.touch([(thursday.pk, cast.noor.pk)])
    clock.shift(3600)
    assert presence.forget_gone() == 0
    clock.shift(presence.PAGE_FOR + presence.SOCKET_FOR)
    assert presence.forget_gone() == 2
    assert not Presence.objects.exists()


# --- Belonging


def test_what_somebody_loses_is_told_to_the_doors(cast, thursday, quiet):

    browser(cast.noor)
    losses = [
        (lambda: end_sessions(Session.objects.filter(member=cast.noor)), {thursday, quiet}),
        (lambda: end_role(member=cast.idris, name="facilitator"), {thursday, quiet}),
        (lambda: change_part(by=cast.hana, membership=place_of(cast.idris, thursday), part="participant"), {thursday}),
        (lambda: leave_room(member=cast.noor, room=thursday), {thursday}),
    ]
    for lose, where in losses:
        before = {room: fresh(room).doors_revision for room in (thursday, quiet)}
        lose()
        after = {room for room in before if fresh(room).doors_revision > before[room]}
        assert after == where
        assert all(fresh(room).doors_revision == fresh(room).revision for room in after)


def test_joining_twice_is_belonging_once(cast, thursday):

    first = join_room(member=cast.lin, room=thursday)
    assert join_room(member=fresh(cast.lin), room=thursday).pk == first.pk
    assert Membership.objects.filter(member=cast.lin, room=thursday).count() == 1


def test_a_room_pauses_after_one_grace_even_where_no_worker_looks(cast, thursday, settings):
    """Posts far apart must not each look like the hub coming back."""
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        gate.pause_untended()
        Presence.objects.filter(room=thursday).update(seen_at=began, until=began)
        for _ in range(10):
            clock.shift(70)
            gate.pause_if_untended(fresh(thursday))
        assert fresh(thursday).state == "paused"
        assert fresh(thursday).state_at <= began + settings.ROOM_GRACE * 2 + timedelta(seconds=140)


def test_a_measure_outlives_going_out_and_coming_in_again(cast, thursday):
    until = timezone.now() + timedelta(days=7)
    Membership.objects.filter(member=cast.noor, room=thursday).update(muted_until=until, held_at=timezone.now())
    leave_room(member=cast.noor, room=thursday)
    back = join_room(member=cast.noor, room=thursday)
    assert (back.muted_until, back.held_at is not None) == (until, True)
