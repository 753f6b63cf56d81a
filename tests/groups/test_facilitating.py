"""The facilitator's hand: each act does one thing, is written down once, and tells whom it is about."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from groups.rooms import facilitating as hand
from groups.rooms.making import bring_in
from groups.rooms.models import Membership, Message, Pin, Presence, Room
from groups.rooms.revisions import lock
from groups.rooms.rules import speak
from hub.members.arrivals import end_role
from hub.notifications.models import Notice
from hub.permissions import Refused, can
from moderation.cases.models import Action
from tests.cast import REASON, because, browser, fresh, place_of, say


def held_message(cast, room):
    Room.objects.filter(pk=room.pk).update(holds_all=True)
    message = say(cast.noor, fresh(room), "Held words")
    assert message.state == Message.State.HELD
    Room.objects.filter(pk=room.pk).update(holds_all=False)
    return message


def posted_message(cast, room):
    return say(cast.noor, fresh(room), "Posted words")


class Act:
    """One act of the hand: what it is done to, and what must be there afterwards."""

    def __init__(self, verb, kind, thing, *, effect, notice="", reason=False, before=None, **more):
        self.verb, self.kind, self.thing, self.effect = verb, kind, thing, effect
        self.notice, self.reason, self.before, self.more = notice, reason, before, more

    def __repr__(self):
        return self.kind

    def made_for(self, cast, room):
        """The arguments, with the thing in the state the act is for."""
        thing = {"held": held_message, "posted": posted_message}.get(self.thing)
        if thing:
            arguments = {"message": thing(cast, room)}
        elif self.thing == "member":
            arguments = {"membership": place_of(cast.noor, room)}
        else:
            arguments = {"room": room}
        if self.before:
            self.before(cast, room, arguments)
        arguments = {name: fresh(thing) for name, thing in arguments.items()}
        return arguments | self.more | (because() if self.reason else {})


def state_is(state):
    return lambda cast, room: Message.objects.get().state == state


def place_has(**what):
    return lambda cast, room: Membership.objects.filter(member=cast.noor, room=room, **what).exists()


def room_has(**what):
    return lambda cast, room: Room.objects.filter(pk=room.pk, **what).exists()


def cover_first(cast, room, arguments):
    hand.cover_message(by=cast.idris, message=arguments["message"], note="a hospital", **because())
    Action.objects.all().delete()
    Notice.objects.all().delete()


def pin_first(cast, room, arguments):
    hand.pin_message(by=cast.idris, message=arguments["message"])
    Action.objects.all().delete()


HOUR = timedelta(hours=1)
ACTS = [
    Act(hand.close_room, "close_room", "room", effect=room_has(state="closed")),
    Act(hand.hold_room, "hold_room", "room", holds=True, effect=room_has(holds_all=True)),
    Act(
        hand.hold_room,
        "release_room",
        "room",
        holds=False,
        effect=room_has(holds_all=False),
        before=lambda cast, room, _: Room.objects.filter(pk=room.pk).update(holds_all=True),
    ),
    Act(hand.hold_member, "hold_member", "member", reason=True, effect=place_has(held_at__isnull=False)),
    Act(
        hand.release_member,
        "release_member",
        "member",
        effect=place_has(held_at=None),
        before=lambda cast, room, _: Membership.objects.filter(member=cast.noor).update(held_at=timezone.now()),
    ),
    Act(
        hand.mute,
        "mute",
        "member",
        lasting=HOUR,
        reason=True,
        notice="member.muted",
        effect=place_has(muted_until__isnull=False),
    ),
    Act(
        hand.unmute,
        "unmute",
        "member",
        effect=place_has(muted_until=None),
        before=lambda cast, room, _: Membership.objects.filter(member=cast.noor).update(
            muted_until=timezone.now() + HOUR
        ),
    ),
    Act(
        hand.show_door,
        "show_door",
        "member",
        reason=True,
        notice="membership.ended",
        effect=place_has(ended_at__isnull=False),
    ),
    Act(hand.approve_message, "approve", "held", notice="message.approved", effect=state_is("posted")),
    Act(hand.return_message, "return", "held", reason=True, notice="message.returned", effect=state_is("returned")),
    Act(
        hand.cover_message,
        "cover",
        "posted",
        note="a hospital",
        reason=True,
        notice="message.covered",
        effect=lambda cast, room: Message.objects.get().cover == "a hospital",
    ),
    Act(
        hand.uncover_message,
        "uncover",
        "posted",
        before=cover_first,
        effect=lambda cast, room: Message.objects.get().cover == "",
    ),
    Act(hand.remove_message, "remove", "posted", reason=True, notice="message.removed", effect=state_is("removed")),
    Act(hand.pin_message, "pin", "posted", effect=lambda cast, room: Pin.objects.filter(ended_at=None).count() == 1),
    Act(
        hand.unpin_message,
        "unpin",
        "posted",
        before=pin_first,
        effect=lambda cast, room: not Pin.objects.filter(ended_at=None).exists(),
    ),
]
MEASURES = [act for act in ACTS if act.reason]
TELLING = [act for act in ACTS if act.notice]


def test_every_kind_of_action_is_tried_here():
    assert {act.kind for act in ACTS} | {"open_room", "change_part"} == set(Action.Kind.values)
    assert {act.kind for act in MEASURES} == set(Action.NEEDS_CLAUSE)


@pytest.mark.parametrize("act", ACTS, ids=repr)
def test_an_act_has_its_effect_and_is_written_down_once(cast, thursday, act):
    arguments = act.made_for(cast, thursday)
    Action.objects.all().delete()
    revision = fresh(thursday).revision
    assert not act.effect(cast, thursday)
    act.verb(by=cast.hana, **arguments)
    assert act.effect(cast, thursday)
    action = Action.objects.get()
    message = arguments.get("message")
    assert (action.kind, action.by, action.place_kind, action.place_id) == (act.kind, cast.hana, "room", thursday.pk)
    assert (action.thing_kind, action.thing_id) == (("message", message.pk) if message else ("", None))
    if act.reason:
        assert (action.about, action.clause.number, action.reason) == (cast.noor, 3, REASON)
    assert fresh(thursday).revision == revision + 1
    assert fresh(thursday).panels_revision == revision + 1


@pytest.mark.parametrize("act", ACTS, ids=repr)
def test_nobody_else_has_the_hand(cast, thursday, act):
    arguments = act.made_for(cast, thursday)
    actions = Action.objects.count()
    for person in (cast.noor, cast.gwen, cast.chidi):
        with pytest.raises(Refused) as problem:
            act.verb(by=fresh(person), **arguments)
        assert (problem.value.state, Action.objects.count()) == ("not_allowed", actions)
    assert not act.effect(cast, thursday)


ENDINGS = {
    "the role": lambda cast, room: end_role(member=fresh(cast.hana), name="facilitator"),
    "the membership": lambda cast, room: Membership.objects.filter(member=cast.hana, room=room).update(
        ended_at=timezone.now()
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("act", ACTS, ids=repr)
def test_what_is_ended_before_the_lock_is_had_counts(cast, thursday, act, ending, monkeypatch):
    arguments = act.made_for(cast, thursday)
    actions = Action.objects.count()

    def late(room):
        ENDINGS[ending](cast, room)
        return lock(room)

    monkeypatch.setattr(hand, "lock", late)
    with pytest.raises(Refused) as problem:
        act.verb(by=fresh(cast.hana), **arguments)
    assert (problem.value.state, Action.objects.count()) == ("not_allowed", actions)
    assert not act.effect(cast, thursday)


@pytest.mark.parametrize("act", MEASURES, ids=repr)
def test_a_measure_without_clause_or_reason_does_not_happen(cast, thursday, act):
    arguments = act.made_for(cast, thursday)
    actions, revision, told = Action.objects.count(), fresh(thursday).revision, Notice.objects.count()
    for lacks in ({"clause": None}, {"reason": ""}, {"reason": "  \n "}):
        with pytest.raises(Refused) as problem:
            act.verb(by=cast.hana, **arguments | lacks)
        assert problem.value.state == "refused"
    assert not act.effect(cast, thursday)
    assert (Action.objects.count(), fresh(thursday).revision, Notice.objects.count()) == (actions, revision, told)


@pytest.mark.parametrize("act", TELLING, ids=repr)
def test_whom_it_is_about_is_told_privately_in_their_language(cast, thursday, act, client):
    arguments = act.made_for(cast, thursday)
    Notice.objects.all().delete()
    act.verb(by=cast.hana, **arguments)
    notice = Notice.objects.get()
    assert (notice.member, notice.kind, notice.read_at) == (cast.noor, act.notice, None)
    client.force_login(cast.noor)
    page = client.get("/inbox/").content.decode()
    assert f'id="notice-{notice.pk}"' in page
    assert not act.reason or REASON in page
    client.force_login(cast.kwame)
    assert f'id="notice-{notice.pk}"' not in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("act", TELLING, ids=repr)
def test_effect_record_and_notice_are_one_step(cast, thursday, act, monkeypatch):
    """Where the notice cannot be written, nothing was done."""
    arguments = act.made_for(cast, thursday)
    actions, revision = Action.objects.count(), fresh(thursday).revision

    def fails(**_):
        raise RuntimeError("no notice")

    monkeypatch.setattr(Notice.objects, "create", fails)
    with pytest.raises(RuntimeError, match="no notice"):
        act.verb(by=cast.hana, **arguments)
    assert not act.effect(cast, thursday)
    assert (Action.objects.count(), fresh(thursday).revision) == (actions, revision)


@pytest.mark.parametrize("act", [one for one in ACTS if one.thing in ("held", "posted")], ids=repr)
def test_an_act_that_somebody_else_has_done_already_says_so(cast, thursday, act):
    arguments = act.made_for(cast, thursday)
    Message.objects.update(state=Message.State.WITHDRAWN)
    actions = Action.objects.count()
    with pytest.raises(Refused) as problem:
        act.verb(by=cast.hana, **arguments)
    assert (problem.value.state, str(problem.value.sentence)) == (
        "refused",
        "Somebody has already seen to this message.",
    )
    assert Action.objects.count() == actions


# --- The room


def test_opening_is_being_there(cast, thursday):
    hand.close_room(by=cast.hana, room=thursday)
    Presence.objects.all().delete()
    hand.open_room(by=cast.idris, room=fresh(thursday))
    assert fresh(thursday).state == Room.State.OPEN
    assert Presence.objects.get(room=thursday).member == cast.idris
    assert Action.objects.order_by("-pk").first().kind == "open_room"


def test_opening_twice_is_written_down_once(cast, thursday):
    before = Action.objects.count(), fresh(thursday).revision
    hand.open_room(by=cast.hana, room=fresh(thursday))
    hand.hold_room(by=cast.hana, room=fresh(thursday), holds=False)
    assert (Action.objects.count(), fresh(thursday).revision) == before


def test_a_held_room_holds_everyone_but_those_who_lead(cast, thursday):
    hand.hold_room(by=cast.hana, room=thursday, holds=True)
    states = {name: say(getattr(cast, name), fresh(thursday), name).state for name in ("noor", "kwame", "idris")}
    assert states == {"noor": "held", "kwame": "held", "idris": "posted"}
    hand.hold_room(by=cast.hana, room=thursday, holds=False)
    assert say(cast.noor, fresh(thursday), "now").state == "posted"


def test_an_approved_message_takes_its_place_when_it_is_let_through(cast, thursday):
    held = held_message(cast, thursday)
    assert held.seq is None
    assert say(cast.kwame, fresh(thursday), "meanwhile").seq == 1
    approved = hand.approve_message(by=cast.hana, message=fresh(held))
    assert (approved.seq, approved.state, approved.revision) == (2, "posted", fresh(thursday).revision)
    assert approved.posted_at > approved.written_at


# --- People


def test_holding_one_person_holds_nobody_else(cast, thursday):
    hand.hold_member(by=cast.hana, membership=place_of(cast.noor, thursday), **because())
    assert (say(cast.noor, thursday, "a").state, say(cast.kwame, thursday, "b").state) == ("held", "posted")
    hand.release_member(by=cast.hana, membership=place_of(cast.noor, thursday))
    assert say(cast.noor, thursday, "c").state == "posted"


@pytest.mark.parametrize("lasting", hand.MUTES, ids=str)
def test_reading_along_ends_by_itself(cast, thursday, lasting):
    until = hand.mute(by=cast.hana, membership=place_of(cast.noor, thursday), lasting=lasting, **because())
    assert Action.objects.get(kind="mute").until == until
    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        assert "read along for a while" in str(speak(fresh(cast.noor), thursday))
    with time_machine.travel(until, tick=False):
        assert can(fresh(cast.noor), "room.speak", thursday)


def test_only_the_lengths_offered_can_be_asked_for(cast, thursday):
    for lasting in (timedelta(days=365), timedelta(0), timedelta(minutes=-1)):
        with pytest.raises(Refused):
            hand.mute(by=cast.hana, membership=place_of(cast.noor, thursday), lasting=lasting, **because())
    assert place_of(cast.noor, thursday).muted_until is None


@pytest.mark.parametrize("verb", [hand.hold_member, hand.mute, hand.show_door, hand.unmute, hand.release_member])
def test_those_who_lead_are_not_treated_this_way_from_inside_the_room(cast, thursday, verb):
    needs = {"clause", "reason"} & set(verb.__annotations__)
    more = (because() if needs else {}) | ({"lasting": HOUR} if verb is hand.mute else {})
    with pytest.raises(Refused, match="Ask a moderator"):
        verb(by=cast.hana, membership=place_of(cast.idris, thursday), **more)


def test_the_door_closes_for_this_room_only_and_may_open_again(cast, thursday, quiet):
    membership = place_of(cast.noor, thursday)
    doors = fresh(thursday).doors_revision
    hand.show_door(by=cast.hana, membership=membership, **because())
    assert fresh(thursday).doors_revision == fresh(thursday).revision > doors
    assert (can(fresh(cast.noor), "room.see", thursday), can(fresh(cast.noor), "room.see", quiet)) == (False, True)
    assert fresh(membership).ended_by == cast.hana
    with pytest.raises(Refused, match="no longer a member"):
        hand.show_door(by=cast.hana, membership=membership, **because())
    assert Action.objects.filter(kind="show_door").count() == 1
    bring_in(by=cast.hana, room=thursday, username="noor")
    assert can(fresh(cast.noor), "room.speak", thursday)


# --- Messages


def test_a_cover_over_a_content_note_gives_the_note_back_when_it_is_taken_off(cast, thursday):
    message = say(cast.noor, thursday, "Words", cover="my own note")
    hand.cover_message(by=cast.hana, message=message, note="a hospital", **because())
    assert fresh(message).cover == "a hospital"
    hand.uncover_message(by=cast.hana, message=fresh(message))
    assert (fresh(message).cover, fresh(message).covered_by) == ("my own note", None)


def test_uncovering_leaves_a_note_of_the_author_alone(cast, thursday):
    message = say(cast.noor, thursday, "Words", cover="my own note")
    hand.uncover_message(by=cast.hana, message=message)
    assert fresh(message).cover == "my own note"
    assert not Action.objects.filter(kind="uncover").exists()


def test_a_cover_needs_words_on_it(cast, thursday):
    message = say(cast.noor, thursday, "Words")
    for note in ("", " ", "\u200b", "n" * 121):
        with pytest.raises(Refused) as problem:
            hand.cover_message(by=cast.hana, message=message, note=note, **because())
        assert problem.value.state == "refused"


def test_pinning_twice_pins_once_and_it_can_be_pinned_again(cast, thursday):
    message = say(cast.noor, thursday, "Words")
    for _ in range(2):
        hand.pin_message(by=cast.hana, message=message)
    hand.unpin_message(by=cast.hana, message=message)
    hand.unpin_message(by=cast.hana, message=message)
    hand.pin_message(by=cast.idris, message=message)
    assert [one.kind for one in Action.objects.order_by("pk") if "pin" in one.kind] == ["pin", "unpin", "pin"]
    assert Pin.objects.get(ended_at=None).by == cast.idris


def test_a_removed_message_is_no_longer_pinned(cast, thursday):
    message = say(cast.noor, thursday, "Words")
    hand.pin_message(by=cast.hana, message=message)
    hand.remove_message(by=cast.hana, message=message, **because())
    assert not Pin.objects.filter(ended_at=None).exists()


# --- Who leads -----------------------------------------------------------------------------------------------------


def test_somebody_who_led_can_be_asked_to_take_part_again_and_it_is_written_down(cast, thursday):
    page = browser(cast.hana)
    place = place_of(cast.idris, thursday)
    answer = page.post(f"/rooms/{thursday.slug}/people/{place.pk}/part/", {"leads": "no"})
    assert answer.status_code == 302
    assert place_of(cast.idris, thursday).part == "participant"
    done = Action.objects.filter(kind="change_part").latest("pk")
    assert (done.by, done.about, done.place_id) == (cast.hana, cast.idris, thursday.pk)


def test_somebody_whose_role_ended_is_a_participant_whatever_their_part_says(cast, thursday):
    end_role(member=cast.idris, name="facilitator")
    place = place_of(fresh(cast.idris), thursday)
    hand.show_door(by=cast.hana, membership=place, **because())
    assert fresh(place).ended_at is not None
