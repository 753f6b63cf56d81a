"""What the error pages say, one entry a kind. When which is shown belongs in errors.py."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

type Sentence = str | Promise


class Words(NamedTuple):
    title: Sentence
    lead: Sentence
    more: Sentence = ""
    glass: str = "sky"
    pattern: str = "arcade"


GROWN_OLD = Words(
    title=pgettext_lazy("error", "This page was open for a long time"),
    lead=pgettext_lazy(
        "error", "For your safety a form stops working after a while, or when you sign in again elsewhere."
    ),
    more=pgettext_lazy(
        "error",
        "Go back one page, copy what you wrote, load the page again and send it from there. "
        "If it keeps happening, allow this site to keep cookies.",
    ),
)

GROWN_OLD_WITH_WORDS = GROWN_OLD._replace(
    more=pgettext_lazy(
        "error",
        "What you wrote is below. Copy it, load the page again and send it from there. "
        "If it keeps happening, allow this site to keep cookies.",
    )
)

BROKEN = Words(
    title=pgettext_lazy("error", "Something broke on our side"),
    lead=pgettext_lazy(
        "error",
        "It wasn’t you. It is written down for the people who look after this place, "
        "and the page usually works again within minutes.",
    ),
    more=pgettext_lazy(
        "error",
        "If you were writing: what had already been sent is safe. "
        "Go back one page, and your words are most likely still in the box.",
    ),
    glass="dusk",
    pattern="moon",
)

NOT_READ = Words(
    title=pgettext_lazy("error", "We could not read that"),
    lead=pgettext_lazy("error", "Something in the address or in the form was broken on the way here."),
    more=pgettext_lazy("error", "Go back one page, and your words are most likely still in the box."),
)

BY_STATUS = {
    403: Words(
        title=pgettext_lazy("error", "This door is not open for you right now"),
        lead=pgettext_lazy("error", "It is for the people who belong there. You did nothing wrong."),
        more=pgettext_lazy("error", "If you think it should be open, ask somebody who looks after this place."),
    ),
    404: Words(
        title=pgettext_lazy("error", "There is no door at this address"),
        lead=pgettext_lazy(
            "error",
            "The page may have moved, or it was only for some people, or a letter got lost on the way. "
            "You did nothing wrong.",
        ),
    ),
    405: Words(
        title=pgettext_lazy("error", "This address cannot be opened like that"),
        lead=pgettext_lazy("error", "It belongs to a button on another page. Go back one page and press it there."),
    ),
    413: Words(
        title=pgettext_lazy("error", "That was too much to send at once"),
        lead=pgettext_lazy(
            "error", "Go back one page, and send it in smaller parts. Your words are most likely still there."
        ),
    ),
    429: Words(
        title=pgettext_lazy("error", "That was a lot in a short time"),
        lead=pgettext_lazy("error", "Wait a minute or two, then try again. Nothing that was sent is lost."),
    ),
}


def words_for(status: int) -> Words:
    if status >= 500:
        return BROKEN
    return BY_STATUS.get(status, NOT_READ)
