"""A refusal that nobody caught is an answer in words, for people and for programs."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from hub.permissions import Refused
from hub.ratelimits import LIMITS, TooMany
from hub.refusals import wants_json

PROBLEMS = {
    "not-allowed": (403, "not_allowed", Refused("Only its members.")),
    "paused": (409, "paused", Refused("The room is paused.", "paused")),
    "refused": (422, "refused", Refused("There were no words.", "refused")),
    "too-many": (429, "too_many", TooMany(LIMITS["edit"], 7)),
}


def fails(request, name):
    if name == "fine":
        return HttpResponse("fine")
    raise PROBLEMS[name][2]


urlpatterns = [path("<str:name>/", fails)]


@pytest.fixture
def browser(client):
    with override_settings(ROOT_URLCONF=__name__):
        yield client


@pytest.mark.parametrize("name", PROBLEMS)
def test_programs_get_state_and_sentence(browser, name):
    status, state, problem = PROBLEMS[name]
    response = browser.get(f"/{name}/", headers={"Accept": "application/json"})
    assert response.status_code == status
    assert json.loads(response.content) == {"state": state, "say": str(problem.sentence)}
    assert response.headers.get("Retry-After") == ("7" if status == 429 else None)


def test_sentences_are_written_as_words():
    for _, _, problem in PROBLEMS.values():
        assert str(problem.sentence).endswith(".")


@pytest.mark.parametrize(
    ("accept", "json_wanted"),
    [
        ("application/json", True),
        ("application/json, text/html;q=0.5", True),
        ("text/html, application/json;q=0.5", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_json_is_for_those_who_prefer_it(accept, json_wanted):
    headers = {"Accept": accept} if accept else {}
    assert wants_json(RequestFactory().get("/", headers=headers)) == json_wanted
