"""The first middleware: help, the way out and every error page, without session, database or Redis.

It stands outside everything that can break. What it says is in moderation.crisis and hub.errors; how a reader is known
without a session is in hub.visitor. Plain and sync, like the whole chain.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase

from hub import errors, health, leaving
from hub.headers import SafeHeaders
from moderation.crisis.views import help_now

type View = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger("hub.outermost")

# Addresses answered here, before anything that could be broken. hub.urls names the same views, for links.
OWN: Mapping[str, View] = {
    "/help/": help_now,
    "/help": help_now,
    "/leave/": leaving.leave,
    "/leave": leaving.leave,
    "/healthz": health.healthz,
    "/readyz": health.readyz,
}


class Outermost:
    def __init__(self, get_response: View) -> None:
        self.get_response = get_response
        self.safe_headers = SafeHeaders()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Always an answer in words, whatever happens inside."""
        try:
            response = self._answer(request)
        except SuspiciousOperation:
            response = errors.bad_request(request)
        except Exception as exception:
            logger.exception("An answer could not be made.")
            response = errors.broken(request, exception)
        return self.safe_headers.add(request, errors.in_words(request, response))

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if has_nul(request):
            return errors.bad_request(request)
        own = OWN.get(request.path_info)
        if own is None:
            return self.get_response(request)
        return self.safe_headers.to_https(request) or own(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """What nobody inside caught: input that no database can hold is the sender's mistake, not ours."""
        return errors.not_storable(request, exception)


def has_nul(request: HttpRequest) -> bool:
    """PostgreSQL refuses NUL and SQLite keeps it: a request with one is refused before either sees it.

    Cookies too: a quoted one can spell it in octal. What forms send is read by the forms, which keep the draft.
    """
    query = request.META.get("QUERY_STRING", "")
    said = (request.path_info, query, *request.COOKIES.values())
    return "%00" in query or any("\x00" in text for text in said)
