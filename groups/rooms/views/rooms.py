"""The list of my rooms, the room itself, and being in it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.rooms import presence, reading
from groups.rooms.conversation import messages_before
from groups.rooms.doorman import whole_number
from groups.rooms.forms import RoomForm
from groups.rooms.gate import pause_if_untended
from groups.rooms.making import make_room
from groups.rooms.membership import leave_room
from groups.rooms.models import Message, Room
from groups.rooms.rules import is_facilitator, membership_of
from groups.rooms.views.finding import find_room, member_of, signed_in
from hub.members.models import Member
from hub.permissions import Refused, can, require

SHOWN = 50  # messages on a page


@signed_in
@require_safe
def room_list(request: HttpRequest) -> HttpResponse:
    mine = reading.rooms_of(member_of(request))
    for listed in mine:
        pause_if_untended(listed.room)
    context = {
        "open": [one for one in mine if one.room.is_open],
        "paused": [one for one in mine if not one.room.is_open and one.room.state == Room.State.PAUSED],
        "closed": [one for one in mine if not one.room.is_open and one.room.state == Room.State.CLOSED],
        "may_make": can(member_of(request), "room.make", None),
        "nav_current": "rooms",
    }
    return render(request, "rooms/list.html", context)


@signed_in
@require_safe
def room_page(request: HttpRequest, slug: str) -> HttpResponse:
    room = find_room(request, slug)
    presence.arrive(member=member_of(request), room=room)
    pause_if_untended(room)
    return show_room(request, room)


def show_room(
    request: HttpRequest, room: Room, *, draft: dict[str, str] | None = None, say: object = "", status: int = 200
) -> HttpResponse:
    """The whole page. `draft` is what somebody wrote and could not send: it is in the box again, with the reason."""
    member = member_of(request)
    before = whole_number(request.GET.get("before", ""))
    shown = messages_before(room, before, SHOWN)
    leads = is_facilitator(member, room)
    count, people = presence.who_is_here(room.pk)
    context: dict[str, Any] = {
        "room": room,
        "base": room.get_absolute_url(),
        "muted_until": _muted_until(member, room),
        "shown": shown,
        "older": shown[0].seq if shown and shown[0].seq is not None and shown[0].seq > 1 else None,
        "looking_back": before is not None,
        "viewer": member,
        "leads": leads,
        "leaders": reading.leaders(room),
        "waiting": reading.own_waiting(member, room),
        "count": count,
        "people": people,
        "listening": any(one.member_id == member.pk and one.listening for one in people),
        "pins": reading.pins(room),
        "draft": draft or {},
        "say": say,
        "client_id": uuid.uuid4(),
        # Without scripts, a link to this very address would only jump: two addresses, each leading to the other.
        "turn": "b" if request.GET.get("now") == "a" else "a",
        "reply_to": _answered(request, room, draft),
        "language_next": room.get_absolute_url(),
        "nav_current": "rooms",
        **(reading.needs_you(room) if leads else {}),
    }
    return render(request, "rooms/room.html", context, status=status)


def _muted_until(member: Member, room: Room) -> datetime | None:
    membership = membership_of(member, room)
    return membership.muted_until if membership is not None and membership.is_muted(timezone.now()) else None


def _answered(request: HttpRequest, room: Room, draft: dict[str, str] | None) -> Message | None:
    """The message being answered, chosen by a link where there is no JavaScript."""
    pk = whole_number((draft or {}).get("reply_to", "") or request.GET.get("reply", ""))
    if pk is None:
        return None
    return Message.objects.filter(pk=pk, room=room, state=Message.State.POSTED).select_related("author").first()


@signed_in
@require_POST
def listening(request: HttpRequest, slug: str) -> HttpResponse:
    room = find_room(request, slug)
    presence.listen(member=member_of(request), room=room, listening=request.POST.get("listening") == "yes")
    return redirect(room)


@signed_in
@require_POST
def stepping_out(request: HttpRequest, slug: str) -> HttpResponse:
    room = find_room(request, slug)
    presence.step_out(member=member_of(request), room=room)
    return redirect("rooms:list")


@signed_in
@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest, slug: str) -> HttpResponse:
    """Giving up the membership, on a page that says what it means."""
    room = find_room(request, slug)
    if request.method == "POST":
        leave_room(member=member_of(request), room=room)
        told.success(request, pgettext("room", "You are no longer a member of the room. Nobody was told."))
        return redirect("rooms:list")
    return render(request, "rooms/leaving.html", {"room": room, "nav_current": "rooms"})


@signed_in
@require_http_methods(["GET", "POST"])
def new_room(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    require(member, "room.make", None)
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(make_room(by=member, language=get_language() or "en", **form.cleaned_data))
        except Refused as refused:
            form.add_error("name", str(refused.sentence))
    context = {"form": form, "nav_current": "rooms"}
    return render(request, "rooms/new.html", context, status=422 if form.is_bound else 200)
