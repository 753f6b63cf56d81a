"""Every address there is: public by this list, or closed to whoever does not belong. A new one must be put in here."""

import hashlib
import logging
import re

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from groups.rooms import facilitating as hand
from groups.rooms.models import Message, Room
from groups.rooms.routing import sockets
from hub.members.arrivals import invite
from hub.outermost import OWN
from tests.cast import SLUG, because, browser, fresh, place_of, say

# Anybody may open these, without an account.
PUBLIC = {
    "",
    "sign-in/",
    "join/<str:token>/",
    "conduct/",
    "language/",
    "sign-out/",
}
# Answered by the outermost middleware, before anything that could know who somebody is.
OUTERMOST = {"/help/", "/help", "/leave/", "/leave", "/healthz", "/readyz"}
# Every member has these, and sees only their own things there.
OWN_PAGES = {"rooms/", "inbox/"}
# Members only, and of them only those whom the rulebook lets; to the rest they say no with a sentence.
BY_RULE = {"rooms/new/"}
# Inside a room: to everybody else, the same 404 as for a room that is not there.
IN_A_ROOM = {
    "rooms/<slug:slug>/",
    "rooms/<slug:slug>/messages/",
    "rooms/<slug:slug>/messages/<int:pk>/",
    "rooms/<slug:slug>/messages/<int:pk>/edit/",
    "rooms/<slug:slug>/messages/<int:pk>/withdrawal/",
    "rooms/<slug:slug>/messages/<int:pk>/<slug:act>/",
    "rooms/<slug:slug>/listening/",
    "rooms/<slug:slug>/stepping-out/",
    "rooms/<slug:slug>/leaving/",
    "rooms/<slug:slug>/gate/",
    "rooms/<slug:slug>/holding/",
    "rooms/<slug:slug>/people/",
    "rooms/<slug:slug>/people/<int:pk>/",
    "rooms/<slug:slug>/people/<int:pk>/<slug:act>/",
    "rooms/<slug:slug>/log/",
}
# Of those, these are for the people who lead the room.
FOR_LEADERS = {
    "rooms/<slug:slug>/messages/<int:pk>/<slug:act>/",
    "rooms/<slug:slug>/gate/",
    "rooms/<slug:slug>/holding/",
    "rooms/<slug:slug>/people/",
    "rooms/<slug:slug>/people/<int:pk>/",
    "rooms/<slug:slug>/people/<int:pk>/<slug:act>/",
    "rooms/<slug:slug>/log/",
}
SOCKETS = {r"^rooms/(?P<slug>[-\w]{1,64})/feed/$": "room_feed", "": "nowhere"}
MESSAGE_ACTS = ("approval", "uncovering", "pin", "unpinning", "return", "cover", "removal")
PERSON_ACTS = ("unmuting", "release", "mute", "hold", "door")


def routes(patterns=None, prefix=""):
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, route)
        else:
            yield route


