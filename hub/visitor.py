"""What a request says about its reader without any session: language, country and how they like pages to look.

Help, the way out and the error pages know their reader only through this. What a member chose for their account
belongs in accessibility.preferences, which also writes these cookies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

COUNTRY_COOKIE = "hub_country"
DISPLAY_COOKIE = "hub_display"
# The attributes of <html>, and the only values that may reach it.
DISPLAY: Mapping[str, frozenset[str]] = {
    "theme": frozenset({"light", "dark"}),
    "contrast": frozenset({"more"}),
    "text": frozenset({"large", "larger", "largest"}),
    "motion": frozenset({"less"}),
    "layout": frozenset({"simple"}),
    "pictures": frozenset({"off"}),
    "reading": frozenset({"on"}),
}


@dataclass(frozen=True)
class Visitor:
    language: str  # one of settings.LANGUAGES
    country: str  # two capitals; not checked against any list
    display: tuple[tuple[str, str], ...]


def visitor(request: HttpRequest) -> Visitor:
    """Never raises and never touches a session, whatever the headers hold."""
    return Visitor(language=language_of(request), country=country_of(request), display=display_of(request))


def language_of(request: HttpRequest) -> str:
    """What the middleware inside has settled on, else the cookie, else Accept-Language, else the hub's own."""
    settled = getattr(request, "LANGUAGE_CODE", None)
    return supported(settled) or translation.get_language_from_request(request)


def supported(code: str | None) -> str:
    """The hub's language nearest to this code, or ""."""
    try:
        return translation.get_supported_language_variant(code) if code else ""
    except LookupError:
        return ""


def country_of(request: HttpRequest) -> str:
    said = request.COOKIES.get(COUNTRY_COOKIE, "").upper()
    if _is_code(said):
        return said
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        regions = [part.upper() for part in tag.split("-")[1:] if _is_code(part)]
        if regions:
            return regions[0]
    return settings.HUB_COUNTRY


def display_of(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """Pairs such as ("theme", "dark") from the cookie; whatever is not on the list is left out."""
    try:
        pairs = dict(parse_qsl(request.COOKIES.get(DISPLAY_COOKIE, ""), max_num_fields=20))
    except ValueError:
        return ()
    if request.headers.get("Save-Data", "").lower() == "on":
        pairs.setdefault("pictures", "off")
    return tuple((name, pairs[name]) for name, values in DISPLAY.items() if pairs.get(name) in values)


def display(request: HttpRequest) -> dict[str, dict[str, str]]:
    """For templates: how this reader likes pages to look, as attributes of <html>."""
    return {"display": dict(display_of(request))}


def _is_code(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha()
