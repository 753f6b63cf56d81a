"""The first page: what this place is, for visitors; the way to their rooms, for members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("rooms:list")
    return render(request, "home/welcome.html", {"nav_current": "welcome"})
