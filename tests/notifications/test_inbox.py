"""What people are told: privately, in their language, marked as new until they have looked."""

import pytest
from django.conf import settings
from django.utils import timezone, translation

from hub import events
from hub.notifications.kinds import Words, kind, names, words
from hub.notifications.models import Notice
from hub.notifications.telling import mark_read, tell_member
from moderation.conduct.code import shown_clause
from tests.cast import REASON, a_clause, browser

LANGUAGES = [language for language, _ in settings.LANGUAGES]


def params():
    """Everything that any wording asks for."""
    return {
        "room": "Thursday Evening Circle",
        "clause": a_clause().pk,
        "reason": REASON,
        "until": timezone.now().isoformat(),
        "message": 1,
    }


def test_every_event_that_people_are_told_of_has_its_words():
    declared = {value for name, value in vars(events).items() if name.isupper() and value != events.ROOM}
    assert set(names()) == declared


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_can_be_read_in_every_language(cast, language):
    with translation.override(language):
        for name in names():
            told = words(name, params())
            assert all((told.title, told.lines, told.way_on))
            assert all("{" not in line and "}" not in line for line in (told.title, *told.lines))
            assert "!" not in " ".join((told.title, *told.lines))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clause_is_named_in_the_readers_language(cast, language):

    title = shown_clause(a_clause().pk, language).title
    with translation.override(language):
        assert title in words(events.MESSAGE_REMOVED, params()).lines[0]


def test_a_notice_is_read_in_the_language_of_the_reader_not_of_the_teller(cast):
    with translation.override("es"):
        tell_member(member=cast.noor, kind=events.MESSAGE_REMOVED, path="/rooms/", **params())

    titles = {language: shown_clause(a_clause().pk, language).title for language in LANGUAGES}
    noor = browser(cast.noor)
    for language in LANGUAGES:
        noor.cookies["hub_language"] = language
        page = noor.get("/inbox/").content.decode()
        assert [one for one in LANGUAGES if titles[one] in page] == [language]


def test_reading_is_what_marks_it_as_read(cast):
    tell_member(member=cast.noor, kind=events.MESSAGE_HELD, path="/rooms/", room="Thursday")
    tell_member(member=cast.kwame, kind=events.MESSAGE_HELD, path="/rooms/", room="Thursday")
    noor = browser(cast.noor)
    assert noor.get("/inbox/").content.decode().count(">New<") == 1
    assert noor.get("/inbox/").content.decode().count(">New<") == 0
    assert Notice.objects.filter(read_at=None).get().member == cast.kwame


def test_only_what_a_page_shows_is_read(cast):
    notices = [tell_member(member=cast.noor, kind=events.MESSAGE_HELD, path="/", room="Thursday") for _ in range(25)]
    noor, unread = browser(cast.noor), Notice.objects.filter(read_at=None)
    assert noor.head("/inbox/").status_code == 200
    assert unread.count() == 25
    noor.get("/inbox/")
    assert {notice.pk for notice in unread.all()} == {notice.pk for notice in notices[:5]}
    assert noor.get("/inbox/?page=2").content.decode().count(">New<") == 5
    assert not unread.all().exists()
    mark_read(member=cast.kwame, notices=[tell_member(member=cast.noor, kind=events.MESSAGE_HELD)])
    assert unread.all().get().member == cast.noor


def test_nobody_reads_what_others_are_told(cast):
    tell_member(member=cast.noor, kind=events.MESSAGE_REMOVED, path="/rooms/", **params())
    assert REASON in browser(cast.noor).get("/inbox/").content.decode()
    for name in ("kwame", "hana", "eero", "gwen"):
        assert REASON not in browser(getattr(cast, name)).get("/inbox/").content.decode()


def test_words_of_others_are_shown_as_words(cast):
    tell_member(member=cast.noor, kind=events.MESSAGE_REMOVED, **params() | {"reason": "<b>x</b>", "room": "<i>y</i>"})
    page = browser(cast.noor).get("/inbox/").content.decode()
    assert ("<b>x" in page, "<i>y" in page, "&lt;b&gt;x" in page) == (False, False, True)


@pytest.mark.parametrize("page", ["", "0", "-1", "2", "99", "x", "9" * 40])
def test_any_page_may_be_asked_for(cast, page):
    for _ in range(25):
        tell_member(member=cast.noor, kind=events.MESSAGE_HELD, path="/rooms/", room="Thursday")
    assert browser(cast.noor).get("/inbox/", {"page": page}).status_code == 200


def test_only_kinds_with_words_can_be_told(cast):
    with pytest.raises(ValueError, match="nobody registered"):
        tell_member(member=cast.noor, kind="message.liked")
    with pytest.raises(ValueError, match="words already"):
        kind(events.MESSAGE_HELD)(lambda params: Words(""))
