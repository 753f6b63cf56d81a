"""What somebody wrote in a form that could not be taken: shown back to copy, and never acted upon.

Only for requests that came from a page of ours; nobody else may put words onto one.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.http import escape_leading_slashes
from django.utils.translation import pgettext_lazy

WORDS = pgettext_lazy("error", "Your words, to copy and keep")
NOTE = pgettext_lazy("error", "Your content note, to copy and keep")
REASON = pgettext_lazy("error", "Your reason, to copy and keep")
# No other field is ever shown back: what is typed elsewhere is short, or a password.
FIELDS = {"body": WORDS, "cover": NOTE, "note": NOTE, "reason": REASON, "about": WORDS}


class Written(NamedTuple):
    label: str | Promise
    text: str


def written(request: HttpRequest) -> list[Written]:
    typed = ((label, request.POST.get(name, "").strip("\r\n")) for name, label in FIELDS.items())
    return [Written(label, text) for label, text in typed if text.strip()]


def page_before(request: HttpRequest) -> str:
    """The address on this hub that the form was on, as far as the browser says, or ""."""
    try:
        said = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if not said.path or said.netloc != request.get_host():
        return ""
    return escape_leading_slashes(said.path + (f"?{said.query}" if said.query else ""))
