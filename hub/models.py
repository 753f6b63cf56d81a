"""The few tables that everything stands on. What belongs to a part of the hub is in that part."""

from __future__ import annotations

from django.db import models


class RateWindow(models.Model):
    """How often somebody did something in one stretch of time. Who and what are one keyed hash: no name, no address."""

    key_hash = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_hash", "window_start"], name="rate_window_once")]
        indexes = [models.Index(fields=["window_start"], name="rate_window_start")]

    def __str__(self) -> str:
        return f"{self.count} since {self.window_start:%Y-%m-%d %H:%M:%S}"
