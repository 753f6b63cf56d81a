"""That this database holds sample people, whose password everybody knows. Production refuses to start on it."""

from django.db import models
from django.utils import timezone


class DemoMark(models.Model):
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"demo of {self.made_at:%Y-%m-%d}"
