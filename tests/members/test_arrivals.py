"""Coming in, going out: invitations, sign-ins, languages. Nobody outside learns who has an account."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from hub.demo.people import PASSWORD
from hub.members.arrivals import accept_invitation, end_role, end_sessions, find_invitation, grant_role, invite
from hub.members.models import Invitation, Member, Role, Session
from hub.ratelimits import LIMITS
from moderation.conduct import code
from tests.cast import browser, fresh

JOINING = {"name": "Amal", "password": "a-long-enough-password", "language": "ar", "agree": "on"}


@pytest.fixture(autouse=True)
def frozen():
    """Limits count in stretches of time; no test may happen to stand across the end of one."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def without_tokens(response):
    return response.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


# --- Coming in with an invitation


def test_an_invitation_becomes_a_member_who_is_signed_in_and_agreed(cast):
    visitor = Client()
    address = f"/join/{invite(role='participant', by=cast.eero)}/"
    assert visitor.get(address).status_code == 200
    response = visitor.post(address, JOINING)
    assert (response.status_code, response["Location"]) == (302, "/")
    amal = Member.objects.get(username="amal")
    assert (amal.name, amal.language, amal.roles_held()) == ("Amal", "ar", {"participant"})
    assert amal.roles.get().granted_by == cast.eero
    assert code.has_accepted(member=amal, version=code.current_version())
    assert response.cookies["hub_language"].value == "ar"
    assert visitor.get("/rooms/").status_code == 200
    invitation = Invitation.objects.get(used_by=amal)
    assert invitation.used_at == timezone.now()


def test_joining_on_a_device_of_somebody_signed_in_ends_that_sign_in_at_once(cast, monkeypatch):
    told = []
    monkeypatch.setattr("hub.members.arrivals.standing_changed", told.append)
    noor = browser(cast.noor)
    key = noor.cookies["hub_session"].value
    address = f"/join/{invite(role='participant')}/"
    assert noor.post(address, JOINING | {"name": ""}).status_code == 422
    assert (told, Session.objects.filter(session_key=key).exists()) == ([], True)
    assert noor.post(address, JOINING).status_code == 302
    assert (told, Session.objects.filter(session_key=key).exists()) == ([cast.noor.pk], False)
    assert noor.get("/rooms/").wsgi_request.user == Member.objects.get(username="amal")


def test_of_an_invitation_only_a_hash_is_kept(cast):
    token = invite(role="participant")
    row = Invitation.objects.order_by("-pk").values().first()
    assert token not in repr(row)
    assert len(token) >= 43


def test_used_expired_revoked_and_unknown_look_the_same(cast, frozen):
    used, expired, revoked, good = (invite(role="participant") for _ in range(4))
    accept_invitation(token=used, name="Amal", password=JOINING["password"], language="en")
    Invitation.objects.filter(pk=find_invitation(expired).pk).update(expires_at=timezone.now())
    Invitation.objects.filter(pk=find_invitation(revoked).pk).update(revoked_at=timezone.now())
    visitor = Client()
    assert visitor.get(f"/join/{good}/").status_code == 200
    tokens = (used, expired, revoked, "unknown", "a" * 3000, good[:-1], f"{good}x")
    for ask in (visitor.get, lambda address: visitor.post(address, JOINING | {"name": "Other"})):
        pages = [without_tokens(ask(f"/join/{token}/")) for token in tokens]
        pages = {(status, page.replace(token, "-")) for (status, page), token in zip(pages, tokens, strict=True)}
        assert len(pages) == 1
        assert pages.pop()[0] == 410
    assert not Member.objects.filter(username="other").exists()


