"""A refusal that nobody caught becomes an answer with its sentence: a page, or JSON for programs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hub.permissions import Refused
from hub.ratelimits import TooMany
from hub.written import written

STATUS = {"not_allowed": 403, "paused": 409, "refused": 422}


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def status_of(problem: Refused | TooMany) -> int:
    return 429 if isinstance(problem, TooMany) else STATUS[problem.state]


def answer(request: HttpRequest, problem: Refused | TooMany) -> HttpResponse:
    """The whole answer for a refusal: status, sentence and, where it helps, when to try again."""
    status = status_of(problem)
    state = "too_many" if isinstance(problem, TooMany) else problem.state
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"state": state, "say": str(problem.sentence)}, status=status)
    else:
        response = render(
            request, "errors/refused.html", {"say": problem.sentence, "written": written(request)}, status=status
        )
    if isinstance(problem, TooMany):
        response["Retry-After"] = str(problem.retry_after)
    return response


class Refusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return answer(request, problem) if isinstance(problem, (Refused, TooMany)) else None
