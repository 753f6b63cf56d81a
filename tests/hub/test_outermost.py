"""Outside everything that can break: words instead of tracebacks, the way out, and headers on every answer."""

import json
import re
import threading

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils import timezone

from hub import errors, health, leaving
from hub.outermost import Outermost

# Most tests here are not marked for the database, so reading one on the way would raise.

OUTSIDE_ONLY = ["hub.outermost.Outermost"]


def view(make):
    def answer(request: HttpRequest) -> HttpResponse:
        made = make(request)
        if isinstance(made, Exception):
            raise made
        return made

    return answer


def reads_session(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.session.get("words", "none"))


urlpatterns = [
    path("fine/", view(lambda request: HttpResponse("<p>Fine</p>"))),
    path("missing/", view(lambda request: Http404("room 12 of noor"))),
    path("denied/", view(lambda request: PermissionDenied("rule room.speak"))),
    path("odd/", view(lambda request: SuspiciousOperation("odd"))),
    path("not-so/", view(lambda request: HttpResponseNotAllowed(["POST"]))),
    path("too-fast/", view(lambda request: HttpResponse(status=429, headers={"Retry-After": "7"}))),
    path("too-big/", view(lambda request: HttpResponse(status=413))),
    path("plain/", view(lambda request: HttpResponse("This room is paused.", status=409))),
    path("own-page/", view(lambda request: HttpResponse("<html><p>My own words</p></html>", status=403))),
    path("own-json/", view(lambda request: JsonResponse({"say": "no"}, status=422))),
    path("mistake/", view(lambda request: ZeroDivisionError("a secret"))),
    path("database/", view(lambda request: OperationalError("could not connect to 10.0.0.7"))),
    path("nul/", view(lambda request: ValueError("A string literal cannot contain NUL (0x00) characters."))),
    path("big/", view(lambda request: OverflowError("Python int too large to convert to SQLite INTEGER"))),
    path("half/", view(lambda request: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"))),
    path("session/", reads_session),
    path("conduct/", include("moderation.conduct.urls")),
]
handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error


def gone(get_response):
    """An inner middleware that needs a database which is not there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        raise OperationalError("could not connect to 10.0.0.7")

    return middleware


pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.fixture
def ended(monkeypatch):
    keys: list[str] = []
    monkeypatch.setattr(leaving, "_end", keys.append)
    yield keys
    leaving._to_end.join()


def is_calm(response, status: int) -> str:
    html = response.content.decode()
    assert response.status_code == status
    assert "tel:999" in html
    assert 'href="/help/"' in html
    assert 'href="/leave/"' in html
    assert html.count("<h1>") == 1
    assert "Traceback" not in html
    assert response.headers["Cache-Control"] == "no-store"
    return html


# --- Errors


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/missing/", 404, "There is no door at this address"),
        ("/nowhere/at/all/", 404, "There is no door at this address"),
        ("/denied/", 403, "This door is not open for you right now"),
        ("/odd/", 400, "We could not read that"),
        ("/not-so/", 405, "This address cannot be opened like that"),
        ("/too-fast/", 429, "That was a lot in a short time"),
        ("/too-big/", 413, "That was too much to send at once"),
        ("/plain/", 409, "This room is paused."),
        ("/nul/", 400, "We could not read that"),
        ("/big/", 400, "We could not read that"),
        ("/half/", 400, "We could not read that"),
        ("/mistake/", 500, "Something broke on our side"),
        ("/database/", 503, "Something broke on our side"),
    ],
)
def test_every_error_is_a_calm_page_with_help(browser, address, status, words):
    html = is_calm(browser.get(address), status)
    assert words in html
    for secret in ("room 12", "rule room", "a secret", "10.0.0.7", "ZeroDivision"):
        assert secret not in html


def test_programs_get_the_sentence_as_json(browser):
    response = browser.get("/plain/", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()) == (409, {"say": "This room is paused."})
    response = browser.get("/nowhere/", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()) == (404, {"say": "There is no door at this address"})
    response = browser.get("/mistake/", headers={"Accept": "application/json"})
    assert (response.status_code, list(response.json())) == (500, ["say"])


def test_what_a_view_said_itself_is_left_as_it_is(browser):
    assert browser.get("/own-page/").content == b"<html><p>My own words</p></html>"
    assert browser.get("/own-json/").json() == {"say": "no"}
    assert browser.get("/fine/").content == b"<p>Fine</p>"


def test_headers_of_a_bare_answer_are_kept_when_it_gets_words(browser):
    assert browser.get("/too-fast/").headers["Retry-After"] == "7"
    assert browser.get("/not-so/").headers["Allow"] == "POST"


def test_error_pages_speak_the_readers_language(browser):
    html = browser.get("/nowhere/", headers={"Accept-Language": "ar-EG"}).content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    assert "tel:123" in html
    assert '<html lang="es"' in browser.get("/mistake/", headers={"Cookie": "hub_language=es"}).content.decode()


@override_settings(MIDDLEWARE=[*OUTSIDE_ONLY, f"{__name__}.gone"])
def test_an_exception_in_a_middleware_inside_becomes_the_calm_page(browser):
    response = browser.get("/fine/")
    html = is_calm(response, 503)
    assert response.headers["Retry-After"] == "30"
    assert "10.0.0.7" not in html
    assert browser.get("/help/").status_code == 200


def test_a_page_that_needs_a_database_which_is_gone_is_calm_and_help_still_works(browser, monkeypatch, ended):
    def refuse(wrapper: BaseDatabaseWrapper) -> None:
        raise OperationalError("could not connect to 10.0.0.7")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "abcdefgh12345678abcdefgh12345678"
    is_calm(browser.get("/session/"), 503)
    for address in ("/help/", "/healthz"):
        assert browser.get(address).status_code == 200
    assert browser.get("/leave/").status_code == 303


def test_an_exception_that_even_django_could_not_answer_becomes_the_calm_page():
    def inside(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("a secret")

    html = is_calm(Outermost(inside)(RequestFactory().get("/fine/")), 500)
    assert "a secret" not in html


def test_without_templates_there_are_still_words_and_both_ways_out(monkeypatch):
    def no_templates(*given: object) -> str:
        raise OSError("disk")

    monkeypatch.setattr(errors, "render_to_string", no_templates)
    response = errors.page(RequestFactory().get("/x/"), 500)
    html = response.content.decode()
    assert response.status_code == 500
    assert "Something broke on our side" in html
    assert 'href="/help/"' in html
    assert settings.HUB_LEAVE_URL in html


def test_the_reference_on_a_broken_page_is_in_the_log(browser, caplog):
    html = browser.get("/mistake/").content.decode()
    said = next(record.getMessage() for record in caplog.records if record.name == "hub.errors")
    reference = said.removeprefix("Reference ").removesuffix(": ZeroDivisionError")
    assert reference in html
    assert "a secret" not in said


def test_try_again_leads_to_the_same_page_on_this_host_and_never_repeats_a_form(browser):
    assert 'href="/mistake/?a=1&amp;b=2"' in browser.get("/mistake/?a=1&b=2").content.decode()
    elsewhere = RequestFactory().get("/x/")
    elsewhere.path = "//elsewhere.example/"
    assert 'href="//elsewhere' not in errors.broken(elsewhere, None).content.decode()
    assert "Try again" not in browser.post("/mistake/").content.decode()


def test_a_form_that_grew_old_says_how_to_keep_the_words():
    client = Client(enforce_csrf_checks=True)
    html = client.post("/fine/", {"username": "amal"}).content.decode()
    assert "This page was open for a long time" in html
    assert "copy what you wrote" in html


def old_form(form, **headers):
    return Client(enforce_csrf_checks=True).post("/fine/", form, headers=headers)


def test_what_was_written_in_a_form_that_grew_old_is_there_to_copy():
    form = {"body": "tea & <cake>", "cover": "a note", "reason": "Because", "password": "a secret", "name": "Amal"}
    response = old_form(form, referer="http://testserver/rooms/x/?before=2")
    html = response.content.decode()
    assert response.status_code == 403
    for text in ("tea &amp; &lt;cake&gt;", "a note", "Because"):
        assert re.search(rf'<textarea [^>]*dir="auto" readonly>{re.escape(text)}</textarea>', html), text
    assert ("a secret" in html, "Amal" in html) == (False, False)
    assert "What you wrote is below." in html
    assert 'href="/rooms/x/?before=2"' in html


@pytest.mark.parametrize("referer", ["", "http://elsewhere.example/x/", "//[", "http://testserver//elsewhere.example/"])
def test_the_way_back_from_a_form_that_grew_old_stays_on_this_hub(referer):
    html = old_form({"body": "tea"}, referer=referer).content.decode()
    assert ("tea</textarea>" in html, '="//elsewhere' in html, '="http://elsewhere' in html) == (True, False, False)


def test_what_another_site_sends_is_shown_to_nobody():
    response = old_form({"body": "Call this number"}, origin="https://elsewhere.example")
    assert (response.status_code, "Call this number" in response.content.decode()) == (403, False)


def test_programs_are_told_that_the_form_grew_old():
    response = old_form({"body": "tea"}, accept="application/json")
    assert (response.status_code, response.json()["state"]) == (403, "stale")
    assert response.json()["say"] == "This page was open for a long time"


# --- NUL


@pytest.mark.parametrize(
    "address", ["/fine/?after=%00", "/fine/?a=1&b=x%00y", "/fi%00ne/", "/help/?country=%00", "/%00"]
)
def test_nul_in_an_address_is_refused_before_anything_sees_it(browser, address):
    is_calm(browser.get(address), 400)


def test_nul_spelled_in_a_cookie_is_refused(browser):
    cookie = f'{settings.SESSION_COOKIE_NAME}="abcdefgh\\000ijkl"'
    is_calm(browser.get("/session/", headers={"Cookie": cookie}), 400)


def test_the_letters_of_nul_are_only_letters(browser):
    assert browser.get("/fine/?after=%2500").status_code == 200


# --- The way out


def test_leaving_ends_what_the_browser_holds_and_goes_somewhere_ordinary(browser, ended):
    session = "abcdefgh12345678abcdefgh12345678"
    browser.cookies[settings.SESSION_COOKIE_NAME] = session
    response = browser.get("/leave/")
    assert response.status_code == 303
    assert response.headers["Location"] == settings.HUB_LEAVE_URL
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.content == b""
    for name in (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        "hub_display",
        "hub_country",
    ):
        assert response.cookies[name]["max-age"] == 0
    leaving._to_end.join()
    assert ended == [session]


@override_settings(SESSION_COOKIE_NAME="__Host-session")
def test_a_cookie_bound_to_the_host_is_ended_as_the_browser_demands(browser, ended):
    assert browser.get("/leave/").cookies["__Host-session"]["secure"] is True


def test_leaving_does_not_wait_for_the_database(browser, monkeypatch):
    release = threading.Event()
    started = threading.Event()

    def slow(session_key: str) -> None:
        started.set()
        assert release.wait(10)

    monkeypatch.setattr(leaving, "_end", slow)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "abcdefgh12345678"
    assert browser.get("/leave/").status_code == 303
    assert started.wait(10)
    release.set()
    leaving._to_end.join()


def test_leaving_outlives_a_failure_behind_it(browser, monkeypatch):
    keys: list[str] = []

    def fails_once(session_key: str) -> None:
        keys.append(session_key)
        if len(keys) == 1:
            raise OperationalError("gone")

    monkeypatch.setattr(leaving, "_end", fails_once)
    for key in ("abcdefgh00000001", "abcdefgh00000002"):
        browser.cookies[settings.SESSION_COOKIE_NAME] = key
        assert browser.get("/leave/").status_code == 303
    leaving._to_end.join()
    assert keys == ["abcdefgh00000001", "abcdefgh00000002"]


@pytest.mark.parametrize("cookie", ["", "a b", "../../etc", "é" * 32, "a" * 65])
def test_what_is_no_session_is_not_looked_for(ended, cookie):
    leaving.end_soon(cookie)
    leaving._to_end.join()
    assert ended == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_a_browser_looking_ahead_and_a_picture_elsewhere_do_not_sign_anybody_out(browser, ended, headers):
    browser.cookies[settings.SESSION_COOKIE_NAME] = "abcdefgh12345678"
    response = browser.get("/leave/", headers=headers)
    assert response.status_code == 403
    assert "Clear-Site-Data" not in response.headers
    assert not response.cookies
    leaving._to_end.join()
    assert ended == []
    assert browser.get("/leave/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_leaving_is_a_link_and_not_a_form(browser):
    assert browser.post("/leave/").status_code == 405


# --- Headers


@pytest.mark.parametrize(
    "address", ["/help/", "/leave/", "/fine/", "/nowhere/", "/mistake/", "/own-json/", "/healthz", "/x%00"]
)
def test_every_answer_carries_the_safe_headers(browser, address):
    headers = browser.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == ("no-referrer" if address == "/leave/" else "same-origin")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


HTTPS = {"SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 31536000, "SECURE_REDIRECT_EXEMPT": ["^healthz$"]}


@override_settings(**HTTPS)
def test_behind_https_every_answer_says_to_stay_there(browser):
    for address in ("/help/", "/leave/", "/fine/", "/nowhere/"):
        assert "max-age=31536000" in browser.get(address, secure=True).headers["Strict-Transport-Security"]


@override_settings(**HTTPS)
def test_help_over_http_is_sent_to_https_and_health_is_answered(browser):
    response = browser.get("/help/?country=NZ")
    assert (response.status_code, response.headers["Location"]) == (301, "https://testserver/help/?country=NZ")
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/help/", headers={"Host": "elsewhere.example"}).status_code == 400


# --- Health


def test_healthz_asks_nothing_of_anything_else(browser):
    response = browser.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "process": True})


@pytest.mark.django_db
def test_readyz_holds_when_everything_does(browser, monkeypatch):
    monkeypatch.setattr(health.heartbeat, "latest", lambda: timezone.now() - health.OLDEST_HEARTBEAT / 2)
    monkeypatch.setattr("hub.bus.is_reachable", lambda: True)
    response = browser.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)
    assert set(response.json()) == {"ready", "database", "migrations", "redis", "worker"}


@pytest.mark.django_db
@pytest.mark.parametrize("age", [None, 2])
def test_readyz_misses_a_worker_that_never_was_or_is_silent(browser, monkeypatch, age):
    latest = None if age is None else timezone.now() - health.OLDEST_HEARTBEAT * age
    monkeypatch.setattr(health.heartbeat, "latest", lambda: latest)
    response = browser.get("/readyz")
    assert (response.status_code, response.json()["worker"], response.json()["database"]) == (503, False, True)


@pytest.mark.django_db
def test_readyz_misses_a_migration_that_was_not_applied(browser, monkeypatch):
    monkeypatch.setattr(health, "_written", lambda: frozenset({("conduct", "9999_later")}))
    assert browser.get("/readyz").json()["migrations"] is False


def test_readyz_without_a_database_is_an_answer_and_waits_for_it_once(browser, monkeypatch):
    waits: list[str] = []

    def refuse(wrapper: BaseDatabaseWrapper) -> None:
        waits.append("waited")
        raise OperationalError("could not connect to 10.0.0.7")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    monkeypatch.setattr("hub.bus.is_reachable", lambda: True)
    response = browser.get("/readyz")
    told = json.dumps(response.json())
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": False,
        "migrations": False,
        "redis": True,
        "worker": False,
    }
    assert waits == ["waited"]
    assert "Error" not in told
    assert "/" not in told
