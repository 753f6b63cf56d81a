"""Showing people's names in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def in_a_row(names: Iterable[str]) -> SafeString:
    """`{{ leaders|in_a_row }}`: names one after another, each isolated, with the comma of the reader's language."""
    # Translators: what stands between two names in a list, with its space.
    return format_html_join(pgettext("list", ", "), "<bdi>{}</bdi>", ((name,) for name in names))
