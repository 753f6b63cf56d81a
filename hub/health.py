"""Two addresses for whoever looks after the machine. They tell nothing about versions, hosts or people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from hub import bus
from hub.checks import refuse_demo_people
from hub.work import heartbeat

logger = logging.getLogger("hub.health")

OLDEST_HEARTBEAT = timedelta(minutes=2)


def healthz(request: HttpRequest) -> JsonResponse:
    """200: this process answers. Nothing else is asked."""
    return _answer({"process": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when people can be let in, else 503 with the part that is missing set to false."""
    parts: dict[str, bool] = {}
    for name, check in (CHECKS | ({"people": people} if settings.PRODUCTION else {})).items():
        # Without a database nothing in it is asked for: each question would wait as long as the first.
        within_reach = parts.get("database", True) or name not in IN_DATABASE
        parts[name] = within_reach and _holds(name, check)
    return _answer(parts)


def _answer(parts: Mapping[str, bool]) -> JsonResponse:
    ready = all(parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as exception:
        logger.warning("Not ready: %s (%s)", name, type(exception).__name__)
        return False


def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations() -> bool:
    return _written() <= set(MigrationRecorder(connection).applied_migrations())


@cache
def _written() -> frozenset[tuple[str, str]]:
    """Every migration in the code. Read from disk once: code does not change under a running process."""
    return frozenset(MigrationLoader(None).disk_migrations or ())


def worker() -> bool:
    latest = heartbeat.latest()
    return latest is not None and timezone.now() - latest < OLDEST_HEARTBEAT


def people() -> bool:
    """No sample people, whose password everybody knows, where real ones are let in."""
    return not refuse_demo_people()


IN_DATABASE = frozenset({"migrations", "worker", "people"})
CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "migrations": migrations,
    "redis": bus.is_reachable,
    "worker": worker,
}
