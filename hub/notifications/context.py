"""What every page of a member may say about their inbox: whether something is new. A word, never a number."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from hub.members.models import Member
from hub.notifications.models import Notice


def inbox(request: HttpRequest) -> dict[str, object]:
    """Asked of the database only by a page that shows it, and once."""
    member = getattr(request, "user", None)
    if not isinstance(member, Member) and not getattr(member, "is_authenticated", False):
        return {}
    return {"new_in_inbox": SimpleLazyObject(lambda: Notice.objects.filter(member=member, read_at=None).exists())}
