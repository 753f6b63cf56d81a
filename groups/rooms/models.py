"""Rooms, who belongs to them, what is said in them and who is there. What people do belongs in the verb modules."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from hub.members.models import GLASS, Role

PATTERNS = ("spokes", "sunrise", "rings", "petals", "moon", "arcade", "lattice", "scallop")
BODY_MAX = 4000  # characters in one message
COVER_MAX = 120


class Room(models.Model):
    """A place with members and messages.

    `last_seq` orders the talk: gapless, given when a message becomes visible. `revision` orders the telling: it grows
    with every change to anything shown here. `doors_revision` is the revision at which somebody last lost a right, and
    `panels_revision` the one at which a panel beside the talk last changed; both let a reader skip what did not.
    """

    class Kind(models.TextChoices):
        GATED = "gated"  # open only while a facilitator is present
        OWN = "own"  # a circle's own room: always open to its members
        PRIVATE = "private"  # two or three people

    class State(models.TextChoices):
        CLOSED = "closed"
        OPEN = "open"
        PAUSED = "paused"

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    about = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=16, default="en")  # of the name and the description
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.GATED)
    pattern = models.CharField(max_length=8, choices=[(p, p) for p in PATTERNS], default="spokes")
    glass = models.CharField(max_length=8, choices=[(g, g) for g in GLASS], default="dusk")
    state = models.CharField(max_length=8, choices=State, default=State.CLOSED)
    state_at = models.DateTimeField(default=timezone.now)
    holds_all = models.BooleanField(default=False)  # every new message waits for a facilitator
    last_seq = models.BigIntegerField(default=0)
    revision = models.BigIntegerField(default=0)
    doors_revision = models.BigIntegerField(default=0)
    panels_revision = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("rooms:room", args=[self.slug])

    @property
    def is_gated(self) -> bool:
        return self.kind == self.Kind.GATED

    @property
    def is_open(self) -> bool:
        return not self.is_gated or self.state == self.State.OPEN


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> MembershipQuerySet:
        return self.filter(ended_at=None)

    def leading(self) -> MembershipQuerySet:
        """Those who lead: they have the part here and the role in the hub."""
        return self.filter(
            part=Membership.Part.FACILITATOR,
            member__is_active=True,
            member__roles__name=Role.Name.FACILITATOR,
            member__roles__ended_at=None,
        )


class Membership(models.Model):
    """A member belongs to a room. Ending it closes the door at once, open sockets too."""

    class Part(models.TextChoices):
        PARTICIPANT = "participant"
        FACILITATOR = "facilitator"

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    part = models.CharField(max_length=12, choices=Part, default=Part.PARTICIPANT)
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    held_at = models.DateTimeField(null=True)  # their new messages wait for a facilitator since
    muted_until = models.DateTimeField(null=True)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["room", "member"], condition=models.Q(ended_at=None), name="one_live_membership"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.room_id}"

    def is_muted(self, now: datetime) -> bool:
        return self.muted_until is not None and self.muted_until > now


class Message(models.Model):
    """One utterance in a room. `html` is rendered once, when it is written; `body` is what the author typed."""

    class State(models.TextChoices):
        POSTED = "posted"
        HELD = "held"  # waits for a facilitator; nobody else sees it
        RETURNED = "returned"  # back with the author, with a sentence
        WITHDRAWN = "withdrawn"  # taken back by its author; leaves a trace
        REMOVED = "removed"  # taken out by a facilitator; leaves a trace and an Action

    ON_SHOW: ClassVar[tuple[str, ...]] = (State.POSTED, State.WITHDRAWN, State.REMOVED)

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    seq = models.BigIntegerField(null=True)
    revision = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State)
    body = models.TextField()
    html = models.TextField()
    renderer = models.SmallIntegerField()
    lang = models.CharField(max_length=16)
    cover = models.CharField(max_length=COVER_MAX, blank=True)
    covered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    own_cover = models.CharField(max_length=COVER_MAX, blank=True)  # the author's, while a facilitator's is shown
    by_facilitator = models.BooleanField(default=False)
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replies")
    written_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["room", "author", "client_id"], name="one_message_per_client_id"),
            models.UniqueConstraint(fields=["room", "seq"], name="one_message_per_place_in_the_talk"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["room", "revision"])]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def is_readable(self) -> bool:
        return self.state == self.State.POSTED


class Pin(models.Model):
    """A message kept at the top of its room by a facilitator."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="pins")
    message = models.ForeignKey(Message, models.CASCADE, related_name="pins")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message"], condition=models.Q(ended_at=None), name="one_live_pin")
        ]

    def __str__(self) -> str:
        return f"pin of {self.message_id}"


class Presence(models.Model):
    """Somebody is in a room, until a moment that keeps moving while they are. Never kept as history."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="presences")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    arrived_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    until = models.DateTimeField()
    listening = models.BooleanField(default=False)  # reading along, by choice

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["room", "member"], name="one_presence_per_member_and_room")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["room", "until"])]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.room_id}"


class GateWatch(models.Model):
    """When somebody last looked whether open rooms are looked after. One row.

    A hub that was away looks at nobody, so a facilitator's absence counts only from `back_at` on.
    """

    looked_at = models.DateTimeField()
    back_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"looked at {self.looked_at:%H:%M:%S}"
