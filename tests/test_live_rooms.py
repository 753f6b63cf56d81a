"""Live rooms keep their promises on real servers, in short. The long versions are run by `manage.py faults`."""

import pytest

from tests.faults import doors, dying, gates, readers, silence
from tests.faults.scene import community

pytestmark = pytest.mark.live


@pytest.fixture
def hub(new_hub):
    return community(new_hub()).start()


def test_nothing_acknowledged_is_lost_by_a_power_cut(hub):
    dying.power_cut(hub)


def test_an_answer_lost_on_the_way_posts_once(hub):
    dying.lost_answer(hub)


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_a_stopping_hub_says_when_to_come_back(new_hub, kind):
    dying.farewell(community(new_hub()).start(kind))


def test_a_lost_telling_heals_by_itself(hub):
    silence.event_lost(hub, times=2)


def test_an_idle_socket_stays(hub):
    silence.idle(hub, seconds=3)


def test_a_reader_that_stops_is_let_go_and_nobody_else_waits(hub):
    readers.stopped_reader(hub)


def test_a_goodbye_that_cannot_arrive_does_not_wait_for_ever(new_hub):
    readers.dead_socket(community(new_hub()).start("uvicorn"))


def test_whoever_was_away_for_long_gets_it_all(hub):
    readers.long_backlog(hub)


def test_broken_frames_end_their_own_socket_only(hub):
    readers.broken_frames(hub)


def test_a_member_shown_the_door_hears_nothing_more(hub):
    doors.shown_the_door(hub)


def test_signing_out_closes_what_is_open_there(hub):
    doors.signed_out(hub)


def test_an_account_that_is_closed_is_out_everywhere(hub):
    doors.deactivated(hub)


def test_who_leads_no_more_sees_no_held_message(hub):
    doors.demoted(hub)


def test_a_room_nobody_looks_after_is_paused(new_hub):
    gates.untended(community(new_hub(env={"HUB_ROOM_GRACE_SECONDS": "5"})).start())


def test_stopping_while_people_write_loses_nothing(hub):
    dying.in_flight(hub)


@pytest.mark.servers
def test_rooms_go_on_without_redis(hub):
    silence.redis_away(hub, seconds=4)


@pytest.mark.servers
def test_rooms_go_on_while_redis_hangs(hub):
    silence.redis_away(hub, seconds=4, hung=True)


@pytest.mark.servers
def test_what_other_processes_write_is_heard_at_once(hub):
    silence.other_processes(hub)
