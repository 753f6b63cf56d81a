"""The socket of a room: whom it lets in, what it tells, and how it ends."""

import asyncio
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from groups.rooms import doorman, presence
from groups.rooms import facilitating as hand
from groups.rooms.membership import change_part
from groups.rooms.models import Membership, Presence
from hub import bus
from hub.members.arrivals import end_role, end_sessions
from hub.members.models import Session
from tests.cast import JSON, SLUG, because, browser, fresh, place_of, say
from tests.sockets import HERE, cookie_of, play

REFUSED = 4403


def news(frame):
    return frame.get("upsert")


def panel(name):
    return lambda frame: name in frame.get("panels", {})


# --- The door

ORIGINS = {
    HERE: True,
    "https://testserver": True,
    None: False,
    "": False,
    "null": False,
    "http://testserver:8000": False,
    "http://testserver.evil.example": False,
    "http://eviltestserver": False,
    "http://evil.example": False,
    "http://testserver@evil.example": False,
    "http://testserver/": False,
    "http://testserver/path": False,
    "HTTP://testserver": False,
    "ftp://testserver": False,
    "http://[": False,
    "http://[::1": False,
    "http://testserver:port": False,
    "http://\x00testserver": False,
    "\xff\xfe": False,
}


def test_only_pages_of_this_very_place_open_a_socket(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        found = {origin: (await stage.knock(key, origin=origin)).is_open for origin in ORIGINS}
        assert found == ORIGINS

    play(scenario)


def test_with_named_origins_only_those(committed_cast, committed_thursday, settings):
    settings.HUB_ORIGINS = ["https://hub.example"]
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        origins = ("https://hub.example", HERE, "http://hub.example", "https://hub.example:8443", None)
        found = [(await stage.knock(key, origin=origin)).is_open for origin in origins]
        assert found == [True, False, False, False, False]

    play(scenario)


def test_a_host_that_is_not_ours_is_refused_whatever_it_says_of_its_origin(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        for host in ("evil.example", "", "testserver:8000:1", "[", "\xff"):
            assert not (await stage.knock(key, host=host, origin=f"http://{host}")).is_open
        assert (await stage.knock(key)).is_open

    play(scenario)


def with_signs(cast):
    """Sign-ins of Noor that are no longer good, each made from one that was."""

    def expired():
        key = cookie_of(cast.noor)
        Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))
        return key

    def ended():
        key = cookie_of(cast.noor)
        end_sessions(Session.objects.filter(session_key=key))
        return key

    def with_an_older_password():
        key = cookie_of(cast.noor)
        noor = fresh(cast.noor)
        noor.set_password("another-warm-welcome")
        noor.save()
        return key

    return [expired(), ended(), with_an_older_password()]


def test_a_sign_in_that_is_no_longer_good_opens_nothing(committed_cast, committed_thursday):
    keys = with_signs(committed_cast)
    good = cookie_of(fresh(committed_cast.noor))

    async def scenario(stage):
        found = [await stage.knock(key) for key in [*keys, "", "x", "a" * 5000, good]]
        assert [socket.is_open for socket in found] == [False] * 6 + [True]
        assert {socket.code for socket in found[:-1]} == {REFUSED}

    play(scenario)


def test_people_without_a_place_here_look_the_same_as_a_room_that_is_not_there(committed_cast, committed_thursday):
    cast = committed_cast
    Membership.objects.filter(member=cast.mina).update(ended_at=timezone.now())
    kwame = cookie_of(cast.kwame)
    cast.kwame.is_active = False
    cast.kwame.save()
    keys = {name: cookie_of(getattr(cast, name)) for name in ("gwen", "chidi", "eero", "mina", "noor")}

    async def scenario(stage):
        for name, key in keys.items():
            socket = await stage.knock(key)
            assert (name, socket.is_open) == (name, name == "noor")
            assert socket.code in (REFUSED, None)
        assert not (await stage.knock(kwame)).is_open
        nowhere = await stage.knock(keys["noor"], slug="no-such-room")
        assert (nowhere.is_open, nowhere.code) == (False, REFUSED)

    play(scenario)


