"""The box: nothing that somebody wrote in it is lost, and nobody else sees what waits."""

import re

import pytest
from playwright.sync_api import expect

from groups.rooms.facilitating import approve_message, close_room, hold_room, open_room, show_door
from groups.rooms.models import Message, Room
from hub.members.arrivals import end_role
from tests import cast
from tests.browser.conftest import ROOM

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('hub.room.')).length"


def room():
    return Room.objects.get(slug=cast.SLUG)


def deaf(visitor):
    """From now on the visitor's socket brings nothing."""
    visitor.page.route_web_socket(
        "**/feed/**", lambda socket: socket.connect_to_server().on_message(lambda message: None)
    )
    visitor.go(ROOM)


def test_enter_is_a_new_line_and_control_enter_sends(evening, visit):
    noor = visit("noor")
    noor.box.press_sequentially("One")
    noor.page.keyboard.press("Enter")
    noor.box.press_sequentially("Two")
    expect(noor.box).to_have_value("One\nTwo")
    noor.page.keyboard.press("Control+Enter")
    expect(noor.line("One")).to_be_visible()
    expect(noor.box).to_have_value("")


def test_a_paused_room_keeps_the_words_and_says_why(evening, visit):
    noor = visit("noor")
    noor.box.fill("Not yet said")
    with evening.orm():
        close_room(by=cast.everyone().hana, room=room())
    send = noor.page.get_by_role("button", name="Send", exact=True)
    expect(send).to_have_attribute("aria-disabled", "true")
    quiet, refusal = noor.page.locator("[data-stands]"), noor.page.locator("[data-say]")
    expect(quiet).to_contain_text("The room is closed.")
    noor.box.press("Control+Enter")
    expect(refusal).to_contain_text("The room is closed.")
    expect(quiet).to_be_hidden()
    expect(noor.box).to_have_value("Not yet said")
    with evening.orm():
        open_room(by=cast.everyone().hana, room=room())
    expect(send).not_to_have_attribute("aria-disabled", "true")
    expect(refusal).to_be_hidden()
    expect(quiet).to_be_hidden()
    send.click()
    expect(noor.line("Not yet said")).to_be_visible()


def test_refused_words_come_back_to_the_box_or_wait_beside_it(evening, visit):
    noor = visit("noor")
    deaf(noor)
    noor.count_changes("[data-status]")
    with evening.orm():
        close_room(by=cast.everyone().hana, room=room())
    noor.send("The first words", cover="a note")
    expect(noor.page.locator("[data-say]")).to_contain_text("The room is closed")
    expect(noor.box).to_have_value("The first words")
    expect(noor.page.locator("[name=cover]")).to_have_value("a note")
    assert noor.changes() == ["Sending…"]  # the refusal is an alert
    expect(noor.page.locator("[data-status]")).to_be_empty()
    noor.page.route("**/messages/", lambda route: (noor.box.fill("Begun meanwhile"), route.continue_()))
    noor.send("The second words")
    failed = noor.page.locator(".line.failed")
    expect(failed).to_contain_text("The second words")
    expect(noor.box).to_have_value("Begun meanwhile")
    noor.page.unroute("**/messages/")
    noor.page.reload()
    expect(failed).to_contain_text("The second words")
    failed.get_by_role("button", name="Put it back in the box").click()
    expect(noor.box).to_have_value("Begun meanwhile\n\nThe second words")
    expect(failed).to_have_count(0)
    assert noor.lines() == []


def test_a_held_message_is_between_its_writer_and_the_people_who_lead(evening, visit):
    with evening.orm():
        hold_room(by=cast.everyone().hana, room=room(), holds=True)
    noor, kwame, hana = visit("noor"), visit("kwame"), visit("hana")
    noor.send("Something I am unsure about.")
    private = noor.page.locator("[data-only-you]")
    expect(private).to_contain_text("Your message is with the people who lead this room.")
    expect(private).to_contain_text("Something I am unsure about.")
    expect(hana.page.locator("[data-held]")).to_be_visible()
    expect(noor.page.locator(".pending")).to_have_count(0)
    assert noor.lines() == kwame.lines() == []
    assert "unsure" not in kwame.page.content()
    with evening.orm():
        approve_message(by=cast.everyone().hana, message=Message.objects.get())
    for reader in (noor, kwame, hana):
        expect(reader.line("unsure about")).to_be_visible()
    expect(private).to_be_hidden()
    expect(hana.page.locator("[data-held]")).to_have_count(0)


def test_a_reply_is_begun_and_left_without_leaving_the_page(evening, visit):
    noor, kwame = visit("noor"), visit("kwame")
    kwame.send("Shall we go round?")
    noor.line("go round").locator("[data-reply]").click()
    chip = noor.page.locator("[data-reply-to]")
    expect(chip).to_contain_text("In answer to Kwame: Shall we go round?")
    expect(noor.box).to_be_focused()
    noor.page.keyboard.press("Escape")
    expect(chip).to_be_empty()
    noor.line("go round").locator("[data-reply]").click()
    noor.box.fill("Yes, let us.")
    noor.page.reload()
    expect(chip).to_contain_text("In answer to Kwame")
    expect(noor.box).to_have_value("Yes, let us.")
    noor.page.get_by_role("button", name="Send", exact=True).click()
    expect(kwame.line("Yes, let us.").locator(".reply-to")).to_contain_text("In answer to Kwame")
    expect(chip).to_be_empty()


