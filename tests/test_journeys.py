"""A few whole evenings, page by page, without JavaScript: what one person does is what the next one meets."""

import re
from html import unescape

from django.test import Client

from hub.demo.people import PASSWORD
from hub.members.arrivals import invite
from tests.cast import REASON, SLUG, a_clause, browser

ROOM = f"/rooms/{SLUG}/"


class Visitor:
    """A browser that can only do what its page offers."""

    def __init__(self, client):
        self.client = client
        self.page = ""

    def go(self, address):
        response = self.client.get(address, follow=True)
        assert response.status_code == 200, address
        self.page, self.address = (
            response.content.decode(),
            response.redirect_chain[-1][0] if response.redirect_chain else address,
        )
        return self

    def send(self, ending, **fields):
        """Fill in and send the form of the page whose address ends like this."""
        forms = re.findall(r"<form[^>]*>.*?</form>", self.page, re.S)
        ours = [form for form in forms if 'method="post"' in form and self._target(form).endswith(ending)]
        assert ours, f"no form for {ending} on {self.address}"
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', ours[0]))
        response = self.client.post(self._target(ours[0]), hidden | fields, follow=True)
        assert response.status_code == 200, response.status_code
        self.page, self.address = response.content.decode(), response.redirect_chain[-1][0].split("#")[0]
        return self

    def _target(self, form):
        action = re.search(r'action="([^"]*)"', form.split(">")[0])
        return action[1] if action else self.address.split("?")[0]

    def reads(self, words):
        return words in unescape(self.page)


def visitor(member):
    return Visitor(browser(member, enforce_csrf_checks=True))


def test_somebody_new_arrives_and_says_hello(cast, thursday):
    amal = Visitor(Client(enforce_csrf_checks=True))
    amal.go(f"/join/{invite(role='participant')}/")
    amal.send("/", name="Amal", password="a-long-enough-password", language="en", agree="on")
    assert amal.reads("No rooms yet")
    hana = visitor(cast.hana)
    hana.go(f"{ROOM}people/").send("people/", username="amal")
    assert hana.reads("Amal belongs to the room now.")
    amal.go("/rooms/").go(ROOM).send("messages/", body="Hello, I am new here.")
    assert amal.reads("Hello, I am new here.")
    assert hana.go(ROOM).reads("Hello, I am new here.")


def test_sharp_words_are_held_given_back_reworded_and_let_through(cast, thursday):
    hana, noor, kwame = visitor(cast.hana), visitor(cast.noor), visitor(cast.kwame)
    hana.go(ROOM).send("holding/", holds="yes")
    noor.go(ROOM).send("messages/", body="Sharp words")
    assert noor.reads("Your message is with the people who lead this room.")
    assert not kwame.go(ROOM).reads("Sharp words")
    assert hana.go(ROOM).reads("Sharp words")
    held = re.search(r'data-held="(\d+)"', hana.page)[1]
    hana.go(f"{ROOM}messages/{held}/return/").send("return/", clause=a_clause().pk, reason=REASON)
    assert noor.go("/inbox/").reads(REASON)
    noor.go(f"{ROOM}messages/{held}/")
    assert noor.reads("Reword it and send it again")
    noor.send("edit/", body="Soft words")
    hana.go(f"{ROOM}messages/{held}/").send("approval/")
    assert kwame.go(ROOM).reads("Soft words")
    assert not kwame.reads("Sharp words")
    assert noor.go("/inbox/").reads("Your message was let through")
    assert hana.go(f"{ROOM}log/").reads("gave a message back to its author")


def test_an_evening_ends_and_begins_again(cast, thursday):
    hana, noor = visitor(cast.hana), visitor(cast.noor)
    noor.go(ROOM).send("messages/", body="Good night")
    hana.go(ROOM).send("gate/", act="close")
    assert noor.go(ROOM).reads("The room is closed.")
    assert noor.reads("Good night")
    assert noor.go("/rooms/").reads("Closed at the moment")
    hana.go(ROOM).send("gate/", act="open")
    noor.go(ROOM).send("messages/", body="Good evening")
    assert noor.reads("Good evening")


def test_somebody_who_is_shown_the_door_reads_why_and_finds_help(cast, thursday):
    hana, noor = visitor(cast.hana), visitor(cast.noor)
    noor.go(ROOM).send("messages/", body="Some words")
    message = re.search(r'id="message-(\d+)"', noor.page)[1]
    hana.go(f"{ROOM}messages/{message}/")
    person = re.search(rf'href="({ROOM}people/\d+/)"', hana.page)[1]
    hana.go(person).send("door/", clause=a_clause().pk, reason=REASON)
    assert noor.client.get(ROOM).status_code == 404
    assert noor.go("/rooms/").reads("No rooms yet") or noor.reads("Quiet hour")
    assert noor.go("/inbox/").reads(REASON)
    assert noor.reads('href="/help/"')


def test_coming_in_with_a_password_and_going_out(cast):
    noor = Visitor(Client(enforce_csrf_checks=True))
    noor.go(ROOM)
    assert noor.reads("Come in")
    noor.send("/sign-in/", username="Noor", password=PASSWORD)
    assert noor.address == ROOM
    noor.send("/sign-out/")
    assert noor.go(ROOM).reads("Use the name you chose")
