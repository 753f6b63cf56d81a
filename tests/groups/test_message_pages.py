"""Messages over HTTP: the public contract for programs, and the same room for a browser without JavaScript."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from groups.rooms import facilitating as hand
from groups.rooms.models import Membership, Message, Room
from hub.ratelimits import LIMITS, take
from tests.cast import JSON, because, browser, fresh, place_of, say, ticket

MESSAGES = "/rooms/thursday-evening/messages/"
ROOM = "/rooms/thursday-evening/"
KEYS = {"id", "seq", "revision", "state", "say"}


@pytest.fixture(autouse=True)
def frozen():
    """Limits count in stretches of a minute; no test may happen to stand across the end of one."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def noor(cast, thursday):
    return browser(cast.noor)


def send(client, sent):
    return client.post(MESSAGES, sent, headers=JSON)


def hold(room):
    Room.objects.filter(pk=room.pk).update(holds_all=True)


def pause(room):
    Room.objects.filter(pk=room.pk).update(state=Room.State.PAUSED)


def mute(cast, room):
    hand.mute(by=cast.hana, membership=place_of(cast.noor, room), lasting=hand.MUTES[0], **because())


def flood(cast):
    for _ in range(LIMITS["message.post"].times):
        take("message.post", cast.noor.pk)


# --- For programs


def test_201_posted(cast, thursday, noor):
    response = send(noor, ticket("Hello"))
    message = Message.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": message.pk,
        "seq": 1,
        "revision": thursday.revision + 1,
        "state": "posted",
        "say": "",
    }
    assert response["Content-Type"] == "application/json"


def test_202_held(cast, thursday, noor):
    hold(thursday)
    response = send(noor, ticket("Hello"))
    message = Message.objects.get()
    assert (response.status_code, response.json()) == (
        202,
        {
            "id": message.pk,
            "seq": None,
            "revision": fresh(thursday).revision,
            "state": "held",
            "say": "Your message is with the people who lead this room. It is not deleted.",
        },
    )


