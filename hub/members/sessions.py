"""Where sign-ins are kept: rows that know their member, so that one query finds both, and ending them is a delete."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DBStore
from django.db import close_old_connections

from hub.members.models import Session

logger = logging.getLogger("hub.members")


class SessionStore(DBStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        member = data.get(SESSION_KEY)
        row.member_id = int(member) if member else None
        return row


def end_quietly(session_key: str) -> None:
    """End a sign-in and close its sockets, without ever raising: for the way out, which must not fail."""
    from hub.members.arrivals import end_sessions

    try:
        end_sessions(Session.objects.filter(session_key=session_key))
    except Exception:
        logger.warning("A sign-in could not be ended on the way out; it will expire by itself.")
    finally:
        close_old_connections()
