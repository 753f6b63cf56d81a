"""People talk: two with JavaScript, one without, and a hub that dies in the middle of it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOM
from tests.live import wait_for

pytestmark = pytest.mark.browser


def without_scripts(visitor):
    """What a page without JavaScript shows, loaded again."""
    visitor.go(ROOM)
    return [words.strip() for words in visitor.page.locator("[data-log] > [data-seq] .words").all_inner_texts()]


@pytest.mark.live
def test_three_people_see_one_conversation_in_one_order(evening, visit):
    noor, kwame, mina = visit("noor"), visit("kwame"), visit("mina", scripts=False)
    noor.send("Good evening. Noor here.")
    expect(kwame.line("Noor here")).to_be_visible()
    kwame.send("Hello Noor.")
    expect(noor.line("Hello Noor.")).to_be_visible()
    mina.send("Mina, on the old phone.")
    for reader in (noor, kwame):
        expect(reader.line("on the old phone")).to_be_visible()
    words = ["Good evening. Noor here.", "Hello Noor.", "Mina, on the old phone."]
    assert noor.lines() == kwame.lines() == list(enumerate(words, start=1))
    assert without_scripts(mina) == words
    expect(noor.page.locator(".pending")).to_have_count(0)
    expect(noor.line("Noor here").locator(".who bdi")).to_have_text("You")
    expect(kwame.line("Noor here").locator(".who bdi")).to_have_text("Noor")


@pytest.mark.live
def test_a_hub_that_is_killed_loses_nothing_and_says_nothing_twice(evening, visit):
    noor, kwame, mina = visit("noor"), visit("kwame"), visit("mina", scripts=False)
    noor.send("Before.")
    expect(kwame.line("Before.")).to_be_visible()
    evening.kill9()
    noor.send("While it was away, first.")
    noor.send("While it was away, second.")
    kwame.box.fill("Still in the box")
    expect(noor.page.locator(".pending")).to_have_count(2)
    expect(noor.page.locator(".pending [data-how]").first).to_contain_text("Not sent yet")
    expect(kwame.page.locator("[data-offline]")).to_be_visible()
    evening.start()
    for reader in (noor, kwame):
        expect(reader.line("away, second")).to_be_visible(timeout=40_000)
        expect(reader.page.locator("[data-offline]")).to_be_hidden()
    mina.go(ROOM).send("Mina too.")
    for reader in (noor, kwame):
        expect(reader.line("Mina too.")).to_be_visible()
    expect(noor.page.locator(".pending")).to_have_count(0)
    assert noor.lines() == kwame.lines()
    assert [said for _, said in noor.lines()] == without_scripts(mina)
    assert without_scripts(mina) == ["Before.", "While it was away, first.", "While it was away, second.", "Mina too."]
    expect(kwame.box).to_have_value("Still in the box")


def test_an_answer_that_is_lost_on_the_way_doubles_nothing(evening, visit):
    noor = visit("noor")
    lost = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    noor.page.route("**/messages/", lose_the_first)
    noor.send("Only once, please.")
    wait_for(lambda: noor.page.wait_for_timeout(20) or lost)
    expect(noor.line("Only once, please.")).to_have_count(1)
    expect(noor.page.locator(".pending")).to_have_count(0)
    assert lost == [201]
    noor.go(ROOM)
    expect(noor.line("Only once, please.")).to_have_count(1)


def test_words_that_were_under_way_go_out_after_the_page_was_killed(evening, visit):
    noor = visit("noor")
    noor.page.route(
        "**/messages/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    noor.send("Sent from a phone that went dark.", cover="a long day")
    expect(noor.page.locator(".pending [data-how]")).to_contain_text("Not sent yet")
    noor.box.fill("And a thought I had not finished")
    noor.page.unroute("**/messages/")
    noor.page.reload()
    expect(noor.page.locator("[data-log] > [data-seq] .cover [data-note]")).to_have_text("a long day")
    expect(noor.page.locator(".pending")).to_have_count(0)
    expect(noor.box).to_have_value("And a thought I had not finished")


def test_two_tabs_of_one_person_show_every_message_once(evening, visit):
    noor = visit("noor")
    first, noor.page = noor.page, noor.new_page()
    noor.go(ROOM)
    noor.send("From the second tab.")
    expect(noor.line("From the second tab.")).to_have_count(1)
    noor.page, second = first, noor.page
    expect(noor.line("From the second tab.")).to_have_count(1)
    assert "mine" in noor.line("From the second tab.").get_attribute("class")
    noor.send("From the first.")
    noor.page = second
    expect(noor.line("From the first.")).to_have_count(1)
    assert [said for _, said in noor.lines()] == ["From the second tab.", "From the first."]


def test_a_clock_that_is_two_hours_off_changes_no_order(evening, visit):
    noor, kwame = visit("noor"), visit("kwame")
    noor.page.clock.install()
    noor.page.clock.set_fixed_time("2001-01-01T00:00:00Z")
    noor.go(ROOM)
    for number in range(1, 4):
        (noor if number % 2 else kwame).send(f"Number {number}.")
        expect(kwame.line(f"Number {number}.")).to_be_visible()
        expect(noor.line(f"Number {number}.")).to_be_visible()
    assert noor.page.evaluate("new Date().getFullYear()") == 2001
    assert noor.lines() == kwame.lines() == [(1, "Number 1."), (2, "Number 2."), (3, "Number 3.")]


def test_where_no_socket_can_be_had_the_talk_goes_on(evening, visit):
    noor, kwame = visit("noor", "/rooms/"), visit("kwame")
    noor.page.route_web_socket("**/feed/**", lambda socket: socket.close(code=1011))
    noor.page.clock.install()
    noor.go(ROOM)
    kwame.send("Through the wall.")
    expect(kwame.line("Through the wall.")).to_be_visible()
    noor.page.clock.run_for(40_000)
    expect(noor.line("Through the wall.")).to_be_visible()
    noor.send("I hear you.")
    expect(kwame.line("I hear you.")).to_be_visible()


def test_little_bandwidth_asks_now_and_then_and_opens_no_socket(evening, visit):
    noor, kwame = visit("noor", "/rooms/"), visit("kwame")
    sockets = []
    noor.page.on("websocket", lambda socket: sockets.append(socket.url))
    noor.context.add_cookies([{"name": "hub_display", "value": "pictures=off", "url": evening.url}])
    noor.page.clock.install()
    noor.go(ROOM)
    assert noor.page.evaluate("document.documentElement.dataset.pictures") == "off"
    kwame.send("For the slow line.")
    expect(kwame.line("For the slow line.")).to_be_visible()
    noor.page.clock.run_for(30_000)
    expect(noor.line("For the slow line.")).to_be_visible()
    assert sockets == []
