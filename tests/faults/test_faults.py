"""Every fault at full length, each on the set-up of this pass. Run by `manage.py faults`, which shows the figures."""

import pytest

from tests.faults import doors, dying, gates, readers, silence
from tests.faults.scene import community

SERVERS = ["daphne", "uvicorn"]
GRACE = 20  # seconds: longer than a restart and a look of the worker take together
needs_redis = pytest.mark.servers


@pytest.fixture
def start(new_hub):
    return lambda kind="daphne", **options: community(new_hub(**options)).start(kind)


@pytest.mark.parametrize("kind", SERVERS)
def test_power_cut(start, fault, kind):
    """kill -9 three times while three people write"""
    fault(dying.power_cut(start(kind), messages=30, cuts=3))


@pytest.mark.parametrize("kind", SERVERS)
def test_lost_answer(start, fault, kind):
    """the answer is lost after the commit"""
    fault(dying.lost_answer(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
def test_farewell(start, fault, kind):
    """SIGTERM with open rooms"""
    fault(dying.farewell(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
def test_in_flight(start, fault, kind):
    """SIGTERM and a new start while two people write"""
    fault(dying.in_flight(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
def test_idle(start, fault, kind):
    """nobody says anything for 60 s"""
    fault(silence.idle(start(kind), seconds=60))


def test_event_lost(start, fault):
    """tellings thrown away"""
    fault(silence.event_lost(start(), times=5))


@needs_redis
def test_redis_stopped(start, fault):
    """Redis stopped for 30 s"""
    fault(silence.redis_away(start(), seconds=30))


@needs_redis
def test_redis_hung(start, fault):
    """Redis hangs for 20 s"""
    fault(silence.redis_away(start(), seconds=20, hung=True))


@needs_redis
@pytest.mark.parametrize("kind", SERVERS)
def test_other_processes(start, fault, kind):
    """messages from a WSGI worker and a shell, sockets at Daphne and uvicorn"""
    fault(silence.other_processes(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
def test_stopped_reader(start, fault, kind):
    """a reader stops reading during a flood"""
    fault(readers.stopped_reader(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
def test_dead_socket(start, fault, kind):
    """a goodbye that cannot arrive"""
    fault(readers.dead_socket(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
def test_long_backlog(start, fault, kind):
    """5 MB were said while somebody was away"""
    fault(readers.long_backlog(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
def test_broken_frames(start, fault, kind):
    """broken, oversized and meaningless frames"""
    fault(readers.broken_frames(start(kind)))


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("loss", [doors.shown_the_door, doors.signed_out, doors.deactivated, doors.demoted])
def test_rights_lost(start, fault, kind, loss):
    """a right ends while the room is open"""
    fault(loss(start(kind)))


def test_facilitator_goes(start, fault):
    """the server dies under a facilitator, and later she goes"""
    fault(gates.facilitator_goes(start(env={"HUB_ROOM_GRACE_SECONDS": str(GRACE)}), grace=GRACE))
