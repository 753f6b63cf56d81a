"""Telling a member something, in the hub. Other ways of telling come with their own files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from hub.members.models import Member
from hub.notifications.kinds import names
from hub.notifications.models import Notice


def tell_member(*, member: Member, kind: str, path: str = "", **params: Any) -> Notice:
    """Put a notice into the member's inbox. Runs in the caller's transaction: told only if the act happens."""
    if kind not in names():
        raise ValueError(f"nobody registered the words of {kind}")
    return Notice.objects.create(member=member, kind=kind, path=path, params=params)


def mark_read(*, member: Member, notices: Iterable[Notice]) -> None:
    """These have been shown to the member; others stay new."""
    new = [notice.pk for notice in notices if notice.read_at is None]
    if new:
        Notice.objects.filter(member=member, pk__in=new, read_at=None).update(read_at=timezone.now())
