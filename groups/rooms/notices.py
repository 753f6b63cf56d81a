"""What people are told about their words and their place in a room: privately, in their language, without scolding."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, pgettext

from hub import events
from hub.notifications.kinds import Words, kind
from hub.templatetags.times import day_and_clock
from moderation.conduct.code import shown_clause

type Params = dict[str, Any]


@kind(events.MESSAGE_HELD)
def held(params: Params) -> Words:
    return Words(
        pgettext("notice", "Your message is with the people who lead the room"),
        (
            pgettext(
                "notice", "It is not deleted. In {room} new words are read by a facilitator first at the moment."
            ).format(room=params["room"]),
            pgettext("notice", "You can change it or take it back while it waits."),
        ),
        way_on=pgettext("notice", "Go to the room"),
    )


@kind(events.MESSAGE_APPROVED)
def approved(params: Params) -> Words:
    sentence = pgettext("notice", "Your message is in {room} now, where everyone there can read it.")
    return Words(
        pgettext("notice", "Your message was let through"),
        (sentence.format(room=params["room"]),),
        way_on=pgettext("notice", "Go to the room"),
    )


@kind(events.MESSAGE_RETURNED)
def returned(params: Params) -> Words:
    return Words(
        pgettext("notice", "Your message came back to you"),
        (
            _about(params),
            pgettext(
                "notice", "Nobody else in the room has seen it. You can reword it and send it again, or leave it."
            ),
        ),
        quote=params["reason"],
        way_on=pgettext("notice", "See your words and reword them"),
    )


@kind(events.MESSAGE_COVERED)
def covered(params: Params) -> Words:
    return Words(
        pgettext("notice", "A facilitator put a cover in front of your message"),
        (
            _about(params),
            pgettext("notice", "Your words are still there. Everyone chooses for themselves whether to open them."),
        ),
        quote=params["reason"],
        way_on=pgettext("notice", "See your message"),
    )


@kind(events.MESSAGE_REMOVED)
def removed(params: Params) -> Words:
    return Words(
        pgettext("notice", "A facilitator took your message out of the room"),
        (
            _about(params),
            pgettext("notice", "Your words are kept for you to read. You can say it another way in the room."),
            _anyone(),
        ),
        quote=params["reason"],
        way_on=pgettext("notice", "See your words"),
    )


@kind(events.MEMBER_MUTED)
def muted(params: Params) -> Words:
    until = parse_datetime(params["until"])
    when = day_and_clock(until) if until else ""
    return Words(
        pgettext("notice", "A facilitator asks you to read along for a while"),
        (
            _about(params),
            pgettext("notice", "You can read everything. You can write again from {when}; it ends by itself.").format(
                when=when
            ),
            _anyone(),
        ),
        quote=params["reason"],
        way_on=pgettext("notice", "Go to the room"),
    )


@kind(events.MEMBERSHIP_ENDED)
def ended(params: Params) -> Words:
    sentence = pgettext(
        "notice", "You can no longer go into {room}. Your account and your other rooms are as they were."
    )
    return Words(
        pgettext("notice", "Your place in a room has ended"),
        (_about(params), sentence.format(room=params["room"]), _anyone()),
        quote=params["reason"],
        way_on=pgettext("notice", "Find somebody to talk to now"),
    )


def _about(params: Params) -> str:
    """Where it was, and which clause it is about, in the reader's language."""
    clause = shown_clause(params["clause"], get_language() or "en")
    sentence = pgettext("notice", "It was in {room}, and it is about clause {number} of our code: {title}.")
    return sentence.format(room=params["room"], number=clause.number, title=clause.title)


def _anyone() -> str:
    return pgettext(
        "notice", "If you see it differently, tell any facilitator. You may ask for somebody else to look at it."
    )
