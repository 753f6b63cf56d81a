"""One name, however it is typed, and none that is made to look like somebody else's."""

import logging

import pytest
from django.core.exceptions import ValidationError

from hub.logs import NoTokens
from hub.members.arrivals import accept_invitation, check_name, invite
from hub.members.models import Member
from hub.members.names import mixes_scripts, username_of


@pytest.mark.parametrize("typed", ["Hana", "hana", " HANA ", "Ｈａｎａ", "ha\u200bna"])
def test_a_name_is_one_name_however_it_is_typed(typed):
    assert username_of(typed) == "hana"


@pytest.mark.parametrize("name", ["Hаna", "Idriѕ", "Νoor", "раypal"])
def test_a_word_of_two_alphabets_is_refused(db, name):
    assert mixes_scripts(name)
    with pytest.raises(ValidationError) as problem:
        check_name(name)
    assert "one alphabet" in str(problem.value)


@pytest.mark.parametrize("name", ["Noor نور", "Łukasz", "José María", "さくら花", "Kaʻiulani", "O’Neill", "Ζωή"])
def test_names_people_have_are_let_in(db, name):
    check_name(name)


def test_a_full_width_name_is_taken_where_the_plain_one_is(cast):
    with pytest.raises(ValidationError) as problem:
        accept_invitation(token=invite(role="newcomer"), name="Ｈａｎａ", password="a-long-enough-one", language="en")
    assert "has this name already" in str(problem.value)
    assert Member.objects.filter(username="hana").count() == 1


def test_a_log_line_names_no_invitation():
    record = logging.LogRecord("x", 30, "", 0, "Forbidden (%s): %s", ("no cookie", "/join/s3cret-t0ken/"), None)
    assert NoTokens().filter(record)
    assert record.getMessage() == "Forbidden (no cookie): /join/…/"
