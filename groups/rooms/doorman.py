"""Who may open the feed of a room: exact origin, a good sign-in and a live membership, many at a time in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from groups.rooms import newsreading
from groups.rooms.models import Membership
from hub.members.models import Member
from hub.members.sessions import SessionStore
from hub.visitor import supported

BIGGEST = 2**63 - 1


@dataclass(frozen=True)
class Knock:
    session_key: str
    slug: str
    language: str  # what the browser's cookie says; may be empty or unknown


@dataclass(frozen=True)
class Admitted:
    room_id: int
    doors_revision: int
    member_id: int
    language: str
    audience: str


def header(scope: dict[str, Any], name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin1"))
    return ""


def comes_from_here(scope: dict[str, Any]) -> bool:
    """Exact scheme, host and port. A missing origin, `null` and the same host on another port are elsewhere."""
    origin = header(scope, b"origin")
    if settings.HUB_ORIGINS:
        return origin in settings.HUB_ORIGINS
    scheme, _, place = origin.partition("://")
    schemes = ("https",) if settings.HUB_HTTPS else ("http", "https")
    host = header(scope, b"host")
    domain, _ = split_domain_port(host)
    return place == host and scheme in schemes and bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def cookies(scope: dict[str, Any]) -> dict[str, str]:
    """As pages read them. The standard library's reader would drop them all for one odd cookie of another program."""
    return parse_cookie(header(scope, b"cookie"))


def after(scope: dict[str, Any]) -> int | None:
    """The revision the reader has; None when it is not a number. Beyond the end is the end."""
    values = parse_qs(scope.get("query_string", b"").decode("latin1")).get("after", ["0"])
    return whole_number(values[-1])


def whole_number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    return min(int(text), BIGGEST) if len(text) <= 19 else BIGGEST


def admit(knocks: Sequence[Knock]) -> list[Admitted | None]:
    """One query for sign-in, member, membership and room of everyone who knocks together, answered in their order.

    None is a closed door, whatever the reason.
    """
    now = timezone.now()
    rows = (
        Membership.objects.live()
        .filter(
            room__slug__in={knock.slug for knock in knocks},
            member__is_active=True,
            member__sign_ins__session_key__in={knock.session_key for knock in knocks if _is_key(knock.session_key)},
            member__sign_ins__expire_date__gt=now,
        )
        .values_list(
            "member__sign_ins__session_key",
            "room__slug",
            "room_id",
            "room__doors_revision",
            "member_id",
            "member__language",
            "part",
            "member__password",
            "member__sign_ins__session_data",
        )
    )
    found = {(row[0], row[1]): row[2:] for row in rows}
    return [_admitted(found.get((knock.session_key, knock.slug)), knock) for knock in knocks]


def _is_key(said: str) -> bool:
    """Whether it can be a sign-in at all. One that no database can look for would refuse all who knock with it."""
    return said.isascii() and said.isalnum()


def _admitted(row: tuple[Any, ...] | None, knock: Knock) -> Admitted | None:
    if row is None:
        return None
    room_id, doors_revision, member_id, language, part, password, data = row
    if not _signed_in(data, password):
        return None
    audience = newsreading.PARTICIPANT
    if part == Membership.Part.FACILITATOR:
        audience = newsreading.audiences(room_id, {member_id}).get(member_id, audience)
    chosen = supported(knock.language) or supported(language) or settings.LANGUAGE_CODE
    return Admitted(room_id, doors_revision, member_id, chosen, audience)


def _signed_in(data: str, password: str) -> bool:
    """The sign-in belongs to the present password, as it must for pages."""
    carried = SessionStore().decode(data).get(HASH_SESSION_KEY, "")
    return constant_time_compare(carried, Member(password=password).get_session_auth_hash())