def test_words_stay_in_the_box_after_signing_out_elsewhere(evening, visit):
    noor = visit("noor")
    noor.box.fill("Half a sentence")
    first, noor.page = noor.page, noor.new_page()
    noor.go("/rooms/")
    noor.page.get_by_role("button", name="Sign out").first.click()
    noor.page.wait_for_url(f"{evening.url}/")
    noor.page = first
    expect(noor.page.locator("[data-over] [data-sign-in]")).to_be_visible(timeout=40_000)
    expect(noor.page.locator("[data-over]")).to_contain_text("You are no longer signed in here.")
    noor.page.get_by_role("button", name="Send", exact=True).click()
    expect(noor.page.locator("[data-say]")).to_contain_text("You are no longer signed in here.")
    expect(noor.box).to_have_value("Half a sentence")


def test_words_go_out_from_a_page_whose_token_grew_old(evening, visit):
    noor = visit("noor")
    expect(noor.page.locator("live-room")).to_have_attribute("data-live", "")
    noor.context.clear_cookies(name="hub_csrf")
    noor.send("Still my words")
    expect(noor.line("Still my words")).to_have_count(1)
    with evening.orm():
        assert Message.objects.filter(body="Still my words").count() == 1


def test_a_closed_door_is_said_and_not_knocked_at_again(evening, visit):
    noor = visit("noor", "/rooms/")
    sockets = []
    noor.page.on("websocket", lambda socket: sockets.append(socket.url))
    noor.go(ROOM)
    expect(noor.page.locator("live-room")).to_have_attribute("data-live", "")
    with evening.orm():
        people = cast.everyone()
        show_door(by=people.hana, membership=cast.place_of(people.noor, room()), **cast.because())
    expect(noor.page.locator("[data-over]")).to_contain_text("You are no longer a member of this room, or it is gone.")
    expect(noor.page.locator("[data-over] [data-inbox]")).to_be_visible()
    noor.send("What I wanted to say")
    expect(noor.page.locator("[data-say]")).to_contain_text("You are no longer a member of this room")
    expect(noor.box).to_have_value("What I wanted to say")
    noor.page.evaluate("window.dispatchEvent(new Event('online'))")
    noor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert len(sockets) == 1


def test_a_page_made_for_another_part_is_made_anew_with_the_draft(evening, visit):
    hana = visit("hana")
    expect(hana.page.locator("[data-panel=needs-you]")).to_be_visible()
    hana.box.fill("Shall we go round?")
    with evening.orm():
        end_role(member=cast.everyone().hana, name="facilitator")
    expect(hana.page.locator("[data-panel=needs-you]")).to_have_count(0)
    expect(hana.box).to_have_value("Shall we go round?")


def test_stepping_out_keeps_what_was_begun(evening, visit):
    noor = visit("noor")
    noor.box.fill("Something unfinished")
    noor.page.get_by_role("button", name="Leave the room").click()
    noor.page.wait_for_url(lambda address: address.rstrip("/") != f"{evening.url}{ROOM}".rstrip("/"))
    noor.go(ROOM)
    expect(noor.box).to_have_value("Something unfinished")


@pytest.mark.parametrize("way", ["Sign out", "Leave this site"])
def test_leaving_leaves_nothing_behind(evening, visit, way):
    noor = visit("noor")
    noor.box.fill("Something unfinished")
    assert noor.page.evaluate(KEPT) == 1
    if way == "Leave this site":
        noor.page.route(re.compile("^https://"), lambda route: route.fulfill(body="elsewhere"))
        noor.page.get_by_role("link", name=way).click()
        noor.page.wait_for_url(re.compile("^https://"))
    else:
        noor.page.get_by_role("button", name=way).first.click()
        noor.page.wait_for_url(lambda address: address.rstrip("/") != f"{evening.url}{ROOM}".rstrip("/"))
    noor.go("/conduct/")
    assert noor.page.evaluate(KEPT) == 0


def test_what_is_new_says_so_without_taking_a_facilitator_by_the_hand(evening, visit):
    with evening.orm():
        hold_room(by=cast.everyone().hana, room=room(), holds=True)
    hana, noor, kwame = visit("hana"), visit("noor"), visit("kwame")
    noor.send("First to wait.")
    held = hana.page.locator("[data-held]")
    held.locator("summary").click()
    expect(held.get_by_text("First to wait.")).to_be_visible()
    kwame.send("Second to wait.")
    expect(kwame.page.locator("[data-only-you]")).to_contain_text("Second to wait.")
    noor.send("Third to wait.")
    expect(noor.page.locator("[data-only-you]")).to_contain_text("Third to wait.")
    expect(held.locator("summary").first).to_be_focused()
    assert held.count() == 1
    hana.box.focus()
    expect(held).to_have_count(3)
    expect(held.get_by_text("First to wait.")).to_be_visible()
    expect(held.get_by_text("Second to wait.")).to_be_hidden()


def test_a_phone_says_who_reads_from_the_first_touch(evening, visit):
    noor = visit("noor", viewport=PHONE)
    who = noor.page.locator("#who-reads")
    expect(who).to_be_hidden()
    noor.box.focus()
    expect(who).to_be_visible()
    expect(noor.box).to_have_accessible_description("Everyone who belongs to this room can read it.")
    noor.box.fill("Good evening")
    noor.box.blur()
    expect(who).to_be_visible()
    noor.box.fill("")
    noor.box.blur()
    expect(who).to_be_hidden()
