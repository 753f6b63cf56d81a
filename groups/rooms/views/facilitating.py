"""The facilitator's hand over HTTP: each act is a POST to the noun of the act, from a page without need of scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as told
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.rooms import facilitating, reading
from groups.rooms.doorman import whole_number
from groups.rooms.forms import BringInForm, CoverForm, MuteForm, ReasonForm
from groups.rooms.making import bring_in
from groups.rooms.membership import change_part
from groups.rooms.models import Membership, Message
from groups.rooms.views.finding import find_led_room, find_membership, find_message, member_of, signed_in
from groups.rooms.views.messages import show_message
from hub.permissions import Refused, require
from hub.refusals import status_of


@signed_in
@require_POST
def gate(request: HttpRequest, slug: str) -> HttpResponse:
    room = find_led_room(request, slug)
    if request.POST.get("act") == "close":
        facilitating.close_room(by=member_of(request), room=room)
        told.success(request, pgettext("measure", "The room is closed now. Everyone can still read."))
    else:
        facilitating.open_room(by=member_of(request), room=room)
        told.success(request, pgettext("measure", "The room is open."))
    return redirect(room)


@signed_in
@require_POST
def holding(request: HttpRequest, slug: str) -> HttpResponse:
    room = find_led_room(request, slug)
    holds = request.POST.get("holds") == "yes"
    facilitating.hold_room(by=member_of(request), room=room, holds=holds)
    if holds:
        told.success(request, pgettext("measure", "New messages wait for the people who lead."))
    else:
        told.success(request, pgettext("measure", "New messages go straight in again."))
    return redirect(room)


type Simple = Callable[..., Any]

# Acts on a message that need no reason; the others are below, with their forms.
SIMPLE: dict[str, Simple] = {
    "approval": facilitating.approve_message,
    "uncovering": facilitating.uncover_message,
    "pin": facilitating.pin_message,
    "unpinning": facilitating.unpin_message,
}

DONE = {
    "approval": pgettext_lazy("measure", "It is in the room now, and its author was told."),
    "uncovering": pgettext_lazy("measure", "The cover is off."),
    "pin": pgettext_lazy("measure", "It is kept at the top."),
    "unpinning": pgettext_lazy("measure", "It is no longer kept at the top."),
}


@signed_in
@require_http_methods(["GET", "POST"])
def act_on_message(request: HttpRequest, slug: str, pk: int, act: str) -> HttpResponse:
    message = find_message(request, slug, pk)
    require(member_of(request), "room.facilitate", message.room)
    if act in SIMPLE:
        if request.method != "POST":
            return show_message(request, message)
        try:
            SIMPLE[act](by=member_of(request), message=message, **_read(request, act))
        except Refused as refused:
            fresh = find_message(request, slug, pk)
            return show_message(request, fresh, say=refused.sentence, status=status_of(refused))
        told.success(request, DONE[act])
        return redirect(message.room)
    return _with_reason(request, message, act)


def _read(request: HttpRequest, act: str) -> dict[str, int]:
    """Which revision of a held message they have read. A form that does not say has shown them none."""
    if act not in ("approval", "return"):
        return {}
    return {"revision": whole_number(request.POST.get("revision", "")) or 0}


def _with_reason(request: HttpRequest, message: Message, act: str) -> HttpResponse:
    verbs: dict[str, tuple[Simple, type[ReasonForm], str]] = {
        "return": (facilitating.return_message, ReasonForm, Message.State.HELD),
        "cover": (facilitating.cover_message, CoverForm, Message.State.POSTED),
        "removal": (facilitating.remove_message, ReasonForm, Message.State.POSTED),
    }
    if act not in verbs:
        raise Http404
    verb, form_class, state = verbs[act]
    form = form_class(request.POST if request.method == "POST" else None)
    read = _read(request, act) if form.is_bound else {}
    if not form.is_bound and message.state != state:
        raise facilitating.seen_to()
    if request.method == "POST" and form.is_valid():
        try:
            verb(by=member_of(request), message=message, **form.cleaned_data, **read)
        except Refused as refused:
            require(member_of(request), "room.facilitate", message.room)  # who leads no more sees no more
            form.add_error(None, str(refused.sentence))
            message.refresh_from_db()
            read = {}  # what is shown now is what they read next
        else:
            told.success(request, pgettext("measure", "Done. The person was told privately, with your words."))
            return redirect(message.room)
    context = {
        "message": message,
        "room": message.room,
        "act": act,
        "form": form,
        "revision": read.get("revision", message.revision),
        "words_shown": message.state == state,  # those taken back or out are not for reading
        "nav_current": "rooms",
    }
    return render(request, "rooms/measure.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone who belongs to the room, and bringing somebody in."""
    room = find_led_room(request, slug)
    form = BringInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            brought = bring_in(by=member_of(request), room=room, **form.cleaned_data)
        except Refused as refused:
            form.add_error("username", str(refused.sentence))
        else:
            sentence = pgettext("room", "{name} belongs to the room now.")
            told.success(request, sentence.format(name=brought.member.name))
            return redirect("rooms:people", slug=slug)
    context = {
        "room": room,
        "form": form,
        "leading": reading.leading(room),
        "viewer": member_of(request),
        "participants": reading.participants(room),
        "nav_current": "rooms",
    }
    return render(request, "rooms/people.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _show_person(request, find_membership(request, slug, pk))


def _show_person(request: HttpRequest, membership: Membership, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "membership": membership,
        "room": membership.room,
        "mute_form": MuteForm(auto_id="mute_%s"),
        "hold_form": ReasonForm(auto_id="hold_%s"),
        "door_form": ReasonForm(auto_id="door_%s"),
        "nav_current": "rooms",
        **forms,
    }
    return render(request, "rooms/person.html", context, status=status)


@signed_in
@require_POST
def act_on_person(request: HttpRequest, slug: str, pk: int, act: str) -> HttpResponse:
    membership = find_membership(request, slug, pk)
    by = member_of(request)
    if act == "part":
        leads = request.POST.get("leads") == "yes"
        change_part(
            by=by, membership=membership, part=Membership.Part.FACILITATOR if leads else Membership.Part.PARTICIPANT
        )
        return redirect("rooms:people", slug=slug)
    if act in ("unmuting", "release"):
        verb: Simple = facilitating.unmute if act == "unmuting" else facilitating.release_member
        verb(by=by, membership=membership)
        return redirect("rooms:person", slug=slug, pk=pk)
    verbs: dict[str, tuple[Simple, type[ReasonForm], str]] = {
        "mute": (facilitating.mute, MuteForm, "mute"),
        "hold": (facilitating.hold_member, ReasonForm, "hold"),
        "door": (facilitating.show_door, ReasonForm, "door"),
    }
    if act not in verbs:
        raise Http404
    verb, form_class, name = verbs[act]
    form = form_class(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            verb(by=by, membership=membership, **form.cleaned_data)
        except Refused as refused:
            require(by, "room.facilitate", membership.room)  # who leads no more sees no more
            form.add_error(None, str(refused.sentence))
        else:
            told.success(request, pgettext("measure", "Done. It is written down, with your reason."))
            return redirect("rooms:people", slug=slug)
    return _show_person(request, membership, status=422, **{f"{name}_form": form})


@signed_in
@require_safe
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done in the room, by whom and why, for the people who lead it."""
    room = find_led_room(request, slug)
    context = {"room": room, "actions": reading.log_of(room), "nav_current": "rooms"}
    return render(request, "rooms/log.html", context)
