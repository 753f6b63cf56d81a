"""Whoever was away reads what changed, and then knows exactly what somebody knows who was there all the time."""

import contextlib
import random
import re
import uuid
from urllib.parse import quote_from_bytes

import pytest
from django.utils import timezone

from groups.rooms import facilitating as hand
from groups.rooms.conversation import changes_after, edit_message, on_show, withdraw_message
from groups.rooms.models import Message, Room
from hub.permissions import Refused
from hub.richtext import RENDERER_VERSION
from tests.cast import JSON, because, browser, fresh, say

BEYOND = "9" * 40  # no database counts that far
MESSAGES = "/rooms/thursday-evening/messages/"


def changes(client, after):
    response = client.get(MESSAGES, {"after": after}, headers=JSON)
    assert response.status_code == 200
    return response.json()


def caught_up(client, known, after):
    """What a page shows that knew `known` at a revision, after it has asked until there is no more."""
    known = dict(known)
    while True:
        body = changes(client, after)
        assert len(body["upsert"]) + len(body["gone"]) <= 200
        for change in body["upsert"]:
            assert change["revision"] > after
            known[change["id"]] = (change["seq"], change["revision"], change["html"])
        for gone in body["gone"]:
            known.pop(gone, None)
        assert body["revision"] > after or not body["more"]
        after = body["revision"]
        if not body["more"]:
            return known, after


# --- A random walk of everything people do


def walk(cast, room, steps, seed):
    """Do so many random things in the room with the real verbs. Yields after each."""
    chance = random.Random(seed)
    people = [cast.noor, cast.kwame, cast.mina, cast.hana]

    def some(*states):
        found = list(Message.objects.filter(room=room, state__in=states).order_by("pk"))
        return chance.choice(found) if found else None

    def post():
        answered = some("posted", "removed") if chance.random() < 0.4 else None
        cover = "a note" if chance.random() < 0.2 else ""
        words = f"words {chance.random()}"
        say(
            chance.choice(people),
            fresh(room),
            words,
            reply_to=answered,
            cover=cover,
            client_id=uuid.UUID(int=chance.getrandbits(128)),
        )

    def author(verb, *states, **more):
        message = some(*states)
        return message and verb(author=message.author, message=message, **more)

    def leader(verb, *states, **more):
        message = some(*states)
        return message and verb(by=cast.hana, message=message, **more)

    acts = [
        post,
        post,
        post,
        lambda: author(edit_message, "posted", "held", "returned", body=f"other {chance.random()}"),
        lambda: author(withdraw_message, "posted", "held", "returned"),
        lambda: leader(hand.remove_message, "posted", **because()),
        lambda: leader(hand.cover_message, "posted", note="a hospital", **because()),
        lambda: leader(hand.uncover_message, "posted"),
        lambda: leader(hand.pin_message, "posted"),
        lambda: leader(hand.unpin_message, "posted"),
        lambda: leader(hand.approve_message, "held"),
        lambda: leader(hand.approve_message, "held"),
        lambda: leader(hand.return_message, "held", **because()),
        lambda: hand.hold_room(by=cast.hana, room=fresh(room), holds=chance.random() < 0.5),
    ]
    for _ in range(steps):
        with contextlib.suppress(Refused):  # chance asks for what is not possible now, as people do
            chance.choice(acts)()
        yield


@pytest.mark.parametrize("seed", [1, 2])
def test_catching_up_from_anywhere_gives_what_is_there(cast, thursday, seed):
    kwame = browser(cast.kwame)
    start = thursday.revision
    hand.hold_room(by=cast.hana, room=thursday, holds=True)
    never_shown = say(cast.noor, fresh(thursday), "Held, then taken back")
    withdraw_message(author=cast.noor, message=never_shown)
    snapshots = [({}, start)]
    told = snapshots[0]
    for step, _ in enumerate(walk(cast, thursday, 60, seed)):
        if step % 10 == 0:
            told = caught_up(kwame, *told)
            snapshots.append(told)
    whole, end = caught_up(kwame, {}, 0)
    assert end == fresh(thursday).revision
    assert whole, "something is on show"
    states = set(Message.objects.values_list("state", flat=True))
    assert {"posted", "withdrawn", "removed"} <= states
    assert fresh(never_shown).seq is None
    assert never_shown.pk not in whole
    for known, revision in snapshots:
        assert caught_up(kwame, known, revision) == (whole, end)
    shown = {message.pk: (message.seq, message.revision) for message in on_show(thursday.pk)}
    assert {pk: facts[:2] for pk, facts in whole.items()} == shown
    assert sorted(seq for seq, _ in shown.values()) == list(range(1, len(shown) + 1))


