"""Days and times as people say them, for readers without scripts; `local-time.js` says the same in their own zone."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.translation import get_language

register = template.Library()

# (day, time of day). Django's own formats for these languages are written for forms and tables.
FORMATS = {"en": ("j F Y", "g:i a"), "es": (r"j \d\e F \d\e Y", "H:i"), "ar": ("j F Y", "g:i a")}


@register.filter
def day(moment: datetime) -> str:
    """4 May 2026."""
    return _said(moment, _formats()[0])


@register.filter
def clock(moment: datetime) -> str:
    """7:03 pm, in the hub's own time zone."""
    return _said(moment, _formats()[1])


@register.filter
def day_and_clock(moment: datetime) -> str:
    """4 May 2026, 7:03 pm."""
    comma = "، " if get_language() == "ar" else ", "
    return comma.join((day(moment), clock(moment)))


def _formats() -> tuple[str, str]:
    return FORMATS.get((get_language() or "en").split("-")[0], FORMATS["en"])


def _said(moment: datetime, how: str) -> str:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return formatted(moment, how).replace("a.m.", "am").replace("p.m.", "pm")
