"""What somebody is told without looking: how the room stands, how far their words have come, what needs them."""

import pytest
from playwright.sync_api import expect

from groups.rooms.facilitating import approve_message, close_room, hold_room, open_room
from groups.rooms.models import Message, Room
from tests import cast
from tests.browser.conftest import wait_until

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
WAITING = "Not sent yet. It goes out by itself when you are connected again."
LOST = "The connection is lost. You can go on writing; nothing is lost."
# Whether the last of some elements ends above the box.
IN_SIGHT = """(selector) => {
  const end = [...document.querySelectorAll(selector)].at(-1).getBoundingClientRect();
  const box = document.querySelector("[data-composer]").getBoundingClientRect();
  return end.bottom <= box.top + 1 && end.bottom > 0;
}"""


def room():
    return Room.objects.get(slug=cast.SLUG)


def a_long_talk(hub):
    with hub.orm():
        people = cast.everyone()
        for number in range(20):
            cast.say(people.kwame, room(), f"Number {number}. " * 12)


def live(visitor):
    """The visitor, once the page hears of changes; from now on what the status says is kept."""
    expect(visitor.page.locator("live-room")).to_have_attribute("data-live", "")
    visitor.count_changes("[data-status]")
    return visitor


def says(visitor, words):
    expect(visitor.page.locator("[data-status]")).to_have_text(words)


def test_a_held_message_is_told_to_the_people_who_lead_once(evening, visit):
    a_long_talk(evening)
    with evening.orm():
        hold_room(by=cast.everyone().hana, room=room(), holds=True)
    hana, noor = live(visit("hana", viewport=PHONE)), visit("noor")
    way = hana.page.locator("[data-needs]")
    expect(way).to_be_hidden()
    noor.send("First to wait.")
    says(hana, "Held: a message from Noor")
    expect(way).to_have_text("One message needs you")
    noor.send("Second to wait.")
    expect(way).to_have_text("2 messages need you")
    assert hana.changes() == ["Held: a message from Noor"] * 2
    way.click()
    expect(hana.page.locator("[data-held]").first).to_be_in_viewport()
    expect(way).to_be_hidden()
    noor.send("Third to wait.")
    expect(hana.page.locator("[data-held]")).to_have_count(3)
    expect(way).to_have_text("3 messages need you")
    with evening.orm():
        for message in Message.objects.filter(state="held"):
            approve_message(by=cast.everyone().hana, message=message)
    expect(way).to_be_hidden()


def test_what_needs_somebody_stays_in_view_beside_a_long_talk(evening, visit):
    a_long_talk(evening)
    with evening.orm():
        hold_room(by=cast.everyone().hana, room=room(), holds=True)
    hana, noor = live(visit("hana", viewport={"width": 1280, "height": 800})), visit("noor")
    noor.send("First to wait.")
    expect(hana.line("Number 19.")).to_be_in_viewport()
    expect(hana.page.locator("[data-held] h3")).to_be_in_viewport()


def test_how_the_room_stands_is_said_when_it_changes_and_only_then(evening, visit):
    noor = live(visit("noor"))
    told = [
        ("The room is closed. You can read what was written. It opens when somebody who leads it is here.", close_room),
        ("The room is open. You can write.", open_room),
    ]
    for words, act in told:
        with evening.orm():
            act(by=cast.everyone().hana, room=room())
        says(noor, words)
    holding = "A facilitator reads new messages first at the moment, so yours may take a little while to appear."
    for words, holds in ((holding, True), ("New messages appear at once again.", False)):
        with evening.orm():
            hold_room(by=cast.everyone().hana, room=room(), holds=holds)
        says(noor, words)
    assert noor.changes() == [told[0][0], told[1][0], holding, "New messages appear at once again."]


def test_how_far_words_have_come_is_said_without_the_words(evening, visit):
    noor = live(visit("noor"))
    noor.send("Something of my own.")
    says(noor, "Sent.")
    noor.page.route(
        "**/messages/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    noor.send("Something more.")
    says(noor, LOST)
    noor.page.unroute("**/messages/")
    expect(noor.line("Something more.")).to_be_visible()
    says(noor, "Sent.")
    said = [words for words in noor.changes() if words != "You are connected again."]
    # On a slow machine the way back may take several tries, each of which may find the connection lost again.
    assert said[:5] == ["Sending…", "Sent.", "Sending…", WAITING, LOST]
    assert said[-1] == "Sent."
    assert set(said[5:-1]) <= {WAITING, LOST}


def test_held_words_are_in_view_on_a_phone(evening, visit):
    a_long_talk(evening)
    with evening.orm():
        hold_room(by=cast.everyone().hana, room=room(), holds=True)
    noor = live(visit("noor", viewport=PHONE))
    noor.send("Something I am unsure about.")
    says(noor, "Your message is with the people who lead this room. It is not deleted.")
    wait_until(noor, IN_SIGHT, "[data-only-you] blockquote")


def test_a_lost_network_is_said_soon_and_covers_no_line(evening, visit):
    a_long_talk(evening)
    noor = live(visit("noor", viewport=PHONE))
    wait_until(noor, IN_SIGHT, "[data-log] > [data-seq]")
    note = noor.page.locator("[data-offline]")
    noor.context.set_offline(True)
    expect(noor.page.locator("live-room")).not_to_have_attribute("data-live", "")
    expect(note).to_be_visible()
    wait_until(noor, IN_SIGHT, "[data-log] > [data-seq]")
    noor.context.set_offline(False)
    expect(note).to_be_hidden()
    says(noor, "You are connected again.")


def test_ones_own_content_note_is_ones_own(evening, visit):
    noor, kwame = visit("noor"), visit("kwame")
    noor.send("What happened at the station.", cover="a hard evening")
    cover = "[data-log] .cover summary"
    expect(noor.page.locator(cover)).to_contain_text("You added a content note: a hard evening")
    expect(kwame.page.locator(cover)).to_contain_text("Noor added a content note: a hard evening")
