"""Finding a room through the visitor's membership, and what is in it. Not found and not allowed are one path.

Whoever comes too late (signed out meanwhile, or no longer a member) gets back the words they sent, to copy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import pgettext

from groups.rooms.models import Membership, Message, Room
from hub import errors
from hub.members.models import Member
from hub.permissions import can, require
from hub.refusals import wants_json
from hub.written import page_before, written

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]

BIGGEST = 2**63 - 1


def words_kept[**P](view: View[P]) -> View[P]:
    """A POST to what is not there (any more) is answered 404 as ever, with the words that came with it."""

    @wraps(view)
    def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.method != "POST":
                raise
            return errors.page(request, 404, wrote=written(request))

    return kept


def signed_in[**P](view: View[P]) -> View[P]:
    """For members. Visitors who ask for a page are led to sign in; what they send comes back to them (401)."""
    guarded = words_kept(view)

    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if isinstance(request.user, Member):
            return guarded(request, *args, **kwargs)
        if request.method == "POST":
            return signed_out(request)
        return redirect_to_login(request.get_full_path())

    return asked


def signed_out(request: HttpRequest) -> HttpResponse:
    """401, as JSON for programs; for everybody else a page with what they wrote and the way to sign in again."""
    if wants_json(request):
        say = pgettext(
            "refusal", "You are no longer signed in here. Sign in again; what you wrote is still in the box."
        )
        return JsonResponse({"state": "signed_out", "say": say}, status=401)
    wrote = written(request)
    if wrote:
        say = pgettext(
            "refusal", "You are no longer signed in here. What you wrote is below: copy it, then sign in again."
        )
    else:
        say = pgettext("refusal", "You are no longer signed in here. Sign in again, and go on from there.")
    context = {"say": say, "written": wrote, "sign_in": True, "before": page_before(request)}
    response = render(request, "errors/refused.html", context, status=401)
    response["Cache-Control"] = "no-store"
    return response


def member_of(request: HttpRequest) -> Member:
    assert isinstance(request.user, Member)
    return request.user


def find_room(request: HttpRequest, slug: str) -> Room:
    """The room, for its members. Everybody else gets the same 404 as for a room that does not exist."""
    room = get_object_or_404(Room, slug=slug)
    if not can(member_of(request), "room.see", room):
        raise Http404
    return room


def find_led_room(request: HttpRequest, slug: str) -> Room:
    """The room, for somebody who leads it; its other members are refused with a sentence."""
    room = find_room(request, slug)
    require(member_of(request), "room.facilitate", room)
    return room


def find_message(request: HttpRequest, slug: str, pk: int) -> Message:
    """A message the visitor may see, with its room."""
    room = find_room(request, slug)
    if pk > BIGGEST:
        raise Http404
    message = get_object_or_404(Message.objects.select_related("author", "covered_by", "reply_to__author"), pk=pk)
    message.room = room if message.room_id == room.pk else message.room
    if message.room_id != room.pk or not can(member_of(request), "message.see", message):
        raise Http404
    return message


def find_membership(request: HttpRequest, slug: str, pk: int) -> Membership:
    """Somebody's live membership of a room the visitor leads."""
    room = find_led_room(request, slug)
    if pk > BIGGEST:
        raise Http404
    membership = get_object_or_404(Membership.objects.live().select_related("member"), pk=pk, room=room)
    membership.room = room
    return membership
