"""Limits hold exactly, forgive in time, outlive everything but the database, and remember nobody."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import RequestFactory, override_settings
from django.utils import translation

from hub import ratelimits
from hub.models import RateWindow
from hub.ratelimits import LIMITS, Limit, TooMany, address_of, forget_old, take

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def limit(monkeypatch):
    """A limit of our own, so that the hub's numbers can change without changing what is tested."""

    def make(times, per):
        monkeypatch.setitem(LIMITS, "test", Limit(times, per, "This is quick."))

    return make


def taken(times, *keys, now=NOON):
    """How many of so many tries pass."""
    passed = 0
    for _ in range(times):
        try:
            take("test", *keys, now=now)
            passed += 1
        except TooMany:
            pass
    return passed


@pytest.mark.django_db
def test_as_many_as_the_limit_says_pass_and_no_more(limit):
    limit(5, timedelta(minutes=1))
    assert taken(9) == 5
    assert RateWindow.objects.get().count == 5


@pytest.mark.django_db
def test_people_names_and_limits_do_not_count_for_each_other(limit):
    limit(2, timedelta(minutes=1))
    assert taken(3, "kwame") == 2
    assert taken(3, "mina") == 2
    assert taken(3, "kwame", "192.0.2.0/24") == 2
    assert taken(3, 12) == 2
    assert taken(3, "12") == 2
    assert taken(3, "a", "b") == 2
    assert taken(3, 'a", "b') == 2
    take("edit", "kwame", now=NOON)


@pytest.mark.django_db
def test_a_busy_minute_is_forgiven_little_by_little(limit):
    limit(60, timedelta(minutes=1))
    assert taken(70, now=NOON + 59 * SECOND) == 60
    assert taken(5, now=NOON + 60 * SECOND) == 0
    assert taken(5, now=NOON + 61 * SECOND) == 1
    assert taken(50, now=NOON + 90 * SECOND) == 29
    assert taken(70, now=NOON + 150 * SECOND) == 60 - 30 // 2
    assert taken(70, now=NOON + 240 * SECOND) == 60


@pytest.mark.django_db
def test_trying_again_too_soon_does_not_lengthen_the_wait(limit):
    limit(2, timedelta(minutes=1))
    assert taken(200) == 2
    assert RateWindow.objects.get().count == 2
    assert taken(2, now=NOON + 120 * SECOND) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, 3, 60])
@pytest.mark.parametrize("per", [timedelta(minutes=1), timedelta(hours=1)])
@pytest.mark.parametrize("offset", [0, 29.5, 59.999999])
def test_after_the_promised_wait_it_passes_and_a_second_before_the_promise_is_not_idle(limit, times, per, offset):
    limit(times, per)
    now = NOON + timedelta(seconds=offset)
    for _ in range(4):
        taken(times, now=now)
        with pytest.raises(TooMany) as refused:
            take("test", now=now)
        wait = refused.value.retry_after
        assert 1 <= wait <= 2 * per.total_seconds()
        if wait > 1:
            with pytest.raises(TooMany):
                take("test", now=now + (wait - 1) * SECOND)
        now += wait * SECOND
        take("test", now=now)


@pytest.mark.django_db
def test_a_limit_costs_two_queries_the_first_time_and_every_time(limit, django_assert_num_queries):
    limit(3, timedelta(minutes=1))
    for _ in range(3):
        with django_assert_num_queries(2):
            take("test", "kwame", now=NOON)
    with django_assert_num_queries(1), pytest.raises(TooMany):
        take("test", "kwame", now=NOON)


@pytest.mark.django_db
def test_no_name_and_no_address_is_stored(limit, settings):
    limit(3, timedelta(minutes=1))
    take("test", "kwame", "192.0.2.0/24", now=NOON)
    row = RateWindow.objects.values().get()
    assert "kwame" not in str(row)
    assert "192.0.2" not in str(row)
    settings.SECRET_KEY = "another hub"
    take("test", "kwame", "192.0.2.0/24", now=NOON)
    assert RateWindow.objects.values("key_hash").distinct().count() == 2


def at_once(works):
    """Run each in a thread of its own, all let go at the same moment. Answers what went wrong."""
    gate, wrong = threading.Barrier(len(works)), []

    def run(work):
        try:
            gate.wait(10)
            work()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.django_db(transaction=True)
def test_many_at_once_cannot_pass_together(limit):
    limit(20, timedelta(minutes=1))
    passed = []
    wrong = at_once([lambda: passed.append(taken(6, "kwame"))] * 8)
    assert wrong == []
    assert sum(passed) == 20
    assert RateWindow.objects.get().count == 20


