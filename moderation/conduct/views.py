"""The public page of the code of conduct. Anybody may read it; agreeing to it is part of coming in."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from hub.visitor import language_of, supported
from moderation.conduct import code


@require_safe
def code_of_conduct(request: HttpRequest) -> HttpResponseBase:
    """The clauses in force. `?language=` reads them in another language, without changing anything for later."""
    language = supported(request.GET.get("language")) or language_of(request)
    with translation.override(language):
        clauses = code.clauses_in_force(language)
        page = render(
            request,
            "conduct/code.html",
            {
                "nav_current": "conduct",
                "version": code.current_version(),
                "clauses": clauses,
                "some_in_another_language": any(clause.language != language for clause in clauses),
                "needs_native_reader": any(
                    clause.needs_native_reader for clause in clauses if clause.language == language
                ),
                "languages": [(each, name, each == language) for each, name in settings.LANGUAGES],
            },
        )
    page.headers["Content-Language"] = language
    return page if settings.SESSION_COOKIE_NAME in request.COOKIES else _kept(request, page)


def _kept(request: HttpRequest, page: HttpResponse) -> HttpResponseBase:
    """What visitors see holds no form and no nonce, so their browser may keep it and ask whether it is still right."""
    etag = f'"{sha256(page.content).hexdigest()}"'
    page.headers["ETag"] = etag
    page.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(page, ["Accept-Language", "Cookie"])
    return get_conditional_response(request, etag=etag, response=page) or page
