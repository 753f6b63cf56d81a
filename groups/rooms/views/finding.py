"""Finding a room through the visitor's membership, and what is in it. Not found and not allowed are one path."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from groups.rooms.models import Membership, Message, Room
from hub.members.models import Member
from hub.permissions import can, require

BIGGEST = 2**63 - 1


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
