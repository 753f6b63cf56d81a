"""A socket that lives for a day, by a moved clock: every turn the house makes in it, none of the waiting between.

It proves what the hub decides by the clock: presence, doors, sign-ins. That the wire itself stays is `faults idle`;
that no server closes it by age is an option of its own, which the demo sets and Daphne alone has, at one day.
"""

from datetime import timedelta

from django.utils import timezone

from groups.rooms import presence
from tests.cast import say
from tests.sockets import cookie_of, play

SIGNED_OUT = 4401


def test_an_idle_socket_lives_a_day_and_its_sign_in_two_weeks(committed_cast, committed_thursday, monkeypatch):
    noor, room = committed_cast.noor, committed_thursday
    key, began = cookie_of(noor), timezone.now()

    def move_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    def is_here():
        return noor.name in {person.name for person in presence.who_is_here(room.pk)[1]}

    async def scenario(stage):
        socket = await stage.open(key)
        for half_minutes in range(0, 24 * 120 + 1, 120):
            move_to(began + timedelta(seconds=30 * half_minutes))
            assert half_minutes == 0 or not await stage.db(is_here), "the clock did not move"
            await stage.house.touch(True)
            assert await stage.db(is_here)
        move_to(began + timedelta(days=1))
        message = await stage.db(say, committed_cast.hana, room, "Good evening again.")
        told = await socket.frame(lambda frame: frame.get("upsert"))
        assert [change["id"] for change in told["upsert"]] == [message.pk]
        move_to(began + timedelta(days=14, seconds=1))
        await stage.house.touch(True)
        assert await socket.closed() == SIGNED_OUT

    play(scenario)
