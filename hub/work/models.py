"""The rows of background work. How they are taken and given back is in worker.py."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> JobQuerySet:
        """What may be taken now, schedules first: a sweep must not wait behind a thousand mails."""
        return self.filter(due__lte=now).order_by("rank", "due", "pk")


class Job(models.Model):
    """One piece of work. A schedule is a job with a name that is never finished, only given its next tick."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    class Rank(models.IntegerChoices):
        SCHEDULE = 0
        TASK = 1

    rank = models.SmallIntegerField(choices=Rank, default=Rank.TASK)
    schedule = models.CharField(max_length=100, blank=True)
    task = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Waiting: when to begin. Running: when the lease ends and somebody else may take it. Finished: empty.
    due = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retries = models.PositiveSmallIntegerField(default=5)
    worker = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule"], condition=~Q(schedule=""), name="job_one_schedule")]
        indexes = [
            # `due <= now` implies that due is not empty, so both databases use this small index and skip what is over.
            models.Index(fields=["rank", "due"], condition=Q(due__isnull=False), name="job_due"),
            models.Index(fields=["finished"], name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule or self.task} [{self.state}]"


class Heartbeat(models.Model):
    """A worker was alive at this moment. The row goes when the worker stops in good order."""

    worker = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} at {self.at:%H:%M:%S}"