def test_after_that_is_not_a_number_is_refused(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        for after in ("x", "-1", "1.5", "NaN", "%00", "%ff", "\xb2"):
            assert not (await stage.knock(key, after=after)).is_open
        for query in (b"", b"after=", b"after=0", b"after=" + b"9" * 500, b"other=%00"):
            assert (await stage.knock(key, query=query)).is_open

    play(scenario)


def test_odd_cookies_refuse_only_themselves(committed_cast, committed_thursday):
    """One handshake that no database can answer must not shut the door on those who knock at the same time."""
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        odd = [f'hub_session="{spelled}"' for spelled in ("\\000", "a\\000b", "\\377", "x" * 9000)]
        knocks = [stage.knock("", cookies=jar) for jar in odd] + [stage.knock(key) for _ in range(6)]
        found = await asyncio.gather(*knocks)
        assert [socket.is_open for socket in found] == [False] * len(odd) + [True] * 6

    play(scenario)


def test_a_cookie_of_another_program_on_this_host_is_no_hindrance(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        for other in ('{"a": 1}={"b": 2}', "a b=c", "odd[1]=yes", "=nothing", "bad,name=1"):
            assert (await stage.knock(key, cookies=other)).is_open, other

    play(scenario)


def test_a_socket_to_nowhere_is_closed_without_a_mistake(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        for path in (
            "/",
            "/nowhere/",
            "/rooms/",
            f"/rooms/{SLUG}/",
            "/rooms/" + "a" * 65 + "/feed/",
            "/rooms/\x00/feed/",
        ):
            assert not (await stage.knock(key, path=path)).is_open

    play(scenario)


# --- What it tells


def test_the_first_frames_are_what_was_missed_then_the_panels(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    for number in range(3):
        say(cast.kwame, room, f"Words {number}")
    key, here = cookie_of(cast.noor), fresh(room).revision
    page = browser(cast.noor).get(f"/rooms/{SLUG}/messages/", headers=JSON).json()

    async def scenario(stage):
        socket = await stage.open(key)
        missed, hello = socket.frames
        assert (missed["revision"], missed["upsert"], missed["gone"]) == (here, page["upsert"], [])
        assert (hello["revision"], hello["upsert"], set(hello["panels"])) == (here, [], {"state", "pinned", "people"})
        late = await stage.open(key, after=here - 1)
        assert [change["seq"] for change in late.frames[0]["upsert"]] == [3]
        for after in (here, here + 1000):
            current = await stage.open(key, after=after)
            assert [frame["revision"] for frame in current.frames] == [current.frames[0]["revision"]]
            assert current.upserts() == {}
        # Beyond the end is the end: the next words are heard all the same.
        message = await stage.db(say, cast.kwame, room, "More")
        assert (await current.frame(news))["upsert"][0]["id"] == message.pk

    play(scenario)


def test_words_reach_everyone_as_the_page_shows_them(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    keys = [cookie_of(member) for member in (cast.noor, cast.mina, cast.hana)]

    async def scenario(stage):
        sockets = [await stage.open(key) for key in keys]
        message = await stage.db(say, cast.kwame, room, "Hello <everyone>")
        frames = [await socket.frame(news) for socket in sockets]
        page = await stage.db(lambda: browser(cast.noor).get(f"/rooms/{SLUG}/messages/", headers=JSON).json())
        for frame in frames:
            assert (frame["revision"], frame["gone"], frame["more"]) == (message.revision, [], False)
            assert frame["upsert"] == page["upsert"]
        assert "<everyone>" not in frames[0]["upsert"][0]["html"]

    play(scenario)


def test_everyone_reads_in_their_own_language(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    cast.mina.language = "es"
    cast.mina.save()
    keys = {"en": cookie_of(cast.noor), "es": cookie_of(cast.mina), "ar": cookie_of(cast.ife)}

    def pages():
        found = {}
        for language in keys:
            client = browser(cast.bea)
            client.cookies["hub_language"] = language
            found[language] = client.get(f"/rooms/{SLUG}/messages/", headers=JSON).json()["upsert"]
        return found

    async def scenario(stage):
        sockets = {
            language: await stage.open(key, cookies="hub_language=ar" if language == "ar" else "hub_language=zz")
            for language, key in keys.items()
        }
        await stage.db(say, cast.kwame, room, "Hello")
        heard = {language: (await socket.frame(news))["upsert"] for language, socket in sockets.items()}
        assert heard == await stage.db(pages)
        assert len({heard[language][0]["html"] for language in heard}) > 1

    play(scenario)


def test_every_change_is_told_with_the_same_id(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    key = cookie_of(cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        message = await stage.db(say, cast.kwame, room, "Lantern words")
        answer = await stage.db(say, cast.mina, room, "To you", reply_to=message)
        await socket.frame(lambda frame: answer.pk in {change["id"] for change in frame["upsert"]})
        assert sum("Lantern" in change["html"] for change in socket.upserts().values()) == 2
        removed = await stage.db(lambda: hand.remove_message(by=cast.hana, message=fresh(message), **because()))
        frame = await socket.frame(lambda frame: frame["revision"] >= removed.revision)
        assert {change["id"] for change in frame["upsert"]} == {message.pk, answer.pk}
        assert not any("Lantern" in change["html"] for change in socket.upserts().values())

    play(scenario)


def test_a_lost_telling_is_healed_by_comparing(committed_cast, committed_thursday, monkeypatch):
    cast, room = committed_cast, committed_thursday
    key = cookie_of(cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        with monkeypatch.context() as lost:
            lost.setattr(bus, "tell_now", lambda *_: None)
            message = await stage.db(say, cast.kwame, room, "Hello")
        await stage.house.compare()
        assert (await socket.frame(news))["upsert"][0]["id"] == message.pk

    play(scenario)


def test_a_telling_too_many_tells_nothing_twice(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    key = cookie_of(cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        for number in range(5):
            message = await stage.db(say, cast.kwame, room, f"Words {number}")
            for _ in range(3):
                stage.house.heard(room.pk, message.revision)
            stage.house.heard(room.pk, 1)
        await socket.frame(lambda frame: frame["revision"] >= message.revision)
        told = [change["id"] for frame in socket.frames for change in frame["upsert"]]
        assert (len(told), len(set(told))) == (5, 5)

    play(scenario)


def test_what_waits_is_on_the_panel_of_those_who_lead_and_nowhere_else(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    keys = {name: cookie_of(getattr(cast, name)) for name in ("hana", "noor", "kwame")}
    hand.hold_room(by=cast.hana, room=room, holds=True)

    async def scenario(stage):
        sockets = {name: await stage.open(key) for name, key in keys.items()}
        held = await stage.db(say, cast.noor, room, "Lantern words")
        frame = await sockets["hana"].frame(lambda frame: frame["revision"] >= held.revision)
        assert "Lantern words" in frame["panels"]["needs-you"]
        for name in ("noor", "kwame"):
            await sockets[name].frame(lambda frame: frame["revision"] >= held.revision)
            assert "Lantern" not in json.dumps(sockets[name].frames)
            assert not any("needs-you" in frame.get("panels", {}) for frame in sockets[name].frames)
        approved = await stage.db(lambda: hand.approve_message(by=cast.hana, message=fresh(held)))
        frame = await sockets["kwame"].frame(news)
        assert [(change["id"], change["seq"]) for change in frame["upsert"]] == [(held.pk, approved.seq)]

    play(scenario)


def test_the_state_of_the_room_is_told(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    key = cookie_of(cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        assert 'data-state="open"' in socket.frames[-1]["panels"]["state"]
        await stage.db(lambda: hand.close_room(by=cast.hana, room=room))
        assert 'data-state="closed"' in (await socket.frame(panel("state")))["panels"]["state"]

    play(scenario)


# --- Who is here


def test_an_open_socket_is_somebody_here_and_its_end_is_told(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    keys = {name: cookie_of(getattr(cast, name)) for name in ("noor", "kwame")}

    async def scenario(stage):
        noor = await stage.open(keys["noor"])
        kwame = await stage.open(keys["kwame"])
        await stage.house.touch(False)
        await stage.house.tell_people()
        people = (await noor.frame(panel("people")))["panels"]["people"]
        assert all(name in people for name in ("Hana", "Noor", "Kwame"))
        assert await stage.db(lambda: Presence.objects.filter(room=room, member=cast.noor).count()) == 1
        await kwame.go()
        await stage.house.touch(False)
        until = await stage.db(lambda: Presence.objects.get(room=room, member=cast.kwame).until)
        assert until <= timezone.now() + presence.GONE_IN
        await stage.db(lambda: presence.step_out(member=cast.kwame, room=room))
        await stage.house.tell_people()
        assert "Kwame" not in (await noor.frame(panel("people")))["panels"]["people"]

    play(scenario)


def test_still_here_moves_presence_on(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    key = cookie_of(cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        await stage.house.touch(False)
        await stage.db(lambda: Presence.objects.filter(member=cast.noor).update(until=timezone.now()))
        await socket.send('{"op": "here"}')
        await socket.send("not understood")
        await socket.frame(lambda frame: frame.get("op") == "unreadable")  # so both were heard
        await stage.house.touch(False)
        until = await stage.db(lambda: Presence.objects.get(room=room, member=cast.noor).until)
        assert until > timezone.now() + timedelta(seconds=30)

    play(scenario)


# --- The end


def take_away(cast, room, key, how):
    """Take from Noor what let the socket in. Answers with the code it must close with."""
    match how:
        case "shown the door":
            hand.show_door(by=cast.hana, membership=place_of(cast.noor, room), **because())
            return 4403
        case "left":
            browser(cast.noor).post(f"/rooms/{SLUG}/leaving/")
            return 4403
        case "signed out":
            client = Client()
            client.cookies["hub_session"] = key
            assert client.post("/sign-out/").status_code == 302
            return 4401
        case "signed out everywhere":
            assert end_sessions(Session.objects.filter(member=cast.noor)) == 1
            return 4401


@pytest.mark.parametrize("how", ["shown the door", "left", "signed out", "signed out everywhere"])
def test_whoever_must_go_hears_nothing_more(committed_cast, committed_thursday, how):
    cast, room = committed_cast, committed_thursday
    keys = {name: cookie_of(getattr(cast, name)) for name in ("noor", "kwame")}

    async def scenario(stage):
        noor, kwame = await stage.open(keys["noor"]), await stage.open(keys["kwame"])
        await stage.db(say, cast.mina, room, "Before")
        assert (await noor.frame(news)) == (await kwame.frame(news))
        code = await stage.db(take_away, cast, room, keys["noor"], how)
        after = await stage.db(say, cast.mina, room, "After")
        await kwame.frame(lambda frame: after.pk in {change["id"] for change in frame["upsert"]})
        assert await noor.closed() == code
        assert "After" not in json.dumps(noor.frames)
        assert noor.told.empty()
        assert not (await stage.knock(keys["noor"])).is_open

    play(scenario)


@pytest.mark.parametrize("how", ["role", "part"])
def test_somebody_who_no_longer_leads_stops_seeing_what_waits(committed_cast, committed_thursday, how):
    cast, room = committed_cast, committed_thursday
    keys = {name: cookie_of(getattr(cast, name)) for name in ("idris", "hana")}
    hand.hold_room(by=cast.hana, room=room, holds=True)

    def demote():
        if how == "role":
            end_role(member=cast.idris, name="facilitator")
        else:
            change_part(by=cast.hana, membership=place_of(cast.idris, room), part="participant")

    async def scenario(stage):
        idris, hana = await stage.open(keys["idris"]), await stage.open(keys["hana"])
        first = await stage.db(say, cast.noor, room, "Lantern before")
        for socket in (idris, hana):
            await socket.frame(lambda frame: "Lantern before" in frame.get("panels", {}).get("needs-you", ""))
        await stage.db(demote)
        await stage.db(say, cast.noor, room, "Lantern after")
        await hana.frame(lambda frame: "Lantern after" in frame.get("panels", {}).get("needs-you", ""))
        shown = await stage.db(lambda: hand.approve_message(by=cast.hana, message=fresh(first)))
        await idris.frame(lambda frame: shown.pk in {change["id"] for change in frame.get("upsert", [])})
        assert {"op": "reload"} in idris.frames
        assert "Lantern after" not in json.dumps(idris.frames)

    play(scenario)


def test_an_account_that_is_closed_is_out_at_the_next_turn(committed_cast, committed_thursday):
    cast = committed_cast
    key = cookie_of(cast.noor)

    def close():
        cast.noor.is_active = False
        cast.noor.save()

    async def scenario(stage):
        socket = await stage.open(key)
        await stage.db(close)
        await stage.house.touch(True)
        assert await socket.closed() == 4403

    play(scenario)


def test_a_sign_in_that_expires_is_out_at_the_next_turn(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        await stage.db(lambda: Session.objects.update(expire_date=timezone.now()))
        await stage.house.touch(True)
        assert await socket.closed() == 4401

    play(scenario)


# --- What a socket may say

JUNK = [
    "NaN",
    "[" * 60_000,
    "[" * 1000,
    '{"op": NaN}',
    '{"op": "post", "body": "hello"}',
    '["op", "here"]',
    '{"op": ["here"]}',
    '"here"',
    "1e999",
    "null",
    "",
    " ",
    "\ud800",
    '{"op": "\ud800"}',
    '{"op": "here"',
    "\x00",
    '{"op": "here", "pad": "' + "x" * 2000 + '"}',
]


def test_what_makes_no_sense_is_answered_and_survived(committed_cast, committed_thursday):
    cast, room = committed_cast, committed_thursday
    key = cookie_of(cast.noor)

    async def scenario(stage):
        socket = await stage.open(key)
        for text in JUNK:
            await socket.send(text)
            assert await socket.frame() == {"op": "unreadable"}, text[:40]
        await socket.send(data=b"\xff\x00")
        assert await socket.frame() == {"op": "unreadable"}
        assert await stage.db(lambda: room.messages.count()) == 0
        message = await stage.db(say, cast.kwame, room, "Still here")
        assert (await socket.frame(news))["upsert"][0]["id"] == message.pk

    play(scenario)


def test_a_socket_that_only_talks_nonsense_is_closed_in_the_end(committed_cast, committed_thursday):
    keys = [cookie_of(committed_cast.noor), cookie_of(committed_cast.kwame)]

    async def scenario(stage):
        socket, other = await stage.open(keys[0]), await stage.open(keys[1])
        for _ in range(25):
            await socket.send("nonsense")
        assert await socket.closed() == 1008
        assert socket.frames.count({"op": "unreadable"}) == 20
        message = await stage.db(say, committed_cast.mina, committed_thursday, "Others go on")
        assert (await other.frame(news))["upsert"][0]["id"] == message.pk

    play(scenario)


def test_a_frame_beyond_all_measure_closes_its_own_socket_only(committed_cast, committed_thursday):
    keys = [cookie_of(committed_cast.noor), cookie_of(committed_cast.kwame)]

    async def scenario(stage):
        other = await stage.open(keys[1])
        for beyond in ({"text": "[" * 100_000}, {"data": b"\x00" * 100_000}):
            socket = await stage.open(keys[0])
            await socket.send(**beyond)
            assert await socket.closed() == 1009
        message = await stage.db(say, committed_cast.mina, committed_thursday, "Others go on")
        assert (await other.frame(news))["upsert"][0]["id"] == message.pk

    play(scenario)


def test_the_room_is_forgotten_when_its_last_socket_goes(committed_cast, committed_thursday):
    key = cookie_of(committed_cast.noor)

    async def scenario(stage):
        first, second = await stage.open(key), await stage.open(key)
        assert list(stage.house.rooms) == [committed_thursday.pk]
        await first.go()
        assert list(stage.house.rooms) == [committed_thursday.pk]
        await second.go()
        assert stage.house.rooms == {}

    play(scenario)


def test_a_made_up_language_is_no_language_of_its_own(committed_cast, committed_thursday):
    """Each language heard in a room is one more rendering of everything said there."""
    key = cookie_of(committed_cast.noor)

    def heard_in(said):
        return doorman.admit([doorman.Knock(key, committed_thursday.slug, said)])[0].language

    assert [heard_in(said) for said in ("ar", "es", "de", "en@b1", "zz", "")] == ["ar", "es", "en", "en", "en", "en"]
