"""Pages for when something did not work: what happened, what to do now, and help. No session, no database.

The words for each kind are in hub.errorwords. Views that can explain more make their own answer; this is for the rest.
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.http import escape_leading_slashes

from hub.errorwords import GROWN_OLD, GROWN_OLD_WITH_WORDS, Words, words_for
from hub.visitor import visitor
from hub.written import Written, page_before, written
from moderation.crisis.reading import help_for

logger = logging.getLogger("hub.errors")

ERROR = 400
BROKEN = 500
LONGEST_SENTENCE = 400
FOREIGN = ("Origin checking", "Referer checking")  # how Django begins when a form came from another site
# Two words and a number: easy to read out to somebody, and to find in the log.
COLOURS = ("amber", "blue", "coral", "green", "grey", "lime", "plum", "rust", "sand", "teal")
THINGS = ("arch", "bridge", "door", "ferry", "gate", "hall", "lamp", "path", "roof", "stair")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that grew old shows what was written in it, to copy. What another site sent is shown to nobody."""
    if reason.startswith(FOREIGN):
        return page(request, 403, words=GROWN_OLD, state="stale")
    wrote = written(request)
    words = GROWN_OLD_WITH_WORDS if wrote else GROWN_OLD
    return page(request, 403, words=words, state="stale", wrote=wrote, before=page_before(request))


def method_not_allowed(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    response = page(request, 405)
    response.headers["Allow"] = ", ".join(allowed)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. The exception under way says whether it is us or a database that has gone."""
    return broken(request, sys.exc_info()[1])


def broken(request: HttpRequest, exception: BaseException | None) -> HttpResponse:
    """503 when the database cannot be reached, else 500, with a reference that is in the log as well."""
    gone = isinstance(exception, OperationalError | InterfaceError)
    reference = f"{secrets.choice(COLOURS)}-{secrets.choice(THINGS)}-{secrets.randbelow(90) + 10}"
    logger.error("Reference %s: %s", reference, type(exception).__name__)
    response = page(request, 503 if gone else 500, reference=reference)
    if gone:
        response.headers["Retry-After"] = "30"
    return response


def not_storable(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """An answer for input that no database can hold, which is not our mistake; None for every other exception."""
    if not _cannot_be_stored(exception):
        return None
    logger.warning("Input that no database can hold: %s", type(exception).__name__)
    return page(request, 400)


def _cannot_be_stored(exception: Exception) -> bool:
    """NUL, halves of characters, and numbers beyond what the databases count to."""
    if isinstance(exception, UnicodeEncodeError | DataError):
        return True
    said = str(exception)
    return (isinstance(exception, ValueError) and "NUL" in said) or (
        isinstance(exception, OverflowError) and "SQLite" in said
    )


def in_words(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Error answers that hold no page of their own get one; everything else is left as it is."""
    if response.status_code < ERROR or not isinstance(response, HttpResponse) or response.streaming:
        return response
    if not response.headers.get("Content-Type", "").startswith("text/html") or b"<" in response.content:
        return response
    said = response.content.decode(response.charset, "replace").strip()
    dressed = page(request, response.status_code, say=said if len(said) <= LONGEST_SENTENCE else "")
    dressed.cookies = response.cookies
    for name in response.headers.keys() - {"Content-Type", "Content-Length"}:
        dressed.headers[name] = response.headers[name]
    return dressed


def page(
    request: HttpRequest,
    status: int,
    *,
    say: str = "",
    words: Words | None = None,
    reference: str = "",
    state: str = "",
    wrote: Sequence[Written] = (),
    before: str = "",
) -> HttpResponse:
    """The calm page, or `{"say": ...}` for programs that ask for JSON. Never raises: there is a last resort.

    `state` tells programs why; `wrote` is shown to copy; `before` is the page to load again.
    """
    reader = visitor(request)
    words = words or words_for(status)
    with translation.override(reader.language):
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            return _kept_by_nobody(JsonResponse(_as_json(say or str(words.title), state), status=status))
        try:
            country = reader.country
            context: dict[str, Any] = {
                "language": reader.language,
                "bidi": translation.get_language_bidi(),
                "display": dict(reader.display),
                "status": status,
                "words": words,
                "say": say,
                "is_ours": status >= BROKEN,
                "again": escape_leading_slashes(request.get_full_path()) if request.method in ("GET", "HEAD") else "",
                "reference": reference,
                "written": wrote,
                "before": before,
                "now": timezone.now(),
                "help": help_for(country=country, wanted=reader.language, language=reader.language),
            }
            html: str = render_to_string("errors/error.html", context)
        except Exception:
            logger.exception("The error page could not be made.")
            html = _last_resort(str(words.title), reader.language)
    return _kept_by_nobody(HttpResponse(html, status=status))


def _as_json(say: str, state: str) -> dict[str, str]:
    return {"state": state, "say": say} if state else {"say": say}


def _kept_by_nobody[R: HttpResponse](response: R) -> R:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return response


def _last_resort(title: str, language: str) -> str:
    """A page made of nothing but these lines."""
    direction = "rtl" if translation.get_language_bidi() else "ltr"
    return (
        f'<!doctype html><html lang="{escape(language)}" dir="{direction}"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1>"
        f'<p><a href="/help/">{escape(translation.pgettext("error", "Get help now"))}</a></p>'
        f'<p><a href="{escape(settings.HUB_LEAVE_URL)}" rel="noreferrer">'
        f"{escape(translation.pgettext('error', 'Leave this site quickly'))}</a></p></html>"
    )
