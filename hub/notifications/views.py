"""The inbox: what a member has been told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.members.models import Member
from hub.notifications.kinds import words
from hub.notifications.models import Notice
from hub.notifications.telling import mark_read


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first, with a word at what was new. Only what this page shows has been read then."""
    member = request.user
    assert isinstance(member, Member)
    page = Paginator(Notice.objects.filter(member=member).order_by("-told_at", "-pk"), 20).get_page(
        request.GET.get("page")
    )
    told = [(notice, words(notice.kind, notice.params)) for notice in page]
    response = render(request, "notifications/inbox.html", {"page_obj": page, "told": told, "nav_current": "inbox"})
    if request.method == "GET":
        mark_read(member=member, notices=[notice for notice, _ in told])
    return response
