"""Reading along: what a screen reader hears, what the keyboard reaches, and what never moves by itself."""

import pytest
from playwright.sync_api import expect

from groups.rooms.conversation import edit_message, withdraw_message
from groups.rooms.facilitating import cover_message
from groups.rooms.models import Message
from tests import cast
from tests.browser.conftest import ROOM, wait_until

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.id || document.activeElement.dataset.reply || document.activeElement.tagName"


def at_a_still_hour(visit, name):
    """A visitor whose clock moves only when told to, and who keeps what is announced."""
    visitor = visit(name, "/rooms/")
    visitor.page.clock.install(time="2030-01-01T18:00:00Z")
    visitor.go(ROOM)
    visitor.count_changes("[data-announce]")
    expect(visitor.page.locator("live-room")).to_have_attribute("data-live", "")
    visitor.page.clock.pause_at("2030-01-01T19:00:00Z")
    return visitor


def heard(visitor, speaker, words):
    """What was announced once all these words have come and ten seconds went by."""
    for one in words:
        speaker.send(one)
        expect(visitor.line(one)).to_be_visible()
    visitor.page.clock.run_for(10_000)
    return visitor.changes()


def test_nothing_is_announced_when_the_page_opens(evening, visit):
    with evening.orm():
        people = cast.everyone()
        for number in range(12):
            cast.say(people.kwame, room(), f"Earlier, number {number}.")
    noor = at_a_still_hour(visit, "noor")
    expect(noor.page.locator("[data-announce]")).to_be_empty()
    expect(noor.page.locator("[data-announce]")).to_have_attribute("role", "log")
    expect(noor.line("number 11.")).to_be_visible()
    noor.page.clock.run_for(10_000)
    assert noor.changes() == []


def test_each_message_of_somebody_else_is_announced_once(evening, visit):
    noor, kwame = at_a_still_hour(visit, "noor"), visit("kwame")
    assert heard(noor, kwame, ["A first thing.", "A second."]) == [
        "Kwame wrote: A first thing.",
        "Kwame wrote: A second.",
    ]
    noor.send("Something of my own.")
    expect(noor.line("Something of my own.")).to_be_visible()
    assert heard(noor, kwame, ["A third."])[2:] == ["Kwame wrote: A third."]


def test_an_answer_is_announced_as_one(evening, visit):
    noor, mina, kwame = at_a_still_hour(visit, "noor"), at_a_still_hour(visit, "mina"), visit("kwame")
    noor.send("Shall we go round?")
    kwame.line("go round").locator("[data-reply]").click()
    kwame.send("Yes, let us.")
    for reader in (noor, mina):
        expect(reader.line("Yes, let us.")).to_be_visible()
        reader.page.clock.run_for(10_000)
    assert noor.changes() == ["Kwame answered you: Yes, let us."]
    assert mina.changes() == ["Noor wrote: Shall we go round?", "Kwame answered Noor: Yes, let us."]


def test_many_at_once_become_one_sentence(evening, visit):
    noor, kwame = at_a_still_hour(visit, "noor"), visit("kwame")
    assert heard(noor, kwame, [f"Thing {number}." for number in range(5)]) == ["5 new messages"]


def test_words_behind_a_cover_are_neither_announced_nor_part_of_any_name(evening, visit):
    noor, kwame = at_a_still_hour(visit, "noor"), visit("kwame")
    kwame.send("What happened at the station.", cover="a hard evening")
    expect(noor.page.locator("[data-log] .cover")).to_be_visible()
    noor.page.clock.run_for(10_000)
    assert noor.changes() == ["Kwame wrote something with a content note: a hard evening"]
    tree = noor.page.locator("body").aria_snapshot()
    assert "a hard evening" in tree
    assert "station" not in tree
    assert "station" in noor.page.content()


def test_words_covered_a_moment_later_are_not_announced(evening, visit):
    noor, kwame = at_a_still_hour(visit, "noor"), visit("kwame")
    kwame.send("What happened at the station.")
    expect(noor.line("station")).to_be_visible()
    with evening.orm():
        people = cast.everyone()
        cover_message(by=people.hana, message=Message.objects.get(), note="a hard evening", **cast.because())
    expect(noor.page.locator("[data-log] .cover")).to_be_visible()
    noor.page.clock.run_for(10_000)
    assert noor.changes() == ["Kwame wrote something with a content note: a hard evening"]


def test_changes_and_withdrawals_are_shown_and_not_announced(evening, visit):
    noor, kwame = at_a_still_hour(visit, "noor"), visit("kwame")
    assert len(heard(noor, kwame, ["One.", "Two."])) == 2
    with evening.orm():
        one, two = Message.objects.order_by("seq")
        edit_message(author=one.author, message=one, body="One, said better.")
        withdraw_message(author=two.author, message=two)
    expect(noor.line("One, said better.")).to_be_visible()
    expect(noor.page.locator(".line.gone")).to_have_count(1)
    noor.page.clock.run_for(10_000)
    assert len(noor.changes()) == 2