def test_200_the_first_answer_again(cast, thursday, noor):
    sent = ticket("Hello")
    first = send(noor, sent)
    again = send(noor, sent | {"body": "Other words"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    pause(thursday)
    mute(cast, fresh(thursday))
    assert (send(noor, sent).status_code, send(noor, ticket()).status_code) == (200, 403)


@pytest.mark.parametrize(
    "sent",
    [
        {"body": ""},
        {"body": " \n "},
        {"body": "a" * 10_000},
        {"cover": "n" * 121},
        {"client_id": "soon"},
        {"client_id": ""},
        {"body": "nul \x00 here"},
        {"reply_to": "first"},
        {"reply_to": "-1"},
        {"reply_to": str(2**63)},
        {"reply_to": "9" * 400},
    ],
    ids=str,
)
def test_422_refused(cast, thursday, noor, sent):
    response = send(noor, ticket() | sent)
    answer = response.json()
    assert (response.status_code, answer["state"]) == (422, "refused")
    assert answer["say"].endswith((".", "?"))
    assert not Message.objects.exists()


def test_403_not_allowed(cast, thursday, noor):
    mute(cast, thursday)
    response = send(noor, ticket())
    assert (response.status_code, response.json()["state"]) == (403, "not_allowed")
    assert "read along" in response.json()["say"]


def test_409_paused(cast, thursday, noor):
    pause(thursday)
    response = send(noor, ticket())
    assert (response.status_code, response.json()["state"]) == (409, "paused")
    assert "still in the box" in response.json()["say"]


def test_429_with_the_time_to_wait(cast, thursday, noor):
    flood(cast)
    response = send(noor, ticket())
    assert (response.status_code, response.json()["state"]) == (429, "too_many")
    assert 1 <= int(response["Retry-After"]) <= 60
    assert "faster than the room can read" in response.json()["say"]


def test_401_signed_out(cast, thursday, noor):
    noor.logout()
    response = send(noor, ticket())
    assert (response.status_code, response.json()["state"]) == (401, "signed_out")
    assert "Sign in again" in response.json()["say"]
    assert noor.get(MESSAGES, headers=JSON).status_code == 401


def test_404_is_the_same_for_a_room_of_others_and_for_none(cast, thursday):
    gwen = browser(cast.gwen)
    theirs = gwen.post(MESSAGES, ticket(), headers=JSON)
    nobodys = gwen.post("/rooms/no-such-room/messages/", ticket(), headers=JSON)
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.json() == nobodys.json()


def test_an_answer_quotes_by_number(cast, thursday, noor):
    first = say(cast.kwame, thursday, "Mine")
    assert send(noor, ticket(reply_to=str(first.pk))).status_code == 201
    assert Message.objects.order_by("-pk").first().reply_to_id == first.pk
    assert send(noor, ticket(reply_to="999999")).status_code == 201  # it is gone: the words count
    assert Message.objects.order_by("-pk").first().reply_to_id is None


def test_fields_that_nobody_offers_change_nothing(cast, thursday, noor):
    kwame = str(cast.kwame.pk)
    sent = ticket(author=kwame, author_id=kwame, room="2", seq="99", state="removed", by_facilitator="on", html="<b>")
    assert send(noor, sent | {"revision": "0", "lang": "xx", "written_at": "2020-01-01"}).status_code == 201
    message = Message.objects.get()
    assert (message.author, message.seq, message.state, message.by_facilitator) == (cast.noor, 1, "posted", False)
    assert (message.room, message.lang) == (thursday, "en")
    assert "<b>" not in message.html


# --- For a browser without JavaScript


def box(response):
    """What stands in the composer of the page."""
    page = response.content.decode()
    start = page.index("<textarea")
    words = unescape(page[page.index(">", start) + 1 : page.index("</textarea>", start)])
    return words.removeprefix("\n")  # as browsers do


def new_ticket(response):
    """What the composer of the page will send as its ticket."""
    return re.search(r'name="client_id" value="([^"]*)"', response.content.decode())[1]


def test_a_post_leads_back_to_the_message_in_the_room(cast, thursday, noor):
    response = noor.post(MESSAGES, ticket("Hello"))
    message = Message.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{ROOM}#message-{message.pk}")
    page = noor.get(ROOM).content.decode()
    assert (f'id="message-{message.pk}"' in page, "<p>Hello</p>" in page) == (True, True)


def test_a_held_post_leads_to_where_it_waits(cast, thursday, noor):
    hold(thursday)
    response = noor.post(MESSAGES, ticket("Hello"))
    assert (response.status_code, response["Location"]) == (302, f"{ROOM}#waiting")
    page = noor.get(ROOM).content.decode()
    assert "It is not deleted." in page
    assert "<p>Hello</p>" in page
    assert "<p>Hello</p>" not in browser(cast.kwame).get(ROOM).content.decode()


REFUSALS = {
    "paused": (409, {}, lambda cast, room: pause(room)),
    "closed": (409, {}, lambda cast, room: Room.objects.filter(pk=room.pk).update(state="closed")),
    "muted": (403, {}, mute),
    "too fast": (429, {}, lambda cast, room: flood(cast)),
    "no ticket": (422, {"client_id": ""}, None),
    "an odd ticket": (422, {"client_id": "soon"}, None),
    "a long note": (422, {"cover": "n" * 121}, None),
    "an odd answer": (422, {"reply_to": "9" * 30}, None),
    "too long": (422, {"body": "word " * 2000}, None),
    "nul": (422, {"body": "one \x00 two"}, None),
    "nul in the note": (422, {"cover": "one \x00 two"}, None),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_whatever_is_refused_the_words_are_in_the_box_again(cast, thursday, noor, why):
    status, sent, happens = REFUSALS[why]
    if happens:
        happens(cast, thursday)
    sent = ticket("Some words <I> wrote & nobody has", cover="a note") | sent
    response = noor.post(MESSAGES, sent)
    assert response.status_code == status
    assert box(response).replace("\x00", "") == sent["body"].replace("\x00", "").strip("\n")
    page = unescape(response.content.decode())
    assert f'value="{sent["cover"]}"' in page
    assert len(new_ticket(response)) == 36
    assert new_ticket(response) != sent["client_id"]
    assert 'role="alert"' in page
    assert not Message.objects.exists()


def test_a_429_page_says_when(cast, thursday, noor):
    flood(cast)
    assert int(noor.post(MESSAGES, ticket())["Retry-After"]) >= 1


def test_sending_the_same_page_twice_posts_once(cast, thursday, noor):
    sent = ticket("Hello")
    answers = [noor.post(MESSAGES, sent) for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, answers[0]["Location"])] * 2
    assert Message.objects.count() == 1


def test_new_words_on_an_old_page_are_not_lost(cast, thursday, noor):
    """A browser may keep the page, ticket and all: the words are others, so they are in the box with a new ticket."""
    sent = ticket("Hello")
    noor.post(MESSAGES, sent)
    response = noor.post(MESSAGES, sent | {"body": "Something else"})
    assert (response.status_code, box(response)) == (409, "Something else")
    assert new_ticket(response) != sent["client_id"]
    assert Message.objects.count() == 1


def test_an_old_page_with_an_empty_box_shows_what_was_sent(cast, thursday, noor):
    sent = ticket("Hello")
    noor.post(MESSAGES, sent)
    response = noor.post(MESSAGES, sent | {"body": "", "cover": "a note"})
    assert (response.status_code, Message.objects.count()) == (302, 1)


def test_words_of_somebody_signed_out_are_on_the_page_they_get(cast, thursday, noor):
    noor.logout()
    response = noor.post(MESSAGES, ticket("My <words>"))
    assert response.status_code == 401
    assert "My &lt;words&gt;" in response.content.decode()


COME_TOO_LATE = ("messages/", "messages/1/edit/", "messages/1/cover/", "people/1/mute/", "gate/")


@pytest.mark.parametrize("ending", COME_TOO_LATE)
def test_words_of_whoever_comes_too_late_are_there_to_copy(cast, thursday, noor, ending):
    sent = ticket("My <words>", cover="My note", reason="My reason")
    gone = browser(cast.gwen)
    answers = [gone.post(f"{ROOM}{ending}", sent), gone.post(f"/rooms/no-such-room/{ending}", sent)]
    noor.logout()
    answers.append(noor.post(f"{ROOM}{ending}", sent))
    assert [one.status_code for one in answers] == [404, 404, 401]
    for one in answers:
        page = one.content.decode()
        assert [f"{text}</textarea>" in page for text in ("My &lt;words&gt;", "My note", "My reason")] == [True] * 3


def test_answering_without_javascript_is_a_link(cast, thursday, noor):
    first = say(cast.kwame, thursday, "Mine")
    page = noor.get(f"{ROOM}?reply={first.pk}").content.decode()
    assert f'name="reply_to" value="{first.pk}"' in page
    assert 'name="reply_to" value=""' in noor.get(f"{ROOM}?reply=999999").content.decode()
    hand.remove_message(by=cast.hana, message=first, **because())
    assert 'name="reply_to" value=""' in noor.get(f"{ROOM}?reply={first.pk}").content.decode()


# --- One message


def test_an_author_changes_and_takes_back_on_the_page_of_the_message(cast, thursday, noor):
    message = say(cast.noor, thursday, "Frist")
    address = f"{MESSAGES}{message.pk}/"
    assert 'name="body"' in noor.get(address).content.decode()
    assert noor.post(f"{address}edit/", {"body": "First"})["Location"] == f"{ROOM}#message-{message.pk}"
    assert noor.post(f"{address}withdrawal/")["Location"] == ROOM
    assert (fresh(message).body, fresh(message).state) == ("First", "withdrawn")
    assert noor.post(f"{address}withdrawal/").status_code == 403


@pytest.mark.parametrize(
    ("words", "status"), [("", 422), ("a" * 5000, 422), ("one \x00 two", 422)], ids=["empty", "long", "nul"]
)
def test_a_change_that_is_refused_keeps_the_words(cast, thursday, noor, words, status):
    message = say(cast.noor, thursday, "First")
    response = noor.post(f"{MESSAGES}{message.pk}/edit/", {"body": words, "cover": ""})
    assert response.status_code == status
    assert box(response).replace("\x00", "") == words.replace("\x00", "")
    assert fresh(message).body == "First"


def test_a_change_in_a_paused_room_keeps_the_words(cast, thursday, noor):
    message = say(cast.noor, thursday, "First")
    pause(thursday)
    response = noor.post(f"{MESSAGES}{message.pk}/edit/", {"body": "Second thoughts"})
    assert (response.status_code, box(response)) == (409, "Second thoughts")


EDITS = {
    "covered": (
        403,
        "A facilitator covered this message",
        lambda cast, message: hand.cover_message(by=cast.hana, message=message, note="a hospital", **because()),
    ),
    "late": (
        403,
        "Messages can be changed for ten minutes.",
        lambda cast, message: Message.objects.update(posted_at=timezone.now() - timedelta(minutes=11)),
    ),
    "muted": (403, "asked you to read along", lambda cast, message: mute(cast, message.room)),
    "removed": (
        403,
        "This message is no longer there to change.",
        lambda cast, message: hand.remove_message(by=cast.hana, message=message, **because()),
    ),
    "taken back": (
        403,
        "This message is no longer there to change.",
        lambda cast, message: Message.objects.update(state="withdrawn"),
    ),
    "held": (403, "New words wait for a facilitator", lambda cast, message: hold(message.room)),
    "closed": (409, "The room is closed", lambda cast, message: Room.objects.update(state="closed")),
    "too fast": (429, "", lambda cast, message: [take("edit", cast.noor.pk) for _ in range(LIMITS["edit"].times)]),
}


@pytest.mark.parametrize("why", EDITS)
def test_whatever_refuses_a_change_its_words_are_in_the_box_again(cast, thursday, noor, why):
    status, sentence, happens = EDITS[why]
    message = say(cast.noor, thursday, "First")
    happens(cast, fresh(message))
    response = noor.post(f"{MESSAGES}{message.pk}/edit/", {"body": "Second <thoughts>", "cover": "a note"})
    page = unescape(response.content.decode())
    assert (response.status_code, box(response)) == (status, "Second <thoughts>")
    assert ('value="a note"' in page, sentence in page) == (True, True)
    assert fresh(message).body == "First"


def test_a_message_of_another_room_is_not_found_here(cast, thursday, quiet, noor):
    Room.objects.filter(pk=quiet.pk).update(state="open", state_at=timezone.now())
    elsewhere = say(cast.noor, fresh(quiet), "Elsewhere")
    assert noor.get(f"/rooms/quiet-hour/messages/{elsewhere.pk}/").status_code == 200
    for address in ("", "edit/", "withdrawal/"):
        assert noor.post(f"{MESSAGES}{elsewhere.pk}/{address}", {"body": "x"}).status_code in (404, 405)
    assert noor.get(f"{MESSAGES}{elsewhere.pk}/").status_code == 404
    assert fresh(elsewhere).state == "posted"


def test_a_removed_message_is_read_by_its_author_only(cast, thursday, noor):
    message = say(cast.noor, thursday, "Lantern words")
    kwame = browser(cast.kwame)
    for client in (noor, kwame):
        assert "Lantern words" in client.get(ROOM).content.decode()
    hand.remove_message(by=cast.hana, message=message, **because())
    assert "Lantern words" not in kwame.get(ROOM).content.decode()
    assert "Lantern words" not in kwame.get(f"{MESSAGES}{message.pk}/").content.decode()
    assert "Lantern words" in noor.get(f"{MESSAGES}{message.pk}/").content.decode()


# --- The hand over HTTP


def test_each_measure_is_a_form_that_keeps_what_was_typed(cast, thursday):
    hana = browser(cast.hana)
    message = say(cast.noor, thursday, "Words")
    for act, fields in (("removal", {}), ("cover", {"note": "a hospital"})):
        address = f"{MESSAGES}{message.pk}/{act}/"
        assert hana.get(address).status_code == 200
        response = hana.post(address, {"reason": "Because of the round", **fields})
        assert (response.status_code, "Because of the round" in response.content.decode()) == (422, True)
        assert hana.post(address, {"clause": "999", "reason": "x", **fields}).status_code == 422
    clause = because()["clause"].pk
    done = hana.post(f"{MESSAGES}{message.pk}/removal/", {"clause": clause, "reason": "A reason"})
    assert (done.status_code, fresh(message).state) == (302, "removed")
    late = hana.post(f"{MESSAGES}{message.pk}/removal/", {"clause": clause, "reason": "Too late"})
    assert (late.status_code, "Too late" in late.content.decode()) == (422, True)


@pytest.mark.parametrize("act", ["return", "cover", "removal"])
@pytest.mark.parametrize("state", ["posted", "held", "returned", "withdrawn", "removed"])
def test_a_measure_shows_words_only_where_it_can_be_taken(cast, thursday, act, state):
    hana, message = browser(cast.hana), say(cast.noor, thursday, "Lantern words")
    Message.objects.update(state=state)
    address = f"{MESSAGES}{message.pk}/{act}/"
    reason = {"clause": because()["clause"].pk, "reason": "Because of the round", "note": "a note"}
    opened, refused = hana.get(address), hana.post(address, {"reason": "Because of the round"})
    if state == ("held" if act == "return" else "posted"):
        assert (opened.status_code, refused.status_code) == (200, 422)
        assert all("Lantern words" in one.content.decode() for one in (opened, refused))
        return
    for response in (opened, refused, hana.post(address, reason)):
        assert response.status_code in (404, 422)
        assert "Lantern words" not in response.content.decode()
    if opened.status_code == 422:
        assert "Somebody has already seen to this message." in opened.content.decode()
        assert "Because of the round" in hana.post(address, reason).content.decode()


def test_words_taken_back_while_a_measure_is_written_are_not_shown(cast, thursday, monkeypatch):
    hana, message = browser(cast.hana), say(cast.noor, thursday, "Lantern words")
    verb = hand.remove_message

    def late(**arguments):
        Message.objects.update(state="withdrawn")
        return verb(**arguments)

    monkeypatch.setattr(hand, "remove_message", late)
    reason = {"clause": because()["clause"].pk, "reason": "Because of the round"}
    response = hana.post(f"{MESSAGES}{message.pk}/removal/", reason)
    assert (response.status_code, "Because of the round" in response.content.decode()) == (422, True)
    assert "Lantern words" not in response.content.decode()


def test_simple_acts_are_one_button(cast, thursday):
    hana = browser(cast.hana)
    hold(thursday)
    message = say(cast.noor, fresh(thursday), "Words")
    for act, check in (
        ("approval", lambda: fresh(message).state == "posted"),
        ("pin", lambda: message.pins.filter(ended_at=None).exists()),
        ("unpinning", lambda: not message.pins.filter(ended_at=None).exists()),
    ):
        assert hana.get(f"{MESSAGES}{message.pk}/{act}/").status_code == 200
        assert not check()
        sent = {"revision": fresh(message).revision} if act == "approval" else {}
        assert hana.post(f"{MESSAGES}{message.pk}/{act}/", sent).status_code == 302
        assert check()
    assert hana.post(f"{MESSAGES}{message.pk}/celebration/").status_code == 404


def revision_in(response, ending):
    """What the form that goes to this act says was read."""
    forms = re.findall(r"<form.*?</form>", response.content.decode(), re.S)
    form = next(one for one in forms if ending in one)
    return {"revision": re.search(r'name="revision" value="(\d+)"', form)[1]}


@pytest.mark.parametrize("act", ["approval", "return"])
def test_nobody_decides_about_words_they_have_not_read(cast, thursday, noor, act):
    hana = browser(cast.hana)
    hold(thursday)
    message = say(cast.noor, fresh(thursday), "Words")
    page, address = f"{MESSAGES}{message.pk}/", f"{MESSAGES}{message.pk}/{act}/"
    shown = page if act == "approval" else address
    ending = "/approval/" if act == "approval" else "reason"
    reason = {"clause": because()["clause"].pk, "reason": "A reason"} if act == "return" else {}
    read = revision_in(hana.get(shown), ending)
    assert noor.post(f"{page}edit/", {"body": "Other words"}).status_code == 302
    if reason:  # a slip of theirs in between is no reading either
        assert revision_in(hana.post(address, read), ending) == read
    for sent in (read, {}, {"revision": "soon"}):
        response = hana.post(address, reason | sent)
        assert (response.status_code, fresh(message).state) == (422, "held")
        assert "It was changed meanwhile. Read it again, then decide." in response.content.decode()
        assert "Other words" in response.content.decode()
    assert hana.post(address, reason | revision_in(response, ending)).status_code == 302
    assert fresh(message).state == ("posted" if act == "approval" else "returned")


def test_the_hand_reaches_people_on_their_page(cast, thursday):
    hana, noor = browser(cast.hana), place_of(cast.noor, thursday)
    address = f"{ROOM}people/{noor.pk}/"
    reason = {"clause": because()["clause"].pk, "reason": "A reason"}
    assert hana.get(address).status_code == 200
    assert hana.post(f"{address}mute/", reason).status_code == 422
    assert hana.post(f"{address}mute/", reason | {"lasting": "9"}).status_code == 422
    assert hana.post(f"{address}mute/", reason | {"lasting": "0"}).status_code == 302
    assert fresh(noor).muted_until is not None
    assert hana.post(f"{address}unmuting/").status_code == 302
    assert hana.post(f"{address}hold/", reason).status_code == 302
    assert hana.post(f"{address}release/").status_code == 302
    assert (fresh(noor).muted_until, fresh(noor).held_at) == (None, None)
    assert hana.post(f"{address}door/", reason).status_code == 302
    assert fresh(noor).ended_at is not None
    assert hana.post(f"{address}door/", reason).status_code == 404
    assert hana.post(f"{ROOM}people/", {"username": "Noor"}).status_code == 302
    assert Membership.objects.live().filter(member=cast.noor, room=thursday).count() == 1
    again = hana.post(f"{ROOM}people/", {"username": "nobody at all"})
    assert (again.status_code, "nobody at all" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("act", ["mute", "hold", "door"])
def test_a_refusal_about_a_person_keeps_the_reason(cast, thursday, act):
    hana, idris = browser(cast.hana), place_of(cast.idris, thursday)
    sent = {"clause": because()["clause"].pk, "reason": "A <reason>", "lasting": "0"}
    response = hana.post(f"{ROOM}people/{idris.pk}/{act}/", sent)
    page = response.content.decode()
    assert (response.status_code, "A &lt;reason&gt;</textarea>" in page) == (422, True)
    assert "Somebody who leads this room can’t be treated this way from inside it." in unescape(page)


def test_somebody_who_takes_part_can_be_made_to_lead(cast, quiet):
    """Hana takes part in the quiet hour; Idris brings her in as somebody who leads it with him."""
    idris = browser(cast.idris)
    assert idris.post("/rooms/quiet-hour/people/", {"username": "hana"}).status_code == 302
    assert idris.post("/rooms/quiet-hour/people/", {"username": "hana", "leads": "on"}).status_code == 302
    assert place_of(cast.hana, quiet).part == Membership.Part.FACILITATOR
    refused = idris.post("/rooms/quiet-hour/people/", {"username": "kwame", "leads": "on"})
    assert (refused.status_code, Membership.objects.filter(member=cast.kwame, room=quiet).exists()) == (422, False)


def test_the_log_shows_what_was_done_to_those_who_lead_only(cast, thursday, noor):
    say(cast.noor, thursday, "Words")
    mute(cast, thursday)
    assert because()["reason"] in browser(cast.idris).get(f"{ROOM}log/").content.decode()
    assert noor.get(f"{ROOM}log/").status_code == 403


def test_giving_up_a_place_asks_first_and_tells_nobody(cast, thursday, noor):
    assert noor.get(f"{ROOM}leaving/").status_code == 200
    assert Membership.objects.live().filter(member=cast.noor, room=thursday).exists()
    assert noor.post(f"{ROOM}leaving/")["Location"] == "/rooms/"
    assert noor.get(ROOM).status_code == 404
    assert noor.post(f"{ROOM}leaving/").status_code == 404


def test_a_facilitator_makes_a_room(cast):
    hana = browser(cast.hana)
    fields = {"name": "Slow Mornings", "about": "Gently", "pattern": "petals", "glass": "moss"}
    assert hana.post("/rooms/new/", fields)["Location"] == "/rooms/slow-mornings/"
    assert hana.post("/rooms/new/", fields)["Location"] != "/rooms/slow-mornings/"
    for odd in ({"name": "\u200b"}, {"name": ""}, {"pattern": "x"}, {"name": "a" * 200}):
        assert hana.post("/rooms/new/", fields | odd).status_code == 422
    assert hana.post("/rooms/new/", fields | {"name": "New"}).status_code == 302
    assert not Room.objects.filter(slug="new").exists()
    assert browser(cast.noor).post("/rooms/new/", fields).status_code == 403


def test_rewording_what_came_back_says_that_it_waits_again_and_never_that_it_was_edited(cast, thursday):
    Membership.objects.filter(member=cast.noor, room=thursday).update(held_at=timezone.now())
    message = say(cast.noor, thursday, "First words")
    hand.return_message(by=cast.hana, message=message, **because())
    answer = browser(cast.noor).post(f"/rooms/{thursday.slug}/messages/{message.pk}/edit/", {"body": "Other words"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("#waiting")
    hand.approve_message(by=cast.hana, message=fresh(message))
    shown = fresh(message)
    assert (shown.state, shown.body, shown.edited_at) == ("posted", "Other words", None)
