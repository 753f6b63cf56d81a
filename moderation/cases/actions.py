"""Recording what was done. The effect and its record are one step: call this in the transaction of the effect."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import pgettext

from hub.members.models import Member
from hub.permissions import Refused
from moderation.cases.models import Action
from moderation.conduct.models import Clause


def record(
    *,
    kind: str,
    by: Member,
    place: tuple[str, int],
    about: Member | None = None,
    thing: tuple[str, int] | None = None,
    clause: Clause | None = None,
    reason: str = "",
    until: datetime | None = None,
) -> Action:
    """Write the Action of a measure. Raises Refused where a clause or a reason is missing.

    `place` and `thing` are (kind, id), such as ("room", 12) and ("message", 407).
    """
    assert connection.in_atomic_block, "an effect and its record are one step"
    if kind in Action.NEEDS_CLAUSE and (clause is None or not reason.strip()):
        raise Refused(
            pgettext(
                "refusal", "Say which part of our code this is about and why, so that the person can understand it."
            ),
            state="refused",
        )
    thing_kind, thing_id = thing or ("", None)
    return Action.objects.create(
        kind=kind,
        by=by,
        about=about,
        clause=clause,
        reason=reason.strip(),
        place_kind=place[0],
        place_id=place[1],
        thing_kind=thing_kind,
        thing_id=thing_id,
        until=until,
    )
