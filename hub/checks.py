"""What production refuses to start on, each with the sentence that says how to mend it.

`manage.py check --deploy` shows them, and hub.asgi and hub.wsgi raise them: a server that is started without the
management command is stopped too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

WEAK = ("only-for-demo", "django-insecure")


@register(Tags.security, deploy=True)
def refuse_unsafe_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if not settings.SECRET_KEY or settings.SECRET_KEY.startswith(WEAK) or len(settings.SECRET_KEY) < 50:
        problems.append(_error("E001", "HUB_SECRET_KEY is missing or short.", "Give it 50 random characters or more."))
    if not settings.ALLOWED_HOSTS or any(host == "*" or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        problems.append(
            _error(
                "E002",
                "HUB_ALLOWED_HOSTS is empty or lets every host in, and with it every origin of sockets.",
                "Name the hosts, such as hub.example.org.",
            )
        )
    if settings.HUB_PROCESSES > 1 and not settings.REDIS_URL:
        problems.append(
            _error(
                "E003",
                "HUB_PROCESSES is more than one and REDIS_URL is empty: rooms of one process would not hear the other.",
                "Set REDIS_URL, or run one process.",
            )
        )
    if (settings.HUB_TRUSTED_PROXIES > 0) != settings.HUB_BEHIND_PROXY:
        problems.append(
            _error(
                "E006",
                "HUB_BEHIND_PROXY and HUB_TRUSTED_PROXIES do not agree: either everybody would seem to come from one "
                "address, or anybody could choose theirs.",
                "Behind proxies set both (HUB_TRUSTED_PROXIES to how many there are); otherwise neither.",
            )
        )
    if settings.DEBUG:
        problems.append(_error("E005", "HUB_DEBUG is on.", "Switch it off: error pages would show what people wrote."))
    return problems


@register(Tags.database, deploy=True)
def refuse_demo_people(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Everybody knows the password of the demo's people."""
    from hub.demo.models import DemoMark

    if not settings.PRODUCTION:
        return []
    try:
        is_demo = DemoMark.objects.exists()
    except DatabaseError:
        return []  # no database yet, or none to be had: /readyz says so
    if not is_demo:
        return []
    return [
        _error(
            "E004", "This database holds the demo’s people, whose password everybody knows.", "Start with an empty one."
        )
    ]


def refuse_to_start() -> None:
    """Raise ImproperlyConfigured with everything that is unsafe about this production server."""
    if not settings.PRODUCTION:
        return
    problems = [*refuse_unsafe_settings(), *refuse_demo_people()]
    if problems:
        raise ImproperlyConfigured("\n".join(f"{problem.msg} {problem.hint}" for problem in problems))


def _error(number: str, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"fanlight.{number}")