def test_arrow_keys_walk_and_the_talk_is_one_stop(evening, visit):
    with evening.orm():
        people = cast.everyone()
        ids = [f"message-{cast.say(people.kwame, room(), words).pk}" for words in ("One.", "Two.", "Three.")]
    noor = visit("noor")
    assert noor.page.locator("[data-log] > [tabindex='0']").count() == 1
    noor.page.locator(f"#{ids[2]}").focus()
    steps = {"ArrowUp": ids[1], "Home": ids[0], "ArrowDown": ids[1], "End": ids[2]}
    for key, expected in steps.items():
        noor.page.keyboard.press(key)
        assert noor.page.evaluate(FOCUSED) == expected, key
    noor.page.keyboard.press("ArrowDown")
    assert noor.page.evaluate(FOCUSED) == ids[2]
    noor.page.keyboard.press("Tab")
    assert noor.page.evaluate(FOCUSED) == ids[2].removeprefix("message-")
    noor.page.keyboard.press("Escape")
    assert noor.page.evaluate(FOCUSED) == "body"
    noor.page.keyboard.press("Shift+Tab")
    noor.page.keyboard.press("Shift+Tab")
    assert noor.page.evaluate("document.activeElement.closest('[data-seq]').id") == ids[2]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_focus_and_the_view_stay_when_something_new_comes(evening, visit, language):
    with evening.orm():
        people = cast.everyone()
        long_ago = [cast.say(people.kwame, room(), f"Number {number}. " * 12) for number in range(20)]
    noor, kwame = visit("noor", "/rooms/"), visit("kwame")
    noor.context.add_cookies([{"name": "hub_language", "value": language, "url": evening.url}])
    noor.go(ROOM)
    first = noor.page.locator(f"#message-{long_ago[2].pk}")
    first.focus()
    before = noor.page.evaluate("scrollY")
    kwame.send("Something new.")
    expect(noor.line("Something new.")).to_be_attached()
    expect(noor.page.locator("[data-below]")).to_be_visible()
    expect(first).to_be_focused()
    assert noor.page.evaluate("scrollY") == before
    noor.page.locator("[data-below]").click()
    expect(noor.line("Something new.")).to_be_in_viewport()
    expect(noor.page.locator("[data-below]")).to_be_hidden()


def test_who_reads_at_the_end_is_taken_along(evening, visit):
    with evening.orm():
        people = cast.everyone()
        for number in range(20):
            cast.say(people.kwame, room(), f"Number {number}. " * 12)
    noor, kwame = visit("noor", viewport={"width": 390, "height": 844}), visit("kwame")
    expect(noor.line("Number 19.")).to_be_in_viewport()
    noor.box.focus()
    for number in range(3):
        kwame.send(f"Something new, {number}.")
        expect(noor.line(f"Something new, {number}.")).to_be_in_viewport()
    expect(noor.box).to_be_focused()
    expect(noor.page.locator("[data-below]")).to_be_hidden()


def test_an_opened_cover_stays_open_until_its_words_change(evening, visit):
    noor, kwame = visit("noor"), visit("kwame")
    kwame.send("What happened at the station.", cover="a hard evening")
    cover = noor.page.locator("[data-log] .cover")
    cover.locator("summary").click()
    expect(cover.get_by_text("at the station")).to_be_visible()
    with evening.orm():
        message = Message.objects.get()
        edit_message(author=message.author, message=message, body=message.body, cover="an evening in town")
    expect(cover.locator("[data-note]")).to_have_text("an evening in town")
    expect(cover.get_by_text("at the station")).to_be_visible()
    expect(cover.locator("summary")).to_be_focused()
    with evening.orm():
        message = Message.objects.get()
        edit_message(author=message.author, message=message, body="Other words.", cover="an evening in town")
    wait_until(noor, "() => document.querySelector('[data-log] .inside').textContent.includes('Other words')")
    expect(cover.get_by_text("Other words.")).to_be_hidden()


def test_older_pages_are_left_alone(evening, visit):
    with evening.orm():
        people = cast.everyone()
        for number in range(60):
            cast.say(people.ife if number % 2 else people.mina, room(), f"Number {number}.")
    noor, kwame = visit("noor", f"{ROOM}?before=11"), visit("kwame")
    sockets = []
    noor.page.on("websocket", lambda socket: sockets.append(socket.url))
    noor.go(f"{ROOM}?before=11")
    kwame.send("Something new.")
    expect(kwame.line("Something new.")).to_be_visible()
    assert (len(noor.lines()), sockets) == (10, [])
    noor.send("From long ago.")
    expect(noor.line("From long ago.")).to_be_visible()
    assert len(noor.lines()) == 50


def room():
    return cast.Room.objects.get(slug=cast.SLUG)
