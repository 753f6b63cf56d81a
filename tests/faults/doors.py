"""Somebody loses a right while their room is open: what they hear after that moment, and how soon they are out."""

import re
import time

from tests.faults.people import SLUG, check
from tests.faults.scene import HEALED, listening, signed_in, soon, unique
from tests.live import wait_for

SIGNED_OUT, NOT_A_MEMBER = 4401, 4403


def _out(feed, began, code):
    """Wait for the close; assert its code, that nobody came back, and return the seconds it took."""
    feed.wait(lambda: feed.codes, seconds=5)
    assert feed.codes == [code], feed
    wait_for(feed.over.is_set)
    return feed.closed_at[0] - began


def shown_the_door(hub):
    """A member is shown the door over HTTP. Not one more frame, and out within a quarter of a second."""
    hana, kwame, noor, witness = signed_in(hub, "hana", "kwame", "noor", "mina")
    with listening(noor, witness) as (gone, stays):
        limit = soon(kwame, [stays])
        person = _page_of(hana, "Noor")
        _, form = hana.request("GET", person)
        fields = {
            "clause": re.search(r'<option value="(\d+)"', form)[1],
            "reason": "We talked about this. Write to us.",
        }
        sent = time.monotonic()
        status, _ = hana.request("POST", f"{person}door/", fields)
        ended = time.monotonic()
        assert status == 302, status
        answer = kwame.say(unique("Said after the door closed"))
        stays.wait_for_message(answer["id"])
        # The server's answer comes after the commit, and the close may well be quicker than the answer.
        took = _out(gone, ended, NOT_A_MEMBER)
        assert took < limit, (took, limit)
        late = [frame for at, frame in gone.frames if at > sent and frame.get("upsert")]
        assert not late, late
        assert answer["id"] not in gone.arrivals
        assert noor.request("GET", f"/rooms/{SLUG}/")[0] == 404
        check(hub, people=[kwame], feeds=[stays])
    return {"out_s": round(max(0, took), 3)}


def _page_of(facilitator, name):
    _, people = facilitator.request("GET", f"/rooms/{SLUG}/people/")
    for path in dict.fromkeys(re.findall(rf'href="(/rooms/{SLUG}/people/\d+/)"', people)):
        if name in facilitator.request("GET", path)[1].split("</h1>")[0]:
            return path
    raise AssertionError(f"{name} is not among the people of the room")


def signed_out(hub):
    """Signing out on one device closes what is open there, and nothing of the same person elsewhere."""
    laptop, phone, kwame = signed_in(hub, "noor", "noor", "kwame")
    with listening(laptop, phone) as (gone, stays):
        limit = soon(kwame, [stays])
        laptop.sign_out()
        took = _out(gone, time.monotonic(), SIGNED_OUT)
        answer = kwame.say(unique("Said after signing out"))
        stays.wait_for_message(answer["id"])
        assert took < limit, (took, limit)
        assert answer["id"] not in gone.arrivals
        assert stays.opened == 1
    return {"out_s": round(max(0, took), 3)}


DEACTIVATE = """
import time
from django.db import transaction
from hub.contracts import standing_changed
from hub.members.models import Member
with transaction.atomic():
    member = Member.objects.get(username="noor")
    member.is_active = False
    member.save(update_fields=["is_active"])
    standing_changed(member.pk)
print(time.monotonic())
"""


def deactivated(hub):
    """An account is closed by a process that serves nobody."""
    noor, mina, kwame = signed_in(hub, "noor", "mina", "kwame")
    with listening(noor, mina) as (gone, stays):
        limit = soon(kwame, [stays]) if hub.redis else HEALED
        closed = float(hub.python(DEACTIVATE))
        took = _out(gone, closed, NOT_A_MEMBER)
        assert took < limit, (took, limit)
        answer = kwame.say(unique("Said after the account was closed"))
        stays.wait_for_message(answer["id"])
        assert answer["id"] not in gone.arrivals
        assert not [frame for at, frame in gone.frames if at > closed and frame.get("upsert")]
    return {"out_s": round(max(0, took), 3)}


END_ROLE = """
import time
from hub.members.arrivals import end_role
from hub.members.models import Member
end_role(member=Member.objects.get(username="idris"), name="facilitator")
print(time.monotonic())
"""


def demoted(hub):
    """A facilitator who is none any more sees no held message from that moment on, in no panel and no frame."""
    hana, idris, kwame = signed_in(hub, "hana", "idris", "kwame")
    with listening(hana, idris) as (stays, gone):
        limit = soon(kwame, [stays]) if hub.redis else HEALED
        assert hana.request("POST", f"/rooms/{SLUG}/holding/", {"holds": "yes"})[0] == 302
        first, second = unique("heldbefore"), unique("heldafter")
        assert kwame.say(first)["status"] == 202
        for feed in (stays, gone):
            feed.wait(lambda feed=feed: _tells(feed, first))
        ended = float(hub.python(END_ROLE))
        gone.wait(lambda: any(frame.get("op") == "reload" for frame in gone.heard_after(ended - 1)), seconds=5)
        took = next(at for at, frame in gone.frames if frame.get("op") == "reload") - ended
        assert took < limit, (took, limit)
        assert kwame.say(second)["status"] == 202
        stays.wait(lambda: _tells(stays, second))
        assert not _tells(gone, second), "a held message reached somebody who leads no more"
        assert second not in idris.request("GET", f"/rooms/{SLUG}/")[1]
    return {"changed_s": round(max(0, took), 3)}


def _tells(feed, words):
    return any(words in str(frame) for _, frame in feed.frames)
