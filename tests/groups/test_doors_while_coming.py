"""Losing a place between the door and the first frame: whoever lost it hears nothing, and nobody stays as a ghost."""

import asyncio

from groups.rooms import facilitating, newsreading
from groups.rooms.feed import RoomFeed
from groups.rooms.listeners import Listener
from hub.members.arrivals import end_role
from tests.cast import because, place_of, say
from tests.sockets import cookie_of, play


def listener_of(member, room, key, *, audience="participant", frames=None):
    frames = [] if frames is None else frames

    async def send(event):
        frames.append(event)

    return Listener(
        send=send,
        room_id=room.pk,
        member_id=member.pk,
        session_key=key,
        language="en",
        audience=audience,
        doors_revision=room.doors_revision,
    ), frames


def test_a_socket_that_is_gone_before_it_is_welcomed_leaves_no_ghost(committed_cast, committed_thursday):
    listener, _ = listener_of(committed_cast.noor, committed_thursday, cookie_of(committed_cast.noor))

    async def scenario(stage):
        stage.house.join(listener, 0)
        stage.house.leave(listener)
        room = RoomFeed(committed_thursday.pk, stage.house.run, stage.house.spawn)
        await room.welcome(listener, 0)
        assert room.listeners == set()
        assert stage.house.rooms == {}

    play(scenario)


def test_somebody_shown_the_door_while_catching_up_gets_no_word_said_after(
    committed_cast, committed_thursday, monkeypatch
):
    noor, room = committed_cast.noor, committed_thursday
    listener, frames = listener_of(noor, room, cookie_of(noor))
    read = newsreading.read

    def after_the_removal(*args):
        if place_of(noor, room).ended_at is None:
            facilitating.show_door(by=committed_cast.hana, membership=place_of(noor, room), **because())
            say(committed_cast.kwame, room, "Said after the removal")
        monkeypatch.setattr(newsreading, "read", read)
        return read(*args)

    async def scenario(stage):
        say_first = await stage.db(say, committed_cast.kwame, room, "Said before")
        monkeypatch.setattr(newsreading, "read", after_the_removal)
        feed = RoomFeed(room.pk, stage.house.run, stage.house.spawn)
        await feed.welcome(listener, say_first.revision - 1)
        words = "".join(event.get("text", "") for event in frames)
        assert "Said after the removal" not in words
        assert [event["code"] for event in frames if event["type"] == "websocket.close"] == [4403]
        assert feed.listeners == set()

    play(scenario)


def test_somebody_who_stops_leading_while_coming_in_gets_no_held_words(committed_cast, committed_thursday, monkeypatch):
    idris, room = committed_cast.idris, committed_thursday
    listener, frames = listener_of(idris, room, cookie_of(idris), audience="facilitator")
    panels = newsreading.panels

    def after_the_role_ended(*args):
        monkeypatch.setattr(newsreading, "panels", panels)
        end_role(member=idris, name="facilitator")
        facilitating.hold_room(by=committed_cast.hana, room=room, holds=True)
        say(committed_cast.noor, room, "Held words")
        return panels(*args)

    async def scenario(stage):
        monkeypatch.setattr(newsreading, "panels", after_the_role_ended)
        feed = RoomFeed(room.pk, stage.house.run, stage.house.spawn)
        await asyncio.wait_for(feed.welcome(listener, 0), 10)
        assert listener.audience == "participant"
        assert any("pinned" in event.get("text", "") for event in frames)
        assert "Held words" not in "".join(event.get("text", "") for event in frames)
        shown = await stage.db(panels, room.pk, ("en", "facilitator"))
        assert "Held words" in shown[0]["needs-you"]

    play(scenario)


def test_who_is_here_is_not_told_to_somebody_who_lost_their_place(committed_cast, committed_thursday):
    noor, room = committed_cast.noor, committed_thursday
    listener, frames = listener_of(noor, room, cookie_of(noor))

    async def scenario(stage):
        feed = RoomFeed(room.pk, stage.house.run, stage.house.spawn)
        await feed.welcome(listener, 0)
        before = len(frames)
        place = await stage.db(place_of, noor, room)
        await stage.db(lambda: facilitating.show_door(by=committed_cast.hana, membership=place, **because()))
        await feed.tell_people(*await stage.house.run(newsreading.who_is_here, room.pk))
        assert [event["type"] for event in frames[before:]] == ["websocket.close"]

    play(scenario)
