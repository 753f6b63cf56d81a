"""Messages over HTTP: post, catch up, and what their author may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.rooms import fragments, newsreading, reading
from groups.rooms.conversation import (
    Posted,
    changes_after,
    edit_message,
    post_message,
    withdraw_message,
)
from groups.rooms.doorman import whole_number
from groups.rooms.forms import EditForm, MessageForm, ReasonForm
from groups.rooms.listeners import Key
from groups.rooms.models import Message, Room
from groups.rooms.rules import is_facilitator
from groups.rooms.views.finding import find_message, find_room, member_of, signed_in, signed_out, words_kept
from groups.rooms.views.rooms import show_room
from hub.members.models import Member
from hub.permissions import Refused, can
from hub.ratelimits import TooMany
from hub.refusals import answer, status_of, wants_json
from hub.typed import clean_input

CODES = {Message.State.POSTED: 201, Message.State.HELD: 202}


@require_http_methods(["GET", "POST"])
@words_kept
def messages(request: HttpRequest, slug: str) -> HttpResponse:
    """`POST` says something in the room; `GET ?after=<revision>` is everything that changed since."""
    if not isinstance(request.user, Member):
        return signed_out(request)
    room = find_room(request, slug)
    return _post(request, room) if request.method == "POST" else _changes(request, room)


def _changes(request: HttpRequest, room: Room) -> HttpResponse:
    after = whole_number(request.GET.get("after", "0"))
    if after is None:
        say = pgettext("refusal", "“after” is a revision: a whole number.")
        return JsonResponse({"state": "refused", "say": say}, status=400)
    upsert, gone, last = changes_after(room.pk, after, until=room.revision)
    body: dict[str, Any] = {
        "revision": last,
        "upsert": fragments.upserts(upsert, room),
        "gone": gone,
        "more": last < room.revision,
    }
    if "panels" in request.GET and not body["more"]:  # for pages that have no socket
        body["panels"] = newsreading.panels(room.pk, _key(request, room))
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _key(request: HttpRequest, room: Room) -> Key:
    leads = is_facilitator(member_of(request), room)
    return get_language() or "en", newsreading.FACILITATOR if leads else newsreading.PARTICIPANT


def _post(request: HttpRequest, room: Room) -> HttpResponse:
    form = MessageForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_unreadable(form), state="refused")
        words = form.cleaned_data
        posted = post_message(
            author=member_of(request),
            room=room,
            body=words["body"],
            client_id=words["client_id"],
            cover=words["cover"],
            reply_to=form.answered(room),
        )
    except (Refused, TooMany) as problem:
        return _kept(request, room, problem)
    if wants_json(request):
        return JsonResponse(
            _as_json(posted), status=200 if posted.repeated else CODES[Message.State(posted.message.state)]
        )
    return _shown(request, room, posted)


def _unreadable(form: MessageForm) -> str:
    if "client_id" in form.errors:
        return pgettext(
            "refusal", "The page was older than it should be. Your words are still in the box: send them again."
        )
    return pgettext("refusal", "Something in this message could not be read. Your words are still in the box.")


def _kept(request: HttpRequest, room: Room, problem: Refused | TooMany) -> HttpResponse:
    """Refused, and nothing lost: the words are in the box again, with the sentence above them."""
    if wants_json(request):
        return answer(request, problem)
    room.refresh_from_db()
    response = show_room(request, room, draft=_draft(request), say=problem.sentence, status=status_of(problem))
    if isinstance(problem, TooMany):
        response["Retry-After"] = str(problem.retry_after)
    return response


def _draft(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("body", "cover", "reply_to")}


def _as_json(posted: Posted) -> dict[str, Any]:
    message = posted.message
    return {
        "id": message.pk,
        "seq": message.seq,
        "revision": message.revision,
        "state": message.state,
        "say": _say(message),
    }


def _say(message: Message) -> str:
    if message.state == Message.State.HELD:
        return pgettext("room", "Your message is with the people who lead this room. It is not deleted.")
    return ""


def _shown(request: HttpRequest, room: Room, posted: Posted) -> HttpResponse:
    message = posted.message
    words = clean_input(request.POST.get("body", "")).strip()
    if posted.repeated and words and words != message.body:
        # The form came from a page that was kept by the browser: the same ticket, but new words.
        say = pgettext("room", "The page was an old one. Your words are still in the box: press Send once more.")
        return show_room(request, room, draft=_draft(request), say=say, status=409)
    if message.state == Message.State.HELD:
        told.info(request, _say(message))
        return redirect(f"{room.get_absolute_url()}#waiting")
    return redirect(f"{room.get_absolute_url()}#message-{message.pk}")


@signed_in
@require_safe
def message_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One message and everything this visitor may do with it. Works without JavaScript; htmx opens it in place."""
    return show_message(request, find_message(request, slug, pk))


def show_message(request: HttpRequest, message: Message, *, status: int = 200, **forms: Any) -> HttpResponse:
    member = member_of(request)
    leads = is_facilitator(member, message.room)
    mine = message.author_id == member.pk
    context = {
        "message": message,
        "room": message.room,
        "base": message.room.get_absolute_url(),
        "mine": mine,
        "leads": leads,
        "may_edit": can(member, "message.edit", message),
        "may_withdraw": can(member, "message.withdraw", message),
        "edit_form": forms.get("edit_form") or EditForm(initial={"body": message.body, "cover": message.cover}),
        "reason_form": forms.get("reason_form") or ReasonForm(auto_id="because_%s"),
        "pinned": message.pins.filter(ended_at=None).exists(),
        "why": reading.why(message) if mine or leads else None,
        "author_membership": message.room.memberships.filter(member_id=message.author_id, ended_at=None).first(),
        "language_next": request.path,
        "nav_current": "rooms",
        **forms,
    }
    return render(request, "rooms/message.html", context, status=status)


@signed_in
@require_POST
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    message = find_message(request, slug, pk)
    form = EditForm(request.POST)
    if not form.is_valid():
        return show_message(request, message, edit_form=form, status=422)
    words = form.cleaned_data
    try:
        message = edit_message(author=member_of(request), message=message, body=words["body"], cover=words["cover"])
    except (Refused, TooMany) as problem:
        form.add_error("body", str(problem.sentence))
        message.refresh_from_db()
        return show_message(request, message, edit_form=form, status=status_of(problem))
    if message.state == Message.State.HELD:
        told.info(request, _say(message))
        return redirect(f"{message.room.get_absolute_url()}#waiting")
    return redirect(f"{message.room.get_absolute_url()}#message-{message.pk}")


@signed_in
@require_POST
def withdrawal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    message = find_message(request, slug, pk)
    withdraw_message(author=member_of(request), message=message)
    told.success(request, pgettext("room", "You took your message back."))
    return redirect(message.room)
