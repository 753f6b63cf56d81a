"""The gate of a gated room: open only while a facilitator is present, with grace for a lost connection."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from groups.rooms.models import GateWatch, Membership, Presence, Room
from groups.rooms.revisions import advance, lock

AWAY_AFTER = timedelta(seconds=60)  # nobody looked for this long: the hub itself was away


def look(now: datetime, *, minding: bool = False) -> GateWatch:
    """When the hub came back, if it was away. `minding` is the background worker, which looks all the time.

    Each absence of the worker counts once: who merely passes by may notice it, but does not prolong it.
    """
    watch, _ = GateWatch.objects.get_or_create(pk=1, defaults={"looked_at": now, "back_at": now})
    before = watch.looked_at, watch.back_at
    if now - watch.looked_at > AWAY_AFTER and watch.back_at <= watch.looked_at:
        watch.back_at = now
    if minding:
        watch.looked_at = max(now, watch.looked_at)
    if (watch.looked_at, watch.back_at) != before:
        watch.save(update_fields=["looked_at", "back_at"])
    return watch


def facilitators_seen_since(room: Room, moment: datetime) -> QuerySet[Presence]:
    leading = Membership.objects.live().leading().filter(room=room)
    return Presence.objects.filter(room=room, member_id__in=leading.values("member_id"), seen_at__gte=moment)


def is_tended(room: Room, *, now: datetime) -> bool:
    """Whether a facilitator is there, was there within the grace, or the hub has been back for less than that."""
    since = now - settings.ROOM_GRACE
    if facilitators_seen_since(room, since).exists():
        return True
    if room.state == Room.State.OPEN and room.state_at > since:
        return True
    return look(now).back_at > since


def pause_if_untended(room: Room, *, now: datetime | None = None) -> bool:
    """Pause an open gated room whose last facilitator has been gone for longer than the grace."""
    now = now or timezone.now()
    if not room.is_gated or room.state != Room.State.OPEN or is_tended(room, now=now):
        return False
    with transaction.atomic():
        locked = lock(room)
        if locked.state != Room.State.OPEN or is_tended(locked, now=now):
            return False
        locked.state, locked.state_at = Room.State.PAUSED, now
        advance(locked, "state", "state_at", panels=True)
    room.state, room.state_at = Room.State.PAUSED, now
    return True


def pause_untended(*, now: datetime | None = None) -> int:
    """Look at every open gate. Returns how many rooms were paused."""
    now = now or timezone.now()
    look(now, minding=True)
    open_rooms = Room.objects.filter(kind=Room.Kind.GATED, state=Room.State.OPEN)
    return sum(pause_if_untended(room, now=now) for room in open_rooms)