def test_what_is_caught_up_is_what_the_page_shows(cast, thursday):
    for _ in walk(cast, thursday, 25, 3):
        pass
    assert Message.objects.exclude(seq=None).count() < 50, "one page shows them all"
    kwame = browser(cast.kwame)
    known, _ = caught_up(kwame, {}, 0)
    page = kwame.get("/rooms/thursday-evening/").content.decode()
    on_page = dict(re.findall(r'id="message-(\d+)" data-seq="(\d+)"', page))
    assert on_page == {str(pk): str(seq) for pk, (seq, _, _) in known.items()}
    for _, _, html in known.values():
        words = re.findall(r"<p>((?:words|other) [^<]*)</p>", html)
        assert all(word in page for word in words)


# --- Bounds


def many(room, author, count, *, revision=None):
    """Rows as `post_message` makes them, in bulk: what is tested is the reading."""
    room.refresh_from_db()
    now = timezone.now()
    rows = [
        Message(
            room=room,
            author=author,
            client_id=uuid.uuid4(),
            seq=room.last_seq + number,
            revision=revision or room.revision + number,
            state="posted",
            body="x",
            html="<p>x</p>",
            renderer=RENDERER_VERSION,
            lang="en",
            written_at=now,
            posted_at=now,
        )
        for number in range(1, count + 1)
    ]
    Message.objects.bulk_create(rows)
    last = revision or room.revision + count
    Room.objects.filter(pk=room.pk).update(last_seq=room.last_seq + count, revision=last)
    room.refresh_from_db()
    return rows


def test_at_most_200_changes_at_once_and_none_is_left_out(cast, thursday):
    start = thursday.revision
    many(thursday, cast.kwame, 450)
    noor = browser(cast.noor)
    sizes, revisions, after = [], [], start
    while True:
        body = changes(noor, after)
        sizes.append(len(body["upsert"]))
        revisions += [change["revision"] for change in body["upsert"]]
        after = body["revision"]
        if not body["more"]:
            break
    assert sizes == [200, 200, 50]
    assert revisions == list(range(start + 1, start + 451))
    assert after == thursday.revision


def test_exactly_200_changes_are_all(cast, thursday):
    start = thursday.revision
    many(thursday, cast.kwame, 200)
    body = changes(browser(cast.noor), start)
    assert (len(body["upsert"]), body["more"], body["revision"]) == (200, False, thursday.revision)


def test_one_revision_is_never_cut_in_two(cast, thursday):
    """One revision may change a message and every answer that quotes it."""
    start = thursday.revision
    many(thursday, cast.kwame, 150)
    together = start + 151
    many(thursday, cast.kwame, 100, revision=together)
    many(thursday, cast.kwame, 10)
    upsert, gone, last = changes_after(thursday.pk, start, until=thursday.revision)
    assert (len(upsert), gone, last) == (150, [], start + 150)
    upsert, gone, last = changes_after(thursday.pk, last, until=thursday.revision)
    assert (len(upsert), last) == (110, thursday.revision)


def test_one_revision_with_more_than_200_changes_comes_whole(cast, thursday):
    start = thursday.revision
    many(thursday, cast.kwame, 250, revision=start + 1)
    many(thursday, cast.kwame, 5)
    upsert, _, last = changes_after(thursday.pk, start, until=thursday.revision)
    assert (len(upsert), last) == (250, start + 1)
    upsert, _, last = changes_after(thursday.pk, last, until=thursday.revision)
    assert (len(upsert), last) == (5, thursday.revision)


