"""Choosing the language of the pages: a cookie for everyone, and the member's own row when signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from hub.members.models import Member


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = "/"
    response = redirect(wanted)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        if isinstance(request.user, Member) and request.user.language != language:
            Member.objects.filter(pk=request.user.pk).update(language=language)
        remember(response, language)
    return response


def remember(response: HttpResponse, language: str) -> HttpResponse:
    """Keep the language in the browser, where pages without a session find it too."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
