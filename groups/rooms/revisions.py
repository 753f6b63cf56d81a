"""How a room changes: lock it, change it, advance it. Every verb that alters what is shown goes through here."""

from __future__ import annotations

from django.db import connection

from groups.rooms.models import Room
from hub import bus, events


def lock(room: Room) -> Room:
    """The room as it is now, held against other writers until the transaction ends. Needs a transaction."""
    assert connection.in_atomic_block
    return Room.objects.select_for_update().get(pk=room.pk)


def advance(room: Room, *fields: str, panels: bool = False, doors: bool = False) -> int:
    """Give a locked room its next revision, save the named fields too, and tell once committed."""
    room.revision += 1
    changed = ["revision", *fields]
    if panels:
        room.panels_revision = room.revision
        changed.append("panels_revision")
    if doors:
        room.doors_revision = room.revision
        changed.append("doors_revision")
    room.save(update_fields=changed)
    bus.tell(events.ROOM, room.pk, room.revision)
    return room.revision