@pytest.mark.parametrize("after", ["99999", str(2**63 - 1), str(2**63), str(2**64), "9" * 300])
def test_beyond_the_end_is_the_end(cast, thursday, after):
    say(cast.kwame, thursday, "Words")
    body = changes(browser(cast.noor), after)
    assert body == {"revision": fresh(thursday).revision, "upsert": [], "gone": [], "more": False}


@pytest.mark.parametrize("after", ["", "-1", "x", "1.5", "NaN", "1e3", " 1", "+1", "١٢", "0x10", "1,2", "\ud800"])
def test_not_a_number_is_refused_with_a_sentence(cast, thursday, after):
    noor = browser(cast.noor)
    query = after.encode("utf-8", "surrogatepass")

    response = noor.get(f"{MESSAGES}?after={quote_from_bytes(query)}", headers=JSON)
    assert (response.status_code, response.json()["state"]) == (400, "refused")
    assert "whole number" in response.json()["say"]


def test_without_after_everything_is_read(cast, thursday):
    say(cast.kwame, thursday, "Words")
    assert len(browser(cast.noor).get(MESSAGES, headers=JSON).json()["upsert"]) == 1


# --- What waits for a facilitator


def test_a_held_message_reaches_nobody_who_takes_part(cast, thursday):
    Room.objects.filter(pk=thursday.pk).update(holds_all=True)
    held = say(cast.noor, fresh(thursday), "Held lantern words")
    say(cast.hana, fresh(thursday), "Shown")
    leads, waits, others = browser(cast.hana), browser(cast.noor), browser(cast.kwame)
    page = "/rooms/thursday-evening/"
    # It is there: its author and those who lead see it on their pages.
    for client in (leads, waits):
        assert "Held lantern words" in client.get(page).content.decode()
        assert "Held lantern words" in client.get(f"{MESSAGES}{held.pk}/").content.decode()
    for client in (leads, waits, others):
        body = changes(client, 0)
        assert [change["seq"] for change in body["upsert"]] == [1]
        assert (str(held.pk) in str(body["gone"]), "lantern" in str(body)) == (False, False)
    assert "lantern" not in others.get(page).content.decode()
    assert others.get(f"{MESSAGES}{held.pk}/").status_code == 404
    hand.approve_message(by=cast.hana, message=fresh(held))
    assert "lantern" in str(changes(others, 0))
    assert "lantern" in others.get(page).content.decode()


def test_an_answer_no_longer_carries_words_that_are_gone(cast, thursday):
    original = say(cast.noor, thursday, "Lantern words")
    say(cast.kwame, thursday, "To you", reply_to=original)
    mina = browser(cast.mina)
    known, revision = caught_up(mina, {}, 0)
    assert sum("Lantern" in html for _, _, html in known.values()) == 2
    withdraw_message(author=cast.noor, message=fresh(original))
    known, _ = caught_up(mina, known, revision)
    assert not any("Lantern" in html for _, _, html in known.values())


def test_older_pages_go_back_to_the_first_message(cast, thursday):
    many(thursday, cast.kwame, 120)
    noor = browser(cast.noor)
    seen, address = [], "/rooms/thursday-evening/"
    for _ in range(3):
        page = noor.get(address).content.decode()
        seen = [int(seq) for seq in re.findall(r'data-seq="(\d+)"', page)] + seen
        older = re.search(r'href="(\?before=\d+)"', page)
        address = f"/rooms/thursday-evening/{older[1]}" if older else None
    assert (seen, address) == (list(range(1, 121)), None)


@pytest.mark.parametrize("query", ["before=0", "before=x", f"before={BEYOND}", "before=", "reply=x", f"reply={BEYOND}"])
def test_a_page_survives_any_question(cast, thursday, query):
    say(cast.kwame, thursday, "Words")
    assert browser(cast.noor).get(f"/rooms/thursday-evening/?{query}").status_code == 200
