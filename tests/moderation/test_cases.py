"""What is done to somebody has a clause and a reason, and is written in the step that does it."""

import pytest
from django.db import transaction

from hub.permissions import Refused
from moderation.cases.actions import record
from moderation.cases.models import Action
from tests.cast import REASON, a_clause

PLACE = ("room", 12)


@pytest.mark.parametrize("kind", sorted(Action.NEEDS_CLAUSE))
def test_a_measure_needs_clause_and_reason(cast, kind):
    for lacks in ({"clause": None}, {"reason": ""}, {"reason": " \n"}):
        with pytest.raises(Refused) as problem:
            record(
                kind=kind, by=cast.hana, place=PLACE, about=cast.noor, **{"clause": a_clause(), "reason": "x"} | lacks
            )
        assert problem.value.state == "refused"
    action = record(kind=kind, by=cast.hana, place=PLACE, about=cast.noor, clause=a_clause(), reason=f" {REASON}\n")
    assert (action.reason, action.clause.number, action.about) == (REASON, 3, cast.noor)


@pytest.mark.parametrize("kind", sorted(set(Action.Kind.values) - Action.NEEDS_CLAUSE))
def test_what_is_done_for_the_room_needs_neither(cast, kind):
    action = record(kind=kind, by=cast.hana, place=PLACE, thing=("message", 7))
    assert (action.place_kind, action.place_id, action.thing_kind, action.thing_id) == ("room", 12, "message", 7)


def test_an_effect_that_fails_leaves_no_record(cast):
    before = Action.objects.count()

    def fails():
        with transaction.atomic():
            record(kind="pin", by=cast.hana, place=PLACE)
            assert Action.objects.count() == before + 1
            raise RuntimeError("the effect")

    with pytest.raises(RuntimeError, match="the effect"):
        fails()
    assert Action.objects.count() == before
