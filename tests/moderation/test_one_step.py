"""An Action is written in the transaction of its effect. Apart from test_cases, where a transaction is always open."""

import pytest

from moderation.cases.actions import record


def test_a_record_outside_the_step_that_does_it_is_a_mistake():
    with pytest.raises(AssertionError, match="one step"):
        record(kind="pin", by=None, place=("room", 12))
