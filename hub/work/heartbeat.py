"""Whether anybody is working. Read by /readyz, written by each worker."""

from __future__ import annotations

from datetime import datetime

from hub.work.models import Heartbeat


def latest() -> datetime | None:
    """When any worker was last alive. None: there is none, or all stopped in good order."""
    return Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()


def beat(*, worker: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(worker=worker, defaults={"at": now})


def leave(*, worker: str) -> None:
    Heartbeat.objects.filter(worker=worker).delete()
