"""Showing stored member text in templates."""

from django import template
from django.utils.safestring import SafeString

from hub import richtext

register = template.Library()


@register.filter
def stored_html(html: str) -> SafeString:
    """`{{ message.html|stored_html }}`: HTML that `richtext` rendered and the database kept, nothing else."""
    return richtext.as_html(html)


@register.filter
def excerpt(html: str, limit: int) -> str:
    """`{{ message.html|excerpt:90 }}`: the words without markup, cut at a word."""
    return richtext.plain(html, limit)
