"""What is done again and again, and when. Each schedule has one row, so a tick has one taker however many workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone


@dataclass(frozen=True, kw_only=True)
class Schedule:
    name: str
    run: Callable[[], None]
    seconds: int | None
    at: time | None

    def after(self, moment: datetime) -> datetime:
        """The first tick later than `moment`: a whole multiple of `seconds`, or the next `at` on the hub's clock."""
        if self.seconds:
            return datetime.fromtimestamp((moment.timestamp() // self.seconds + 1) * self.seconds, UTC)
        assert self.at
        zone = timezone.get_default_timezone()
        tick = datetime.combine(moment.astimezone(zone).date(), self.at, zone)
        while tick <= moment:
            tick = datetime.combine(tick.date() + timedelta(days=1), self.at, zone)
        return tick.astimezone(UTC)


registry: dict[str, Schedule] = {}


def every[F: Callable[[], None]](*, name: str, seconds: int | None = None, at: str | None = None) -> Callable[[F], F]:
    """Run the function every so many seconds, or every day at "HH:MM" by the hub's own time zone.

    Ticks that pass while nobody works, or while the last run still lasts, are made up for by one run, not by many.
    A run that fails is tried again sooner than its next tick, and gives way to it.
    """
    if (seconds is None) == (at is None) or (seconds is not None and seconds < 1):
        raise ImproperlyConfigured(f"{name}: say either seconds=15 or at='03:40'.")

    def register(function: F) -> F:
        known = registry.get(name)
        if known and (known.run.__module__, known.run.__qualname__) != (function.__module__, function.__qualname__):
            raise ImproperlyConfigured(f"Two schedules are called {name}.")
        registry[name] = Schedule(
            name=name, run=function, seconds=seconds, at=time.fromisoformat(at) if at is not None else None
        )
        return function

    return register


def plan(now: datetime) -> None:
    """Give each new schedule its row, first due at its next tick, and bring forward one whose interval got shorter."""
    from hub.work.models import Job

    planned = dict(Job.objects.exclude(schedule="").values_list("schedule", "due"))
    for name, schedule in registry.items():
        tick = schedule.after(now)
        if name not in planned:
            row = Job(schedule=name, rank=Job.Rank.SCHEDULE, due=tick, created=now)
            Job.objects.bulk_create([row], ignore_conflicts=True)  # another worker may be starting too
        elif (due := planned[name]) and due > tick:
            Job.objects.filter(schedule=name, state=Job.State.WAITING, due__gt=tick).update(due=tick)
