"""Many people at once, each in a thread with a connection of its own: no gap, nothing twice, nothing lost."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connections
from django.utils import timezone

from groups.rooms.facilitating import approve_message, pin_message
from groups.rooms.gate import pause_untended
from groups.rooms.membership import join_room
from groups.rooms.models import GateWatch, Membership, Message, Pin, Presence, Room
from hub.members.arrivals import accept_invitation, invite
from hub.members.models import Member
from hub.permissions import Refused
from moderation.cases.models import Action
from tests.cast import JSON, browser, fresh, say, ticket

MESSAGES = "/rooms/thursday-evening/messages/"
THREADS = 10


def at_once(works):
    """Do all of these at the same time, as far as ten threads go. Answers in their order."""
    together = threading.Barrier(min(THREADS, len(works)))

    def begin():
        together.wait(30)

    with ThreadPoolExecutor(THREADS, initializer=begin) as pool:
        futures = [pool.submit(work) for work in works]
        answers = [future.result() for future in futures]

        def put_away():
            together.wait(30)  # so that every thread does it
            connections.close_all()

        for closing in [pool.submit(put_away) for _ in range(together.parties)]:
            closing.result()
    return answers


def test_fifty_messages_at_once_take_fifty_places_without_a_gap(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    people = [cast.noor, cast.kwame, cast.mina, cast.ife, cast.hana]
    start = fresh(room)
    made = at_once([lambda who=people[n % 5], n=n: say(who, fresh(room), f"Words {n}") for n in range(50)])
    assert sorted(message.seq for message in made) == list(range(1, 51))
    stored = list(Message.objects.order_by("seq").values_list("pk", "seq", "revision"))
    assert sorted((message.pk, message.seq, message.revision) for message in made) == sorted(stored)
    revisions = [revision for _, _, revision in stored]
    assert revisions == list(range(start.revision + 1, start.revision + 51))
    assert (fresh(room).last_seq, fresh(room).revision) == (50, start.revision + 50)


def test_the_same_ticket_fifty_times_at_once_posts_once(committed_cast, committed_thursday):
    noor = browser(committed_cast.noor)
    key, sent = noor.cookies["hub_session"].value, ticket("Only once")

    def send():
        client = type(noor)()
        client.cookies["hub_session"] = key
        response = client.post(MESSAGES, sent, headers=JSON)
        return response.status_code, response.content

    answers = at_once([send] * 50)
    assert Counter(status for status, _ in answers) == {201: 1, 200: 49}
    assert len({content for _, content in answers}) == 1
    message = Message.objects.get()
    assert (message.body, message.seq, fresh(committed_thursday).last_seq) == ("Only once", 1, 1)


def test_a_held_message_is_let_through_by_one_of_two(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    Room.objects.filter(pk=room.pk).update(holds_all=True)
    held = say(cast.noor, fresh(room), "Held")

    def approve(who):
        try:
            return approve_message(by=fresh(who), message=fresh(held)).seq
        except Refused as refusal:
            return refusal.state

    answers = at_once([lambda who=who: approve(who) for who in (cast.hana, cast.idris)])
    assert sorted(map(str, answers)) == ["1", "refused"]
    assert Action.objects.filter(kind="approve").count() == 1


def test_what_is_made_once_is_made_once_however_many_ask(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    message = say(cast.noor, room, "Words")
    GateWatch.objects.all().delete()
    Presence.objects.all().delete()
    Room.objects.filter(pk=room.pk).update(state_at=timezone.now() - timedelta(hours=1))
    at_once(
        [lambda: join_room(member=fresh(cast.lin), room=fresh(room))] * 4
        + [lambda: pin_message(by=fresh(cast.hana), message=fresh(message))] * 4
        + [pause_untended] * 2
    )
    assert Membership.objects.filter(member=cast.lin, room=room).count() == 1
    assert (Pin.objects.count(), Action.objects.filter(kind="pin").count()) == (1, 1)
    assert GateWatch.objects.count() == 1


def test_an_invitation_lets_one_person_in_and_a_name_belongs_to_one(committed_cast):
    token = invite(role="participant")

    def join(with_token, name):
        try:
            return accept_invitation(token=with_token, name=name, password="a-warm-welcome", language="en").username
        except Exception as problem:
            return type(problem).__name__

    answers = at_once([lambda n=n: join(token, f"Guest {n}") for n in range(5)])
    assert Counter(answers)["ValidationError"] == 4
    assert Member.objects.filter(username__startswith="guest").count() == 1
    tokens = [invite(role="participant") for _ in range(5)]
    answers = at_once([lambda one=one: join(one, "Amal") for one in tokens])
    assert Counter(answers) == {"amal": 1, "ValidationError": 4}
