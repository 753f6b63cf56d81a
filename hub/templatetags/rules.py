"""`{% if_can "room.facilitate" room as may %}`: for showing, never for guarding."""

from __future__ import annotations

from typing import Any

from django import template

from hub.permissions import can

register = template.Library()


@register.simple_tag(takes_context=True)
def if_can(context: template.Context, verb: str, thing: Any) -> bool:
    """Whether the person who is looking may do this to the thing; use with `as`."""
    user = context["request"].user
    return bool(user.is_authenticated and can(user, verb, thing))
