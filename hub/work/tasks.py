"""Declaring background tasks, and the one task this package has itself: forgetting old work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.tasks import Task
from django.utils import timezone

from hub.work.backend import DEFAULT_RETRIES
from hub.work.schedules import every

KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)
# Rows a transaction deletes: SQLite has one writer, and nobody should wait for this one.
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundTask(Task):  # type: ignore[type-arg]  # generic for the type checker only
    """A django.tasks task with a number of retries. Call it to run it here, `later` to have a worker run it."""

    retries: int = DEFAULT_RETRIES

    def __call__(self, **kwargs: Any) -> Any:
        return self.call(**kwargs)

    def later(self, **kwargs: Any) -> None:
        """Run after the present transaction commits, with these JSON values, at least once."""
        self.enqueue(**kwargs)


def background(*, retries: int = DEFAULT_RETRIES) -> Callable[[Callable[..., Any]], BackgroundTask]:
    """Make a module-level function enqueueable. After `retries` further attempts it is left as failed."""

    def declare(function: Callable[..., Any]) -> BackgroundTask:
        return BackgroundTask(func=function, retries=retries)

    return declare


@every(at="03:40", name="work.purge")
def purge() -> None:
    """Forget finished work, schedules that no longer exist, and workers that never said goodbye."""
    from hub.work.models import Heartbeat, Job

    now = timezone.now()
    old = Job.objects.filter(
        Q(state=Job.State.DONE, finished__lt=now - KEEP_DONE)
        | Q(state=Job.State.FAILED, finished__lt=now - KEEP_FAILED)
        | Q(rank=Job.Rank.SCHEDULE, due__lt=now - KEEP_DONE)
    )
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        Job.objects.filter(pk__in=batch).delete()
    Heartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()