def test_an_invitation_lasts_as_long_as_the_settings_say(cast, frozen):
    token = invite(role="participant")
    frozen.shift(timedelta(days=settings.INVITATION_DAYS) - timedelta(seconds=1))
    assert find_invitation(token) is not None
    frozen.shift(1)
    assert find_invitation(token) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "Noor"}, "name"),
        ({"name": "NOOR"}, "name"),
        ({"name": " noor\u200b "}, "name"),
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "ΐ" * 40}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"name": "Rosalind", "password": "rosalind-1234"}, "password"),
        ({"password": "x" * 300}, "password"),
        ({"language": "xx"}, "language"),
        ({"agree": ""}, "agree"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_leaves_the_invitation_good(cast, change, field):
    visitor, token = Client(), invite(role="participant")
    members = Member.objects.count()
    response = visitor.post(f"/join/{token}/", JOINING | change)
    page = response.content.decode()
    assert (response.status_code, Member.objects.count()) == (422, members)
    assert f'id="id_{field}_error"' in page or "error" in page
    assert find_invitation(token) is not None
    assert JOINING["password"] not in page, "a password is never sent back"
    assert visitor.post(f"/join/{token}/", JOINING).status_code == 302


def test_a_role_cannot_be_asked_for(cast):
    Client().post(f"/join/{invite(role='participant')}/", JOINING | {"role": "steward", "roles": "steward", "pk": "1"})
    assert Member.objects.get(username="amal").roles_held() == {"participant"}
    with pytest.raises(ValueError, match="is not a valid Role"):
        invite(role="king")


def test_names_that_look_the_same_are_the_same(cast):
    accept_invitation(token=invite(role="participant"), name="Jose\u0301", password=PASSWORD, language="en")
    with pytest.raises(ValidationError):
        accept_invitation(token=invite(role="participant"), name="JOSÉ", password=PASSWORD, language="en")
    for typed in ("José", "JOSE\u0301", "  josé "):
        assert Client().post("/sign-in/", {"username": typed, "password": PASSWORD}).status_code == 302


def test_a_flood_of_invitations_is_slowed(cast):
    statuses = [Client().post("/join/unknown/", JOINING).status_code for _ in range(LIMITS["join"].times + 1)]
    assert statuses == [410] * LIMITS["join"].times + [429]


def test_the_command_prints_a_link_that_works(cast):
    said = StringIO()
    call_command("invite", role="participant", json=True, stdout=said)
    line = json.loads(said.getvalue())
    assert line["role"] == "participant"
    path = re.sub(r"^https?://[^/]+", "", line["link"])
    assert Client().get(path).status_code == 200


# --- Signing in


def sign_in(client, name, password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": name, "password": password, **more})


def test_signing_in_makes_a_new_sign_in_that_knows_its_member(cast):
    client = Client()
    client.get("/sign-in/")
    response = sign_in(client, " NOOR ")
    assert (response.status_code, response["Location"]) == (302, "/")
    session = Session.objects.get(session_key=client.cookies["hub_session"].value)
    assert session.member == cast.noor
    cookie = client.cookies["hub_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.get("/rooms/")["Cache-Control"] == "no-store, private"


def test_wrong_name_wrong_password_and_closed_account_answer_the_same(cast):
    cast.mina.is_active = False
    cast.mina.save()
    answers = {}
    for name, password in (("noor", "wrong-password"), ("nobody", PASSWORD), ("mina", PASSWORD), ("nobody", "x")):
        status, page = without_tokens(sign_in(Client(), name, password))
        answers[name, password] = status, page.replace(f'value="{name}"', "")
    assert len(set(answers.values())) == 1
    status, page = answers["nobody", "x"]
    assert (status, "go together" in page, PASSWORD in page) == (422, True, False)
    assert sign_in(Client(), "noor").status_code == 302


def test_wrong_tries_are_slowed_and_a_right_one_costs_nothing(cast):
    times = LIMITS["sign_in.name_from_address"].times
    for _ in range(times * 2):
        assert sign_in(Client(), "noor").status_code == 302
    statuses = [sign_in(Client(), "noor", "wrong-password").status_code for _ in range(times + 1)]
    assert statuses == [422] * times + [429]
    for spelled in ("NOOR", " noor", "noor\u200b", "ｎｏｏｒ"):
        assert sign_in(Client(), spelled, "wrong-password").status_code == 429
    response = sign_in(Client(), "noor")
    assert (response.status_code, int(response["Retry-After"]) > 0) == (429, True)
    # From elsewhere she comes in all the same, and from here others do.
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere, "noor").status_code == 302
    assert sign_in(Client(), "kwame").status_code == 302


def test_tries_from_many_networks_never_keep_the_right_password_out(cast):
    for network in range(120):
        assert sign_in(Client(REMOTE_ADDR=f"10.{network}.0.1"), "noor", "wrong-password").status_code == 422
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), "noor").status_code == 302


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https://testserver@evil.example/",
        " //evil.example",
        "\t//evil.example",
        "data:text/html,x",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(cast, onward):
    assert sign_in(Client(), "noor", next=onward)["Location"] == "/"
    answer = browser(cast.noor).get("/sign-in/", {"next": onward})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    answer = Client().post("/language/", {"language": "es", "next": onward})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_one_is_sent_on_to_where_one_wanted_to_go(cast):
    client = Client()
    asked = client.get("/rooms/thursday-evening/?before=3")
    page = client.get(asked["Location"]).content.decode()
    onward = re.search(r'name="next" value="([^"]+)"', page)[1]
    assert sign_in(client, "noor", next=onward)["Location"] == "/rooms/thursday-evening/?before=3"


