"""How often is too often: every limit by name with its numbers, counted in the database so that it outlives Redis.

One line where something is done: `ratelimits.take("message.post", author.pk)`. What may be done at all is not decided
here, that is `permissions`. A limit slows down; it never locks anybody out of an account.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import npgettext, pgettext, pgettext_lazy

from hub.models import RateWindow

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000  # microseconds
BATCH = 200


@dataclass(frozen=True)
class Limit:
    """`times` in a stretch of `per`, for each set of keys: never more when steady, never twice as many in a burst."""

    times: int
    per: timedelta
    sentence: str | Promise


_WRITING = pgettext_lazy("limits", "You are writing faster than the room can read.")
_SIGNING_IN = pgettext_lazy("limits", "There were many tries to sign in. To keep the account safe, we wait a little.")

LIMITS = {
    "message.post": Limit(60, timedelta(minutes=1), _WRITING),  # keys: member
    "edit": Limit(30, timedelta(minutes=1), pgettext_lazy("limits", "You are changing things very quickly.")),  # member
    # A name alone has no limit: whatever its size, anybody could keep a person they know from signing in.
    "sign_in.name_from_address": Limit(10, timedelta(minutes=10), _SIGNING_IN),  # name, address
    "sign_in.address": Limit(60, timedelta(minutes=10), _SIGNING_IN),  # address
    "join": Limit(
        20,
        timedelta(minutes=10),
        pgettext_lazy("limits", "Many people are opening invitations from where you are."),
    ),  # address
    "invite": Limit(
        20, timedelta(hours=1), pgettext_lazy("limits", "You made many invitations in a short time.")
    ),  # member
}


class TooMany(Exception):
    """Over a limit. `retry_after` is seconds, for programs; `sentence` is for the person and never counts seconds."""

    def __init__(self, limit: Limit, retry_after: int) -> None:
        self.retry_after = retry_after
        self.sentence = f"{limit.sentence} {_try_again(retry_after)}"
        super().__init__(self.sentence)


def take(name: str, *keys: str | int, now: datetime | None = None) -> None:
    """Count one more, or raise TooMany. An unknown name is a mistake in the code: KeyError.

    Two queries, exact however many do it at once. What was refused is not counted, so that waiting always helps.
    Inside a transaction the count is kept only if the transaction is: what must count even when it fails, as a wrong
    password does, is taken before and outside.
    """
    limit = LIMITS[name]
    now = now or timezone.now()
    key, start = _key(name, *keys), _window(limit, now)
    rows = RateWindow.objects.filter(key_hash=key, window_start__in=[start - limit.per, start])
    counts = dict(rows.values_list("window_start", "count"))
    before = counts.get(start - limit.per, 0)
    room = limit.times - _carried(limit, before, now - start)
    if counts.get(start, 0) >= room or not _count(key, start, room):
        # Somebody else may have taken the last place since we looked.
        raise TooMany(limit, _wait(limit, before, max(counts.get(start, 0), room), now - start))


def give_back(name: str, *keys: str | int, now: datetime | None = None) -> None:
    """Uncount one that turned out to be none of what is limited, such as a right password among the tries."""
    start = _window(LIMITS[name], now or timezone.now())
    RateWindow.objects.filter(key_hash=_key(name, *keys), window_start=start, count__gt=0).update(count=F("count") - 1)


def address_of(request: HttpRequest) -> str:
    """The network a request came from: /24 or /48, enough to slow a flood and too little to find a person.

    Behind HUB_TRUSTED_PROXIES proxies, the address the outermost of them saw. With none, what a visitor writes into
    X-Forwarded-For is not looked at.
    """
    nearest = request.META.get("REMOTE_ADDR", "")
    proxies = settings.HUB_TRUSTED_PROXIES
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    chain = [*(part for part in said if part.strip()), nearest]
    return _network(chain[max(len(chain) - 1 - proxies, 0)]) or _network(nearest) or "unknown"


def forget_old(now: datetime) -> int:
    """Delete the windows no limit looks at any more, in short transactions. Returns how many."""
    oldest = now - 2 * max(limit.per for limit in LIMITS.values())
    forgotten = 0
    while True:
        with transaction.atomic():
            old = list(RateWindow.objects.filter(window_start__lt=oldest).values_list("pk", flat=True)[:BATCH])
            forgotten += RateWindow.objects.filter(pk__in=old).delete()[0]
        if len(old) < BATCH:
            return forgotten


def _key(name: str, *keys: str | int) -> str:
    # The key is secret: without it, nobody can try all names or addresses against the table.
    return salted_hmac("hub.ratelimits", json.dumps([name, *keys]), algorithm="sha256").hexdigest()


def _window(limit: Limit, now: datetime) -> datetime:
    """When the stretch began that `now` is in. Everybody's begin at the same moments."""
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    return now - (now - epoch) % limit.per


def _carried(limit: Limit, before: int, elapsed: timedelta) -> int:
    """How many of the previous stretch still count: its share that lies less than `per` ago, rounded up."""
    return -(-before * ((limit.per - elapsed) // MICROSECOND) // (limit.per // MICROSECOND))


def _count(key: str, start: datetime, room: int) -> bool:
    """Add one while there is room for it; False when there is not. One statement, so two at once cannot both pass."""
    table = RateWindow._meta
    begun = table.get_field("window_start").get_db_prep_value(start, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table.db_table} AS held (key_hash, window_start, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (key_hash, window_start) DO UPDATE SET count = held.count + 1 WHERE held.count < %s "
            "RETURNING count",
            [key, begun, room],
        )
        return cursor.fetchone() is not None


def _wait(limit: Limit, before: int, current: int, elapsed: timedelta) -> int:
    """Seconds until one more fits, at least 1, if nothing else happens meanwhile."""
    per, free = limit.per // MICROSECOND, limit.times - 1 - current
    # Until few enough of the stretch before count; where this one is full, until the next has forgotten enough of it.
    moment = -(-per * (before - free) // before) if free >= 0 else per - per * free // current
    return max(1, -(-(moment - elapsed // MICROSECOND) // SECOND))


def _try_again(seconds: int) -> str:
    if seconds <= 20:
        return pgettext("limits", "Try again in a moment.")
    if seconds <= 90:
        return pgettext("limits", "Try again in about a minute.")
    minutes = ceil(seconds / 60)
    if minutes > 50:
        return pgettext("limits", "Try again in about an hour.")
    return npgettext(
        "limits", "Try again in about %(minutes)d minute.", "Try again in about %(minutes)d minutes.", minutes
    ) % {"minutes": minutes}


def _network(address: str) -> str:
    address = address.strip().strip('"')
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