@pytest.fixture(autouse=True)
def frozen():
    """Pages say when they were made; the clock stands still so that two can be compared."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def evening(cast, thursday):
    """A room in which everything has happened once. Answers with what to put into addresses."""
    message = say(cast.kwame, thursday, "Words")
    say(cast.noor, thursday, "An answer", reply_to=message, cover="a note")
    removed = say(cast.mina, thursday, "Not kind")
    hand.remove_message(by=cast.hana, message=removed, **because())
    hand.pin_message(by=cast.hana, message=message)
    hand.mute(by=cast.hana, membership=place_of(cast.mina, thursday), lasting=hand.MUTES[0], **because())
    hand.hold_member(by=cast.hana, membership=place_of(cast.ife, thursday), **because())
    held = say(cast.ife, thursday, "May I?")
    assert held.state == Message.State.HELD
    return {"message": message.pk, "held": held.pk, "person": place_of(cast.kwame, thursday).pk}


def addresses(route, made, *, slug=SLUG):
    """Every address of a route, with real numbers in it."""
    if "<str:token>" in route:
        return [f"/{route.replace('<str:token>', invite(role='participant'))}"]
    found = [f"/{route.replace('<slug:slug>', slug)}"]
    if "/messages/<int:pk>" in route:
        acts = [("message", act) for act in MESSAGE_ACTS] + [("held", act) for act in ("approval", "return")]
        which = acts if "act" in route else [("message", ""), ("held", "")]
        found = [
            one.replace("<int:pk>", str(made[name])).replace("<slug:act>", act) for one in found for name, act in which
        ]
    if "/people/<int:pk>" in route:
        found = [one.replace("<int:pk>", str(made["person"])) for one in found]
        found = [one.replace("<slug:act>", act) for one in found for act in PERSON_ACTS] if "act" in route else found
    return found


def all_addresses(made, kinds):
    return [address for route in sorted(kinds) for address in addresses(route, made)]


def test_every_address_is_public_by_list_or_closed():
    assert set(routes()) == PUBLIC | OWN_PAGES | BY_RULE | IN_A_ROOM
    assert set(OWN) == OUTERMOST
    assert {str(route.pattern): route.callback.__name__ for route in sockets} == SOCKETS
    assert FOR_LEADERS <= IN_A_ROOM


def test_visitors_open_what_is_public(cast):
    visitor = Client()
    statuses = {address: visitor.get(address).status_code for address in all_addresses({}, PUBLIC)}
    posts_only = {"/language/", "/sign-out/"}
    assert statuses == {address: 405 if address in posts_only else 200 for address in statuses}
    outermost = {address: visitor.get(address).status_code for address in OUTERMOST}
    readyz = outermost.pop("/readyz")
    assert outermost == {"/help/": 200, "/help": 200, "/leave/": 303, "/leave": 303, "/healthz": 200}
    assert readyz in (200, 503)


def test_visitors_are_asked_to_sign_in_everywhere_else(cast, evening):
    visitor = Client()
    for address in all_addresses(evening, OWN_PAGES | BY_RULE | IN_A_ROOM):
        for response in (visitor.get(address), visitor.post(address)):
            if address.endswith("/messages/"):
                assert response.status_code == 401, address
            elif response.wsgi_request.method == "POST" and address.startswith("/rooms/"):
                assert (response.status_code, "/sign-in/?next=" in response.content.decode()) == (401, True), address
            else:
                assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={address}")


def the_page(response, address):
    """What a page says, without the parts that name its own address."""
    return response.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode().replace(address, "-"))


def test_a_room_of_others_looks_like_no_room_at_all(cast, evening):
    gwen, noor = browser(cast.gwen), browser(cast.noor)
    opened = 0
    for route in sorted(IN_A_ROOM):
        theirs, nobodys = addresses(route, evening), addresses(route, evening, slug="no-such-room-xx")
        for address, nowhere in zip(theirs, nobodys, strict=True):
            opened += noor.get(address).status_code == 200
            if address.count("/") == 7 and not re.search("/(pin|removal|mute)/$", address):
                continue  # three acts stand for them all: the room is asked for before the act
            for method in ("get", "post"):
                real = the_page(getattr(gwen, method)(address), address)
                unreal = the_page(getattr(gwen, method)(nowhere), nowhere)
                assert real[0] in (404, 405), address
                assert real == unreal, address
    assert opened >= 4, "members do see something there"


def test_what_is_not_in_the_room_is_not_there_for_members_either(cast, thursday, quiet, evening):
    """Numbers of another room lead nowhere, though the visitor belongs to both."""
    noor = browser(cast.noor)
    for address in (f"/rooms/quiet-hour/messages/{evening['message']}/", f"/rooms/{SLUG}/messages/{10**9}/"):
        assert noor.get(address).status_code == 404
    idris = browser(cast.idris)
    assert idris.get(f"/rooms/quiet-hour/people/{evening['person']}/").status_code == 404


def test_the_hand_is_for_those_who_lead(cast, evening):
    noor, hana = browser(cast.noor), browser(cast.hana)
    opened = 0
    for address in all_addresses(evening, FOR_LEADERS):
        statuses = {noor.get(address).status_code, noor.post(address).status_code}
        # What is held is not there at all for somebody who takes part.
        assert statuses <= ({404} if f"/{evening['held']}/" in address else {403, 405}), address
        opened += hana.get(address).status_code == 200
    assert opened >= len(MESSAGE_ACTS)


def test_members_without_the_role_are_told_so(cast):
    for name in ("gwen", "noor", "chidi", "eero"):
        for address in all_addresses({}, BY_RULE):
            response = browser(getattr(cast, name)).get(address)
            assert response.status_code == 403
            assert "Rooms are made by facilitators." in response.content.decode()


# --- Changing something


def fingerprint():
    """What the hub knows, but for who is here, sign-ins, counting of tries, and what has been read."""
    passing = {"presence", "session", "ratewindow", "gatewatch", "contenttype", "permission", "group"}
    digest = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.model_name in passing:
            continue
        fields = [field.attname for field in model._meta.concrete_fields if field.name not in ("read_at", "last_login")]
        digest.update(repr((model._meta.label, list(model.objects.order_by("pk").values_list(*fields)))).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("name", ["hana", "noor", ""])
def test_opening_every_address_changes_nothing(cast, evening, name):
    client = browser(getattr(cast, name)) if name else Client()
    found = all_addresses(evening, PUBLIC | OWN_PAGES | BY_RULE | IN_A_ROOM)
    before = fingerprint()
    assert before == fingerprint()
    for address in [*found, *sorted(OUTERMOST - {"/leave/", "/leave"})]:
        assert client.get(address).status_code < 500 or address == "/readyz", address
    assert fingerprint() == before


@pytest.mark.parametrize("name", ["hana", "ife"])
def test_following_every_link_twice_changes_nothing_and_leads_somewhere(cast, evening, name):
    """A browser that looks ahead, or a person who clicks everything. `/leave/` is the one argued exception."""
    client = browser(getattr(cast, name))
    before = fingerprint()
    for _ in range(2):
        todo, done = {"/"}, {"/leave/"}
        while todo:
            address = todo.pop()
            done.add(address)
            response = client.get(address)
            assert response.status_code in (200, 302), address
            if response.status_code == 302:
                todo |= {response["Location"]} - done
            links = re.findall(r'<a [^>]*href="([^"#]+)', response.content.decode())
            inside = {link.replace("&amp;", "&") for link in links if not re.match(r"[a-z]+:", link)}
            absolute = {link if link.startswith("/") else address.split("?")[0] + link for link in inside}
            # Help has a page for every country and language; one of each kind is enough here.
            todo |= {link for link in absolute if not re.search(r"[?&](country|language)=", link)} - done
        assert len(done) > 4
    assert fingerprint() == before


def test_nothing_unsafe_is_done_without_the_pages_own_token(cast, evening, caplog):
    caplog.set_level(logging.CRITICAL, "django.security.csrf")
    hana, visitor = browser(cast.hana, enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    found = all_addresses(evening, PUBLIC | OWN_PAGES | BY_RULE | IN_A_ROOM)
    before = fingerprint()
    for address in found:
        for client in (hana, visitor):
            for method in ("POST", "DELETE"):
                assert client.generic(method, address).status_code == 403, (method, address)
    assert {visitor.post(address).status_code for address in OUTERMOST - {"/healthz", "/readyz"}} == {405}
    assert fingerprint() == before


def test_with_the_token_of_the_page_it_is_done(cast, thursday):
    """So that the test above fails for the token, not for something else."""
    hana = browser(cast.hana, enforce_csrf_checks=True)
    page = hana.get(f"/rooms/{SLUG}/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    assert hana.post(f"/rooms/{SLUG}/gate/", {"act": "close", "csrfmiddlewaretoken": token}).status_code == 302
    assert fresh(thursday).state == Room.State.CLOSED
