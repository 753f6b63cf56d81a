"""`manage.py role`: giving a role, and ending it."""

import pytest
from django.core.management import CommandError, call_command

from groups.rooms.rules import is_facilitator
from tests.cast import fresh


def test_a_role_is_given_and_ended_by_name(cast, capsys):
    call_command("role", "Noor", give="facilitator")
    assert capsys.readouterr().out == "Noor: facilitator, participant\n"
    call_command("role", "noor", end="facilitator")
    assert capsys.readouterr().out == "Noor: participant\n"


def test_ending_the_role_ends_leading_where_the_part_stays(cast, thursday):
    assert is_facilitator(fresh(cast.hana), thursday)
    before = fresh(thursday).doors_revision
    call_command("role", "hana", end="facilitator")
    assert not is_facilitator(fresh(cast.hana), thursday)
    assert fresh(thursday).doors_revision > before


def test_an_unknown_name_is_said_to_be_unknown(db):
    with pytest.raises(CommandError, match="Nobody here has that name"):
        call_command("role", "nobody", give="facilitator")
