"""Tags that print the drawings and link the stylesheets. Built in (settings.TEMPLATES): no `{% load %}` needed.

A page may hold thirty panes, so each combination is rendered once and remembered; there are a few hundred in all.
"""

from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hub import stylesheet
from hub.drawings import DIRECTIONAL, FANLIGHTS, GLASS, ICONS, MARK, PANES

register = template.Library()

SEAT_SIZES = frozenset({"s", "m", "l"})
EMBLEM_SIZES = frozenset({"s", "m", "l", "fill"})
STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Always stands beside a word. An unknown name is a mistake in the template, so it raises."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"No icon is called {name!r}.")
    css = "icon flip" if name in DIRECTIONAL else "icon"
    return format_html(f'<svg class="{{}}" viewBox="0 0 24 24" {STROKE} aria-hidden="true">{ICONS[name]}</svg>', css)


@register.simple_tag
def seat(pane: str, glass: str, size: str = "m") -> SafeString:
    """A person's pane. What is stored may be older than the drawings, so unknown values fall back."""
    return _seat(pane if pane in PANES else "moon", glass if glass in GLASS else "dusk", size)


@register.simple_tag
def fanlight(pattern: str, glass: str, size: str = "m") -> SafeString:
    """The window of a room or circle. Unknown stored values fall back."""
    return _fanlight(pattern if pattern in FANLIGHTS else "moon", glass if glass in GLASS else "dusk", size)


@register.simple_tag
@cache
def wordmark() -> SafeString:
    return format_html(
        '<svg viewBox="0 0 64 33" fill="currentColor" aria-hidden="true">' + MARK + "</svg><b>{}</b>", "Fanlight"
    )


@register.simple_tag
def stylesheets() -> SafeString:
    """One file; while debugging the parts themselves, so that an edit shows at once.

    `@import` would find the parts only after the first file arrived, and thirty links keep a slow phone waiting
    for thirty answers. One file in step with its parts (tests/test_design.py) needs neither a build nor a bundler.
    """
    names = stylesheet.PARTS if settings.DEBUG else (stylesheet.WHOLE,)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"hub/css/{name}"),) for name in names))


@cache
def _seat(pane: str, glass: str, size: str) -> SafeString:
    if size not in SEAT_SIZES:
        raise template.TemplateSyntaxError(f"A seat is s, m or l, not {size!r}.")
    drawing = f'<svg viewBox="0 0 40 46" fill="currentColor">{PANES[pane]}</svg>'
    return format_html('<span class="seat seat-{} {}" aria-hidden="true">' + drawing + "</span>", size, glass)


@cache
def _fanlight(pattern: str, glass: str, size: str) -> SafeString:
    if size not in EMBLEM_SIZES:
        raise template.TemplateSyntaxError(f"A fanlight is s, m, l or fill, not {size!r}.")
    drawing = f'<svg class="fan" viewBox="0 0 120 62">{FANLIGHTS[pattern]}</svg>'
    return format_html('<span class="emblem emblem-{} {}" aria-hidden="true">' + drawing + "</span>", size, glass)
