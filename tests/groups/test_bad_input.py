"""What nobody should send: a calm 4xx in words, never our mistake, on both databases."""

import uuid

import pytest

from groups.rooms.models import Message
from tests.cast import JSON, SLUG, because, browser, say, ticket

ROOM = f"/rooms/{SLUG}/"
MESSAGES = f"{ROOM}messages/"
HUGE = (2**31, 2**63 - 1, 2**63, 2**64, 10**40, 10**4000)


@pytest.fixture
def noor(cast, thursday):
    return browser(cast.noor)


def is_calm(response):
    """4xx, with words."""
    assert 400 <= response.status_code < 500, response.status_code
    assert len(response.content) > 20
    assert b"Traceback" not in response.content
    return True


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{len(str(number))} digits")
def test_numbers_no_database_counts_to_lead_nowhere(cast, thursday, noor, number):
    hana = browser(cast.hana)
    for ending in ("", "edit/", "withdrawal/", "removal/", "pin/"):
        for response in (hana.get(f"{MESSAGES}{number}/{ending}"), hana.post(f"{MESSAGES}{number}/{ending}")):
            assert response.status_code in (404, 405, 414)
    for ending in ("", "mute/", "door/"):
        for response in (hana.get(f"{ROOM}people/{number}/{ending}"), hana.post(f"{ROOM}people/{number}/{ending}")):
            assert response.status_code in (404, 405, 414)
    for query in (f"?before={number}", f"?reply={number}"):
        assert noor.get(ROOM + query).status_code == 200
    assert noor.get(f"{MESSAGES}?after={number}", headers=JSON).status_code == 200
    response = noor.post(MESSAGES, ticket("Words", reply_to=str(number)))
    assert response.status_code in (302, 422)
    assert Message.objects.count() == (response.status_code == 302)


@pytest.mark.parametrize("path", ["/rooms/%00/", f"{ROOM}messages/%00/", "/join/a%00b/", "/%00", f"{ROOM}%00"])
def test_nul_in_an_address(noor, path):
    assert is_calm(noor.get(path))
    assert is_calm(noor.post(path))


@pytest.mark.parametrize("query", ["after=%00", "before=%00", "reply=%00", "%00=1", "next=%00", "page=%00"])
def test_nul_in_a_question(noor, query):
    for path in (ROOM, MESSAGES, "/rooms/", "/inbox/", "/sign-in/", "/conduct/"):
        assert is_calm(noor.get(f"{path}?{query}"))


BYTES = {
    "half of a character": b"%ED%A0%80 and words",
    "bytes that are no text": b"%FF%FE%80 and words",
    "cut in the middle": b"and words %E2%80",
    "overlong": b"%C0%AF and words",
}


@pytest.mark.parametrize("kind", BYTES)
def test_bytes_that_are_no_text_are_taken_as_well_as_can_be(noor, kind):
    sent = b"body=" + BYTES[kind] + b"&client_id=" + str(uuid.uuid4()).encode()
    response = noor.generic("POST", MESSAGES, sent, content_type="application/x-www-form-urlencoded", headers=JSON)
    assert response.status_code == 201
    body = Message.objects.get().body
    assert "and words" in body
    body.encode()
    assert "and words" in noor.get(ROOM).content.decode()


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
        ("multipart/form-data; boundary=x", b"no parts at all"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=" + "b" * 300, b"--x--"),
        ("multipart/form-data; boundary=\xff", b"--x--"),
        ("application/json", b'{"body": "hello"}'),
        ("application/json", b"[" * 100_000),
        ("text/plain", b"body=hello"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"body=hello"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"body=hello"),
        ("", b"body=hello"),
        ("nonsense", b"\x00\xff"),
    ],
    ids=lambda value: repr(value)[:44],
)
def test_forms_that_are_broken_or_something_else(noor, content_type, sent):
    assert is_calm(noor.generic("POST", MESSAGES, sent, content_type=content_type))
    assert is_calm(noor.generic("POST", MESSAGES, sent, content_type=content_type, headers=JSON))
    assert not Message.objects.exists()


def test_too_much_at_once(noor):
    fields = "&".join(f"f{number}=x" for number in range(300))
    form = "application/x-www-form-urlencoded"
    assert is_calm(noor.generic("POST", MESSAGES, fields, content_type=form))
    assert is_calm(noor.generic("POST", MESSAGES, "body=" + "x" * 600_000, content_type=form))


def test_methods_nobody_offers(noor):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
        for path in (ROOM, MESSAGES, f"{ROOM}gate/", "/rooms/", "/inbox/"):
            assert noor.generic(method, path).status_code in (403, 405), (method, path)


def test_the_same_field_twice_and_odd_names(noor):
    sent = b"body=one&body=two&client_id=%s&__proto__=x&body[]=three&%%ff=%%ff" % str(uuid.uuid4()).encode()
    response = noor.generic("POST", MESSAGES, sent, content_type="application/x-www-form-urlencoded", headers=JSON)
    assert (response.status_code, Message.objects.get().body) == (201, "two")


def test_odd_headers_and_cookies(cast, thursday):
    for headers in (
        {"Accept": "nonsense;;q=x"},
        {"Accept": "*/*;q=0"},
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "\xff;q=NaN"},
        {"Cookie": 'hub_session="\\000"'},
        {"Cookie": "hub_language=../../etc; hub_session=" + "x" * 5000},
        {"X-Forwarded-For": "\xff, ,,"},
        {"HX-Request": "true", "HX-Current-URL": "\xff"},
    ):
        noor = browser(cast.noor)
        if "Cookie" in headers:
            noor.cookies.clear()
        assert noor.get(ROOM, headers=headers).status_code in (200, 302, 400), headers


def test_words_of_every_kind_stay_words(cast, thursday, noor):
    """What is typed is shown as it was typed, never as something the page does."""
    for words in (
        "<script>alert(1)</script>",
        "{{ settings.SECRET_KEY }} {% now 'Y' %}",
        "[click](javascript:alert(1))",
        "'; DROP TABLE rooms_message; --",
        "%s %(name)s {name} {0}",
        "\u202eright to left override\u202d",
        "👩‍👩‍👧‍👦 " + "a\u0301" * 30 + "\u0301" * 300,
    ):
        assert noor.post(MESSAGES, ticket(words, cover=words[:100])).status_code == 302
    page = noor.get(ROOM).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "\u202e" not in page
    assert Message.objects.count() == 7


def test_reasons_of_measures(cast, thursday):
    hana, message = browser(cast.hana), say(cast.noor, thursday, "Words")
    good = {"clause": because()["clause"].pk, "reason": "A reason", "note": "a note"}
    for odd in ({"reason": "a \x00 b"}, {"reason": "x" * 700}, {"clause": 2**64}, {"clause": "\x00"}, {"note": "\x00"}):
        response = hana.post(f"{MESSAGES}{message.pk}/cover/", good | odd)
        assert response.status_code == 422, odd
    message.refresh_from_db()
    assert message.cover == ""


def test_bringing_in_nobody(cast, thursday):
    hana = browser(cast.hana)
    for name in ("", "\x00", "x" * 1000, "\u200b", "noor\x00", "%", "'"):
        assert hana.post(f"{ROOM}people/", {"username": name}).status_code == 422, name
