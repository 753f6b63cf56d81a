"""The cast, as fixtures: the people of the demo, who came in by the real verbs, and the rooms they meet in.

    def test_something(cast, thursday):          # inside a transaction that is taken back after the test
        message = say(cast.noor, thursday, "Hello")

Tests that need real commits (threads, sockets) take `committed_cast` and `committed_thursday` instead, and live in
modules of their own, because `cast` keeps one transaction open for a whole module.
"""

import uuid
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import translation

from groups.rooms.conversation import post_message
from groups.rooms.facilitating import open_room
from groups.rooms.making import bring_in, make_room
from groups.rooms.models import Membership, Room
from hub.demo import community
from hub.demo.people import CAST
from hub.members.models import Member
from moderation.conduct import code
from moderation.conduct.first_code import lay_down
from moderation.conduct.models import Clause, ClauseText, CodeVersion

SLUG = "thursday-evening"
IN_THURSDAY = ("kwame", "noor", "mina", "bea", "tomasz", "ife")
REASON = "Let us keep the round open for everyone. You can write again after the break."


def build():
    """Everyone arrives; Hana opens her room, which Idris leads with her, and Idris has another where Noor comes too."""
    lay_down(CodeVersion, Clause, ClauseText)  # tests that empty the database take the first code with them
    with translation.override("en"):
        people = community.arrive()
        hana, idris = people["hana"], people["idris"]
        thursday = make_room(by=hana, name="Thursday Evening Circle", slug=SLUG, about="An hour together.")
        bring_in(by=hana, room=thursday, username="idris", leads=True)
        for name in IN_THURSDAY:
            bring_in(by=hana, room=thursday, username=name)
        quiet = make_room(by=idris, name="Quiet hour", slug="quiet-hour", pattern="rings", glass="sky")
        bring_in(by=idris, room=quiet, username="noor")
        open_room(by=hana, room=thursday)


def everyone():
    """The cast as freshly loaded, so that nothing one test remembers reaches the next."""
    names = [person.username for person in CAST]
    return SimpleNamespace(**{member.username: member for member in Member.objects.filter(username__in=names)})


@pytest.fixture(scope="module")
def _cast_of_the_module(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around._from_testcase = True  # as Django's own TestCase does it: what is under test may ask to be outermost
        with around:
            build()
            yield
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def cast(_cast_of_the_module, db):
    return everyone()


@pytest.fixture
def committed_cast(transactional_db):
    assert not connection.in_atomic_block, "a test of this module has taken `cast`: put this one into another module"
    build()
    return everyone()


@pytest.fixture
def thursday(cast):
    """Open, led by Hana and Idris. Everyone of IN_THURSDAY takes part."""
    return Room.objects.get(slug=SLUG)


@pytest.fixture
def quiet(cast):
    """Closed, led by Idris. Noor takes part."""
    return Room.objects.get(slug="quiet-hour")


@pytest.fixture
def committed_thursday(committed_cast):
    return Room.objects.get(slug=SLUG)


def browser(member, **extra):
    """A browser in which the member is signed in."""
    client = Client(**extra)
    client.force_login(member)
    return client


def say(who, room, words, *, reply_to=None, cover="", client_id=None):
    """Post through the real verb. Answers with the message."""
    return post_message(
        author=fresh(who), room=room, body=words, client_id=client_id or uuid.uuid4(), cover=cover, reply_to=reply_to
    ).message


def fresh(thing):
    """The same row as the database has it now, with nothing remembered."""
    return type(thing)._default_manager.get(pk=thing.pk)


def place_of(member, room):
    """The member's live membership of the room."""
    return Membership.objects.live().get(member=member, room=room)


def a_clause(number=3):
    """A clause of the code in force."""
    return Clause.objects.get(pk=next(one.id for one in code.clauses_in_force("en") if one.number == number))


def because(number=3):
    """What a measure needs: a clause and a reason."""
    return {"clause": a_clause(number), "reason": REASON}


def ticket(words="Hello everyone", **more):
    """What the composer sends."""
    return {"body": words, "client_id": str(uuid.uuid4()), **more}


JSON = {"Accept": "application/json"}
