"""The one door to every rule: a rule answers with nothing, or with the sentence the person will read."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from hub import permissions
from hub.permissions import Refused, can, require, rule, verbs, why_not


@pytest.fixture
def lamp(monkeypatch):
    monkeypatch.setattr(permissions, "_rules", {})

    @rule("lamp.light")
    def light(member, thing):
        return None if member == thing else "This lamp is somebody else’s."

    return light


def test_a_rule_says_yes_by_saying_nothing(lamp):
    assert (can("noor", "lamp.light", "noor"), why_not("noor", "lamp.light", "noor")) == (True, None)
    assert require("noor", "lamp.light", "noor") is None
    assert verbs() == ["lamp.light"]


def test_a_refusal_carries_the_sentence(lamp):
    assert not can("kwame", "lamp.light", "noor")
    with pytest.raises(Refused) as problem:
        require("kwame", "lamp.light", "noor")
    assert (str(problem.value.sentence), problem.value.state) == ("This lamp is somebody else’s.", "not_allowed")


def test_an_unknown_verb_is_a_mistake_and_never_a_yes(lamp):
    for ask in (can, require, why_not):
        with pytest.raises(KeyError):
            ask("noor", "lamp.ligth", "noor")


def test_a_verb_has_one_rule(lamp):
    with pytest.raises(ValueError, match=r"lamp\.light has a rule already"):
        rule("lamp.light")(lambda member, thing: None)


def test_templates_ask_at_the_same_door(cast, thursday):
    template = Template('{% if_can "room.facilitate" room as may %}{{ may }}')

    def asked(user):
        request = RequestFactory().get("/")
        request.user = user
        return template.render(Context({"request": request, "room": thursday}))

    assert [asked(user) for user in (cast.hana, cast.noor, AnonymousUser())] == ["True", "False", "False"]
