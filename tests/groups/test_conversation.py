"""Saying something, answering, changing it and taking it back."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from groups.rooms.conversation import WAITING_MAX, edit_message, post_message, withdraw_message
from groups.rooms.facilitating import (
    approve_message,
    cover_message,
    hold_member,
    mute,
    pin_message,
    remove_message,
    return_message,
    show_door,
)
from groups.rooms.models import BODY_MAX, COVER_MAX, Membership, Message, Pin, Room
from groups.rooms.rules import membership_of
from hub.notifications.models import Notice
from hub.permissions import Refused
from hub.ratelimits import LIMITS, TooMany, take
from tests.cast import because, fresh, place_of, say


def refused(act, **arguments):
    """(state, sentence) of the refusal that must come."""
    with pytest.raises(Refused) as problem:
        act(**arguments)
    return problem.value.state, str(problem.value.sentence)


# --- Post


def test_a_message_gets_the_next_place_and_the_next_revision(cast, thursday):
    before = thursday.revision
    first, second = say(cast.noor, thursday, "Quiet today."), say(cast.kwame, thursday, "Scattered.")
    assert [(one.seq, one.revision, one.state) for one in (first, second)] == [
        (1, before + 1, "posted"),
        (2, before + 2, "posted"),
    ]
    room = fresh(thursday)
    assert (room.last_seq, room.revision) == (2, before + 2)
    assert fresh(first).html == "<p>Quiet today.</p>"


def test_the_language_of_words_is_that_of_the_page_they_were_written_on(cast, thursday):
    with translation.override("ar"):
        assert say(cast.noor, thursday, "أهلاً").lang == "ar"


def test_the_same_ticket_again_is_the_first_answer_whatever_has_changed_since(cast, thursday):
    ticket = uuid.uuid4()
    first = say(cast.noor, thursday, "Once", client_id=ticket)
    mute(by=cast.hana, membership=place_of(cast.noor, thursday), lasting=timedelta(hours=1), **because())
    Room.objects.filter(pk=thursday.pk).update(state=Room.State.PAUSED, holds_all=True)
    assert refused(post_message, author=fresh(cast.noor), room=fresh(thursday), body="More", client_id=uuid.uuid4())
    again = post_message(author=fresh(cast.noor), room=fresh(thursday), body="Other words", client_id=ticket)
    assert (again.repeated, again.message.pk, again.message.body) == (True, first.pk, "Once")
    assert Message.objects.count() == 1


def test_a_ticket_belongs_to_its_author_and_its_room(cast, thursday, quiet):
    Room.objects.filter(pk=quiet.pk).update(state=Room.State.OPEN, state_at=timezone.now())
    ticket = uuid.uuid4()
    messages = {
        say(cast.noor, thursday, "One", client_id=ticket).pk,
        say(cast.kwame, thursday, "Two", client_id=ticket).pk,
        say(cast.noor, fresh(quiet), "Three", client_id=ticket).pk,
    }
    assert len(messages) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "There were no words"),
        (" \n\t  ", "There were no words"),
        ("\u200b\u2060\ufeff", "There were no words"),
        ("\x07\x1b", "There were no words"),
        ("a" * (BODY_MAX + 1), "longer than the room can take"),
        ("a" * 10_000, "longer than the room can take"),
    ],
    ids=["empty", "spaces", "invisible", "control", "one too long", "10000"],
)
def test_words_that_cannot_be_taken_are_refused_with_a_sentence(cast, thursday, words, sentence):
    state, said = refused(post_message, author=cast.noor, room=thursday, body=words, client_id=uuid.uuid4())
    assert (state, sentence in said) == ("refused", True)
    assert not Message.objects.exists()


def test_the_longest_message_is_taken_and_control_characters_are_left_out(cast, thursday):
    assert say(cast.noor, thursday, "a" * BODY_MAX).body == "a" * BODY_MAX
    assert say(cast.noor, thursday, "one\x00\x07 two\x1b").body == "one two"


def test_a_content_note_is_one_short_line(cast, thursday):
    assert say(cast.noor, thursday, "Words", cover=" a\nhospital \x00 stay ").cover == "a hospital stay"
    arguments = {"author": cast.noor, "room": thursday, "body": "Words", "client_id": uuid.uuid4()}
    state, said = refused(post_message, **arguments, cover="n" * (COVER_MAX + 1))
    assert (state, "Keep the content note short" in said) == ("refused", True)


def test_nobody_posts_where_they_do_not_belong(cast, thursday):
    for person in (cast.gwen, cast.chidi):
        state, said = refused(post_message, author=person, room=thursday, body="Hello", client_id=uuid.uuid4())
        assert (state, said) == ("not_allowed", "This room is for its members.")


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_room_that_is_not_open_takes_no_words_and_says_they_are_kept(cast, thursday, state):
    Room.objects.filter(pk=thursday.pk).update(state=state)
    found, said = refused(post_message, author=cast.noor, room=fresh(thursday), body="Hello", client_id=uuid.uuid4())
    assert (found, state in said, "still in the box" in said) == ("paused", True, True)


def test_a_flood_is_slowed_and_other_people_are_not(cast, thursday):
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(LIMITS["message.post"].times - 1):
            take("message.post", cast.noor.pk)
        assert say(cast.noor, thursday, "The last that fits").seq == 1
        with pytest.raises(TooMany) as problem:
            say(cast.noor, thursday, "One more")
        assert 1 <= problem.value.retry_after <= 60
        assert say(cast.kwame, thursday, "Mine").seq == 2


# --- Answer


def test_an_answer_quotes_a_message_of_the_same_room(cast, thursday, quiet):
    Room.objects.filter(pk=quiet.pk).update(state=Room.State.OPEN, state_at=timezone.now())
    here, elsewhere = say(cast.noor, thursday, "Here"), say(cast.noor, fresh(quiet), "Elsewhere")
    assert say(cast.kwame, thursday, "To you", reply_to=here).reply_to_id == here.pk
    assert say(cast.kwame, thursday, "To nobody", reply_to=elsewhere).reply_to_id is None


def test_an_answer_cannot_quote_what_nobody_has_seen(cast, thursday):
    Room.objects.filter(pk=thursday.pk).update(holds_all=True)
    held = say(cast.noor, fresh(thursday), "Held")
    assert held.state == Message.State.HELD
    assert say(cast.hana, fresh(thursday), "Answer", reply_to=held).reply_to_id is None


def drop(cast, message, how):
    match how:
        case "withdrawn":
            withdraw_message(author=cast.noor, message=message)
        case "removed":
            remove_message(by=cast.hana, message=message, **because())
        case "covered":
            cover_message(by=cast.hana, message=message, note="a hospital", **because())
        case "edited":
            edit_message(author=cast.noor, message=message, body="Other")


@pytest.mark.parametrize("how", ["withdrawn", "removed", "covered", "edited"])
def test_whoever_was_away_gets_the_answers_again_when_what_they_quote_changes(cast, thursday, how):
    original = say(cast.noor, thursday, "Secret words")
    answer, other = say(cast.kwame, thursday, "To you", reply_to=original), say(cast.kwame, thursday, "Not to you")
    drop(cast, fresh(original), how)
    room = fresh(thursday)
    assert [fresh(one).revision for one in (original, answer)] == [room.revision] * 2
    assert fresh(other).revision == other.revision


# --- Change


def test_words_can_be_changed_for_ten_minutes(cast, thursday):
    message = say(cast.noor, thursday, "Frist")
    posted = message.posted_at
    with time_machine.travel(posted + timedelta(minutes=10), tick=False):
        changed = edit_message(author=fresh(cast.noor), message=fresh(message), body="First", cover="a note")
    assert (changed.body, changed.html, changed.cover) == ("First", "<p>First</p>", "a note")
    assert (changed.seq, changed.revision, changed.edited_at is not None) == (1, fresh(thursday).revision, True)
    with time_machine.travel(posted + timedelta(minutes=10, seconds=1), tick=False):
        state, said = refused(edit_message, author=fresh(cast.noor), message=fresh(message), body="Later")
    assert (state, "ten minutes" in said) == ("not_allowed", True)
    assert fresh(message).body == "First"


def test_a_change_takes_no_words_that_a_post_would_not(cast, thursday):
    message = say(cast.noor, thursday, "First")
    for words in ("", "  ", "a" * (BODY_MAX + 1)):
        assert refused(edit_message, author=cast.noor, message=message, body=words)[0] == "refused"
    assert fresh(message).body == "First"


def test_a_held_message_can_be_changed_and_stays_held(cast, thursday):
    Room.objects.filter(pk=thursday.pk).update(holds_all=True)
    held = say(cast.noor, fresh(thursday), "Held")
    changed = edit_message(author=fresh(cast.noor), message=fresh(held), body="Reworded")
    assert (changed.state, changed.seq, changed.body) == ("held", None, "Reworded")


def test_a_returned_message_that_is_reworded_waits_again(cast, thursday):
    hold_member(by=cast.hana, membership=place_of(cast.noor, thursday), **because())
    message = say(cast.noor, thursday, "Sharp")
    return_message(by=cast.hana, message=fresh(message), **because())
    assert fresh(message).state == Message.State.RETURNED
    assert edit_message(author=fresh(cast.noor), message=fresh(message), body="Soft").state == Message.State.HELD
    assert approve_message(by=cast.hana, message=fresh(message)).seq == 1
    assert fresh(message).body == "Soft"


def test_nothing_posted_is_changed_while_new_words_wait_for_a_facilitator(cast, thursday):
    message = say(cast.noor, thursday, "First")
    Membership.objects.filter(member=cast.noor, room=thursday).update(held_at=timezone.now())
    assert "wait for a facilitator" in refused(edit_message, author=fresh(cast.noor), message=message, body="New")[1]


def test_nothing_is_changed_in_a_paused_room_but_it_can_be_taken_back(cast, thursday):
    message = say(cast.noor, thursday, "First")
    Room.objects.filter(pk=thursday.pk).update(state=Room.State.PAUSED)
    assert refused(edit_message, author=cast.noor, message=fresh(message), body="New")[0] == "paused"
    assert withdraw_message(author=cast.noor, message=fresh(message)).state == Message.State.WITHDRAWN


def test_an_author_decides_on_their_own_words_only(cast, thursday):
    message = say(cast.noor, thursday, "Mine")
    assert refused(edit_message, author=cast.hana, message=message, body="Hers")[0] == "not_allowed"
    assert refused(withdraw_message, author=cast.hana, message=message)[0] == "not_allowed"
    assert fresh(message).body == "Mine"


# --- Take back


def test_taking_back_leaves_a_trace_in_its_place_and_ends_the_pin(cast, thursday):
    message = say(cast.noor, thursday, "Mine")
    pin_message(by=cast.hana, message=message)
    assert Pin.objects.filter(ended_at=None).count() == 1
    withdrawn = withdraw_message(author=cast.noor, message=fresh(message))
    assert (withdrawn.state, withdrawn.seq, withdrawn.revision) == ("withdrawn", 1, fresh(thursday).revision)
    assert Pin.objects.filter(ended_at=None).count() == 0
    assert refused(withdraw_message, author=cast.noor, message=fresh(message))[1] == "This message is gone already."


def test_what_was_held_and_taken_back_never_takes_a_place(cast, thursday):
    Room.objects.filter(pk=thursday.pk).update(holds_all=True)
    held = say(cast.noor, fresh(thursday), "Held")
    withdraw_message(author=fresh(cast.noor), message=fresh(held))
    assert (fresh(held).state, fresh(held).seq) == ("withdrawn", None)
    assert refused(approve_message, by=cast.hana, message=fresh(held))[0] == "refused"
    assert say(cast.hana, fresh(thursday), "Next").seq == 1


def test_nobody_buries_the_messages_of_others_that_wait(cast, thursday):
    Room.objects.filter(pk=thursday.pk).update(holds_all=True)
    sent_back, *_, last = [say(cast.noor, fresh(thursday), f"Words {number}") for number in range(WAITING_MAX)]
    return_message(by=cast.hana, message=fresh(sent_back), **because())
    say(cast.noor, fresh(thursday), "One more, while one is back with its author")
    full = (
        "refused",
        "Ten of your messages are waiting already. Let somebody read those first; your words are still in the box.",
    )
    assert refused(say, who=cast.noor, room=fresh(thursday), words="Too many") == full
    assert refused(edit_message, author=fresh(cast.noor), message=fresh(sent_back), body="Again") == full
    assert fresh(sent_back).body == "Words 0"
    assert edit_message(author=fresh(cast.noor), message=fresh(last), body="Reworded while it waits").state == "held"
    assert say(cast.kwame, fresh(thursday), "Somebody else").state == "held"
    approve_message(by=cast.hana, message=fresh(last))
    assert say(cast.noor, fresh(thursday), "Now").state == "held"
    Room.objects.filter(pk=thursday.pk).update(holds_all=False)
    assert say(cast.noor, fresh(thursday), "Straight in").state == "posted"


# --- Somebody decides something while a post is under way


@pytest.mark.parametrize("measure", ["mute", "door", "hold"])
def test_a_measure_holds_for_words_already_on_their_way(cast, thursday, measure):
    """The author's browser asked before the measure was committed; the room was locked after."""
    noor = fresh(cast.noor)
    say(noor, thursday, "Before")
    membership_of(noor, thursday)  # as read at the beginning of the request
    membership = place_of(cast.noor, thursday)
    if measure == "mute":
        mute(by=cast.hana, membership=membership, lasting=timedelta(hours=1), **because())
    elif measure == "door":
        show_door(by=cast.hana, membership=membership, **because())
    else:
        hold_member(by=cast.hana, membership=membership, **because())
    arguments = {"author": noor, "room": thursday, "body": "After", "client_id": uuid.uuid4()}
    if measure == "hold":
        assert post_message(**arguments).message.state == Message.State.HELD
    else:
        assert refused(post_message, **arguments)[0] == "not_allowed"
    assert list(Message.objects.exclude(seq=None).values_list("body", flat=True)) == ["Before"]


def test_the_author_of_a_held_message_is_told_once_while_they_reword_it(cast, thursday):
    Room.objects.filter(pk=thursday.pk).update(holds_all=True)
    held = say(cast.noor, fresh(thursday), "Held")
    assert Notice.objects.filter(member=cast.noor, kind="message.held").count() == 1
    edit_message(author=fresh(cast.noor), message=fresh(held), body="Reworded")
    assert Notice.objects.filter(member=cast.noor, kind="message.held").count() == 1