@pytest.mark.parametrize(
    "odd", [{"username": "\x00"}, {"username": "x" * 9000}, {"password": "\x00"}, {"password": "x" * 9000}, {}], ids=str
)
def test_odd_tries_are_wrong_tries(cast, odd):
    sent = {"username": "noor", "password": "x"} | odd if odd else {}
    assert Client().post("/sign-in/", sent).status_code in (200, 422)


# --- Signing out


def test_signing_out_ends_this_sign_in_and_no_other(cast):
    here, there = browser(cast.noor), browser(cast.noor)
    key = here.cookies["hub_session"].value
    response = here.post("/sign-out/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    assert here.get("/rooms/").status_code == 302
    assert there.get("/rooms/").status_code == 200
    stolen = Client()
    stolen.cookies["hub_session"] = key
    assert stolen.get("/rooms/").status_code == 302
    assert here.get("/sign-out/").status_code == 405
    assert here.post("/sign-out/").status_code == 302


def test_ending_every_sign_in_of_somebody(cast):
    clients = [browser(cast.noor) for _ in range(3)]
    kwame = browser(cast.kwame)
    assert end_sessions(Session.objects.filter(member=cast.noor)) == 3
    assert {client.get("/rooms/").status_code for client in clients} == {302}
    assert kwame.get("/rooms/").status_code == 200


def test_a_closed_account_is_signed_out_everywhere(cast):
    noor = browser(cast.noor)
    cast.noor.is_active = False
    cast.noor.save()
    assert noor.get("/rooms/").status_code == 302


# --- Roles


def test_a_role_is_a_row_with_who_and_when(cast):
    role = grant_role(member=cast.noor, name="facilitator", by=cast.eero)
    assert grant_role(member=cast.noor, name="facilitator", by=cast.sol).pk == role.pk
    assert fresh(cast.noor).roles_held() == cast.noor.roles_held() == {"participant", "facilitator"}
    end_role(member=cast.noor, name="facilitator", by=cast.sol)
    ended = Role.objects.get(pk=role.pk)
    assert (ended.granted_by, ended.ended_by, ended.ended_at) == (cast.eero, cast.sol, timezone.now())
    assert cast.noor.roles_held() == {"participant"}
    assert grant_role(member=cast.noor, name="facilitator").pk != role.pk


# --- Languages


def test_choosing_a_language_is_kept_in_the_browser_and_by_the_member(cast):
    noor = browser(cast.noor)
    response = noor.post("/language/", {"language": "ar", "next": "/rooms/"})
    assert (response["Location"], noor.cookies["hub_language"].value) == ("/rooms/", "ar")
    assert fresh(cast.noor).language == "ar"
    page = noor.get("/rooms/").content.decode()
    assert re.search(r'<html[^>]* lang="ar"[^>]* dir="rtl"', page)
    elsewhere = browser(fresh(cast.noor))
    assert 'lang="ar"' in elsewhere.get("/rooms/").content.decode()


@pytest.mark.parametrize("language", ["", "xx", "en-gb", "../en", "\x00", "a" * 4000])
def test_a_language_nobody_offers_changes_nothing(cast, language):
    noor = browser(cast.noor)
    assert noor.post("/language/", {"language": language, "next": "/rooms/"})["Location"] == "/rooms/"
    assert "hub_language" not in noor.cookies
    assert fresh(cast.noor).language == "en"
