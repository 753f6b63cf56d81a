"""The help page. Works with the database and Redis stopped, so it may use neither, nor the session."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response

from hub.visitor import Visitor, supported, visitor
from moderation.crisis import reading


def help_now(request: HttpRequest) -> HttpResponseBase:
    """Help for a country and a language, from the address, else the reader's cookies and browser. Never empty."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    reader = visitor(request)
    asked = request.GET.get("language", "").lower()
    reader = Visitor(language=supported(asked) or reader.language, country=reader.country, display=reader.display)
    countries = (request.GET.get("country", "").upper(), reader.country, settings.HUB_COUNTRY)
    country = next(filter(reading.is_country, countries), reading.ELSEWHERE)
    html, etag = _made(
        reader.language, country, asked if reading.is_language(asked) else reader.language, reader.display
    )
    response = HttpResponse(
        html,
        headers={
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Vary": "Accept-Language, Cookie",
            "Content-Language": reader.language,
        },
    )
    return get_conditional_response(request, etag=etag, response=response) or response


@lru_cache(maxsize=128)
def _made(language: str, country: str, wanted: str, display: tuple[tuple[str, str], ...]) -> tuple[bytes, str]:
    """The page and its ETag. Nothing in it belongs to one person, so each kind is made once for each process."""
    with translation.override(language):
        html = render_to_string(
            "crisis/help.html",
            {
                "language": language,
                "bidi": translation.get_language_bidi(),
                "display": dict(display),
                "help": reading.help_for(country=country, wanted=wanted, language=language),
                "countries": reading.country_choices(language, country),
                "languages": reading.language_choices(language, wanted),
                "world": reading.WORLD,
            },
        ).encode()
    return html, f'"{sha256(html).hexdigest()}"'