@pytest.mark.django_db(transaction=True)
def test_the_last_place_taken_between_looking_and_counting_is_refused(limit, monkeypatch):
    limit(1, timedelta(minutes=1))
    honest = ratelimits._count

    def somebody_was_quicker(*args):
        assert honest(*args)
        return honest(*args)

    monkeypatch.setattr(ratelimits, "_count", somebody_was_quicker)
    with pytest.raises(TooMany) as refused:
        take("test", now=NOON)
    assert refused.value.retry_after == 120
    assert RateWindow.objects.get().count == 1


@pytest.mark.django_db(transaction=True)
def test_a_count_inside_a_transaction_goes_with_it(limit):
    limit(1, timedelta(minutes=1))
    with transaction.atomic():
        take("test", now=NOON)
        transaction.set_rollback(True)
    take("test", now=NOON)
    with transaction.atomic():
        with pytest.raises(TooMany):
            take("test", now=NOON)
        assert RateWindow.objects.count() == 1, "a refusal leaves the transaction usable"


@pytest.mark.django_db
def test_without_a_moment_given_the_clock_decides(limit, time_machine):
    limit(1, timedelta(minutes=1))
    time_machine.move_to(NOON, tick=False)
    take("test")
    with pytest.raises(TooMany):
        take("test")
    time_machine.move_to(NOON + timedelta(minutes=2), tick=False)
    take("test")
    time_machine.move_to(NOON - timedelta(hours=2), tick=False)
    take("test")


@pytest.mark.django_db
def test_old_windows_are_forgotten_in_batches_and_counting_ones_kept(limit, django_assert_max_num_queries):
    longest = max(limit.per for limit in LIMITS.values())
    past = NOON - 2 * longest
    RateWindow.objects.bulk_create(
        RateWindow(key_hash=f"{n}", window_start=past - SECOND * (1 + n), count=1) for n in range(450)
    )
    kept = RateWindow.objects.create(key_hash="x", window_start=past, count=1)
    with django_assert_max_num_queries(2 * 3 + 2 * 3):
        assert forget_old(NOON) == 450
    assert list(RateWindow.objects.all()) == [kept]
    assert forget_old(NOON) == 0


# --- What the person reads --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (1, "Try again in a moment."),
        (20, "Try again in a moment."),
        (21, "Try again in about a minute."),
        (90, "Try again in about a minute."),
        (91, "Try again in about 2 minutes."),
        (1501, "Try again in about 26 minutes."),
        (3001, "Try again in about an hour."),
    ],
)
def test_a_wait_is_told_in_minutes_and_never_in_seconds(seconds, sentence):
    with translation.override("en"):
        assert TooMany(LIMITS["message.post"], seconds).sentence == (
            f"You are writing faster than the room can read. {sentence}"
        )


def test_every_limit_is_possible_and_has_a_kind_sentence():
    assert {"message.post", "edit", "join", "invite", "sign_in.name_from_address", "sign_in.address"} <= set(LIMITS)
    with translation.override("en"):
        for limit in LIMITS.values():
            assert limit.times > 0
            assert limit.per >= timedelta(minutes=1)
            assert str(limit.sentence).endswith(".")
            assert "!" not in str(limit.sentence)


def test_an_unknown_limit_is_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        take("message.whisper", 1)


# --- Where a request came from ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("proxies", "nearest", "forwarded", "network"),
    [
        (0, "192.0.2.77", None, "192.0.2.0/24"),
        (0, "192.0.2.77", "198.51.100.1", "192.0.2.0/24"),
        (0, "2001:db8:1:2:3::4", None, "2001:db8:1::/48"),
        (0, "::ffff:192.0.2.77", None, "192.0.2.0/24"),
        (0, "fe80::1%eth0", None, "fe80::/48"),
        (0, "", None, "unknown"),
        (0, "/run/hub.sock", None, "unknown"),
        (1, "127.0.0.1", "198.51.100.9", "198.51.100.0/24"),
        (1, "127.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.0/24"),
        (2, "127.0.0.1", "203.0.113.5, 198.51.100.9", "203.0.113.0/24"),
        (2, "127.0.0.1", "192.0.2.1, 203.0.113.5, 198.51.100.9", "203.0.113.0/24"),
        (3, "127.0.0.1", "198.51.100.9", "198.51.100.0/24"),
        (1, "127.0.0.1", None, "127.0.0.0/24"),
        (1, "127.0.0.1", " , ", "127.0.0.0/24"),
        (1, "127.0.0.1", "not an address", "127.0.0.0/24"),
        (1, "127.0.0.1", "198.51.100.9:4711", "198.51.100.0/24"),
        (1, "127.0.0.1", '"[2001:db8:9:9::1]:4711"', "2001:db8:9::/48"),
        (1, "", "198.51.100.9", "198.51.100.0/24"),
    ],
)
def test_a_request_is_known_by_its_network_only(proxies, nearest, forwarded, network):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    request = RequestFactory().get("/", REMOTE_ADDR=nearest, **headers)
    with override_settings(HUB_TRUSTED_PROXIES=proxies):
        assert address_of(request) == network
