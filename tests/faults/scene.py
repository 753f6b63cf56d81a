"""What every fault begins with: a hub with the demo community, people signed in, open rooms, and a stop-watch."""

import contextlib
import math
import time
import uuid

from tests.faults.people import Person

LIVE = 0.25  # seconds a frame may take when all is well
HEALED = 3.0  # seconds until the comparison has found what nobody told


def community(hub):
    """A hub with the demo community in it."""
    from hub.demo import community as demo

    with hub.orm():
        demo.build()
    return hub


def signed_in(hub, *names):
    return [Person(hub, name).sign_in() for name in names]


@contextlib.contextmanager
def listening(*people, **options):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(person.listen(**options)) for person in people]


def unique(words):
    return f"{words} {uuid.uuid4().hex[:8]}"


def p99(values):
    return sorted(values)[max(0, math.ceil(len(values) * 0.99) - 1)]


def post_and_hear(person, feeds, body, *, seconds=10, port=None):
    """(seconds until it was acknowledged, seconds until everybody had heard)."""
    began = time.monotonic()
    answer = person.say(body, port=port)
    acked = time.monotonic() - began
    assert answer["status"] == 201, answer
    return acked, max(feed.wait_for_message(answer["id"], seconds=seconds) for feed in feeds) - began


def soon(person, feeds, *, most=1.5, times=4):
    """How long a frame may take here and now: 250 ms, unless the machine itself is that slow with nothing wrong.

    Never as long as the comparison would need to heal it.
    """
    usual = max(post_and_hear(person, feeds, unique("All is well"))[1] for _ in range(times))
    return min(max(LIVE, 4 * usual), most)


BY_VERB = """
import time, uuid
from groups.rooms.conversation import post_message
from groups.rooms.models import Room
from hub.members.models import Member
room = Room.objects.get(slug="thursday-evening")
message = post_message(author=Member.objects.get(username={author!r}), room=room, body={body!r}, client_id=uuid.uuid4())
print(message.message.pk, time.monotonic())
"""


def post_from_a_shell(hub, author, body):
    """(id, monotonic seconds when it was committed) of a message written by a process that serves nobody."""
    pk, at = hub.python(BY_VERB.format(author=author, body=body)).split()
    return int(pk), float(at)
