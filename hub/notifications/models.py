"""What a member has been told. The words are made when they are read, in the reader's language."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """One thing told to one member. `kind` is registered in `kinds`; `params` are small facts, never a secret."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)  # where to go on, inside the hub
    told_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["member", "-told_at"])]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"
