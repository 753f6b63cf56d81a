"""The code of conduct: numbered clauses, in versions, in languages, and who agreed. What is done with it: code.py.

A clause that is in use is never changed: a new version holds new rows, so an action names the words that held then.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class CodeVersion(models.Model):
    """One edition of the code. The one with the highest number that is published is in force."""

    number = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField(null=True)  # None: still being written
    what_changed = models.TextField(blank=True)  # plain sentences, in the hub's own language; empty for the first

    def __str__(self) -> str:
        return f"version {self.number}"


class Clause(models.Model):
    """One numbered sentence of one version. `key` stays the same from version to version."""

    version = models.ForeignKey(CodeVersion, models.PROTECT, related_name="clauses")
    number = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=32)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["version", "number"], name="one_clause_of_a_number"),
            models.UniqueConstraint(fields=["version", "key"], name="one_clause_of_a_key"),
        ]

    def __str__(self) -> str:
        return f"clause {self.number} of version {self.version_id}"


class ClauseText(models.Model):
    """A clause in one language: a short name, the sentence, why, and an example."""

    class State(models.TextChoices):
        SOURCE = "source", pgettext_lazy("conduct", "written in this language")
        NEEDS_NATIVE_READER = (
            "needs_native_reader",
            pgettext_lazy("conduct", "translated, not yet read by a native reader"),
        )
        READ = "read", pgettext_lazy("conduct", "translated, and read by a native reader")

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    title = models.CharField(max_length=64)
    text = models.CharField(max_length=200)
    why = models.TextField()
    example = models.TextField()
    state = models.CharField(max_length=24, choices=State)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["clause", "language"], name="one_text_of_a_clause_in_a_language")
        ]

    def __str__(self) -> str:
        return self.text


class Acceptance(models.Model):
    """A member agreed to a version, then."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="acceptances")
    version = models.ForeignKey(CodeVersion, models.PROTECT, related_name="acceptances")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["member", "version"], name="agreed_once_to_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} agreed to {self.version_id}"
