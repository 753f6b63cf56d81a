"""What was done, by whom, to what, why and under which clause. An Action is written once and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class Action(models.Model):
    """One measure. `place` and `thing` are named by kind and id, so that any slice's things can be acted on."""

    class Kind(models.TextChoices):
        OPEN_ROOM = "open_room", pgettext_lazy("action", "opened the room")
        CLOSE_ROOM = "close_room", pgettext_lazy("action", "closed the room")
        HOLD_ROOM = "hold_room", pgettext_lazy("action", "asked to see new messages first")
        RELEASE_ROOM = "release_room", pgettext_lazy("action", "let new messages go straight in again")
        HOLD_MEMBER = "hold_member", pgettext_lazy("action", "asked to see one person’s messages first")
        RELEASE_MEMBER = "release_member", pgettext_lazy("action", "let one person’s messages go straight in again")
        APPROVE = "approve", pgettext_lazy("action", "let a message through")
        RETURN = "return", pgettext_lazy("action", "gave a message back to its author")
        COVER = "cover", pgettext_lazy("action", "covered a message")
        UNCOVER = "uncover", pgettext_lazy("action", "took a cover off")
        REMOVE = "remove", pgettext_lazy("action", "removed a message")
        MUTE = "mute", pgettext_lazy("action", "asked somebody to read along for a while")
        UNMUTE = "unmute", pgettext_lazy("action", "ended the time of reading along")
        SHOW_DOOR = "show_door", pgettext_lazy("action", "ended somebody’s membership of the room")
        CHANGE_PART = "change_part", pgettext_lazy("action", "changed who leads the room")
        PIN = "pin", pgettext_lazy("action", "pinned a message")
        UNPIN = "unpin", pgettext_lazy("action", "took a pin off")

    # What is done to somebody needs a clause and a reason; what is done for the room does not.
    NEEDS_CLAUSE: ClassVar[frozenset[str]] = frozenset(
        {Kind.HOLD_MEMBER, Kind.RETURN, Kind.COVER, Kind.REMOVE, Kind.MUTE, Kind.SHOW_DOOR}
    )

    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    clause = models.ForeignKey("conduct.Clause", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=600, blank=True)
    place_kind = models.CharField(max_length=16)
    place_id = models.BigIntegerField()
    thing_kind = models.CharField(max_length=16, blank=True)
    thing_id = models.BigIntegerField(null=True)
    until = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["place_kind", "place_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.kind} by {self.by_id}"
