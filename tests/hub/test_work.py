"""Background work with a clock of its own: what is enqueued, tried again, given up, repeated and forgotten."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from hub.work import heartbeat, schedules, tasks, thread
from hub.work.models import Heartbeat, Job
from hub.work.tasks import background
from hub.work.worker import LONGEST_RUN, Worker, backoff, run_due
from tests.live import wait_for

NOON = datetime(2030, 6, 1, 12, 0, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)
done = []


@background(retries=2)
def note(word):
    done.append(word)


@background(retries=2)
def stumble(word):
    done.append(word)
    raise ValueError(f"I do not like {word}")


@background(retries=0)
def break_the_transaction():
    heartbeat_twice = [Heartbeat(worker="same", at=NOON), Heartbeat(worker="same", at=NOON)]
    Heartbeat.objects.bulk_create(heartbeat_twice)


def not_a_task():
    done.append("not a task")


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch):
    """No schedules but those the test declares, and an empty notebook."""
    monkeypatch.setattr(schedules, "registry", {})
    done.clear()


@pytest.fixture
def clock():
    class Clock:
        now = timezone.now() + timedelta(days=1)

        def __call__(self):
            return self.now

        def forward(self, seconds):
            self.now += seconds * SECOND

    return Clock()


@pytest.mark.django_db
def test_a_task_runs_once_with_what_it_was_given(clock):
    note.later(word="tea")
    assert done == []
    assert run_due(clock()) == 1
    assert run_due(clock()) == 0
    assert done == ["tea"]
    job = Job.objects.get()
    assert (job.state, job.due, job.error) == ("done", None, "")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_takes_its_task_along(clock):
    with transaction.atomic():
        note.later(word="never")
        transaction.set_rollback(True)
    with transaction.atomic():
        note.later(word="kept")
    run_due(clock())
    assert done == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_a_task_is_unseen_until_its_transaction_commits(clock):
    def look():
        try:
            seen.append(Job.objects.due(clock()).count())
        finally:
            connection.close()

    seen = []
    with transaction.atomic():
        note.later(word="soon")
        other = threading.Thread(target=look)
        other.start()
        other.join()
    look_again = threading.Thread(target=look)
    look_again.start()
    look_again.join()
    assert seen == [0, 1]


def test_without_workers_a_task_runs_at_once_when_django_is_told_so():
    with override_settings(TASKS={"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}):
        note.later(word="now")
    assert done == ["now"]


def test_a_task_can_simply_be_called():
    note(word="here")
    assert done == ["here"]


@pytest.mark.django_db
def test_a_failing_task_is_tried_again_later_each_time_and_then_left(clock):
    stumble.later(word="rain")
    for attempt, pause in ((1, 10), (2, 20)):
        assert run_due(clock()) == 1
        assert len(done) == attempt
        clock.forward(pause - 1)
        assert run_due(clock()) == 0
        clock.forward(1)
    assert run_due(clock()) == 1
    clock.forward(10**6)
    assert run_due(clock()) == 0
    job = Job.objects.get()
    assert (len(done), job.state, job.attempts) == (3, "failed", 3)


@pytest.mark.django_db
def test_what_a_member_wrote_does_not_get_into_the_error_or_the_log(clock, caplog):
    stumble.later(word="my-secret")
    run_due(clock())
    job = Job.objects.get()
    assert job.error.startswith("builtins.ValueError at tests.hub.test_work:")
    assert "my-secret" in str(job.arguments)
    assert "my-secret" not in job.error
    assert "ValueError" in caplog.text
    assert "my-secret" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_database_error_in_a_task_is_that_task_s_own(clock):
    break_the_transaction.later()
    note.later(word="after")
    assert run_due(clock()) == 2
    assert done == ["after"]
    assert "IntegrityError" in Job.objects.get(state="failed").error


@pytest.mark.django_db
def test_the_same_inside_a_test_s_transaction(clock):
    break_the_transaction.later()
    note.later(word="after")
    assert run_due(clock()) == 2
    assert done == ["after"]
    with pytest.raises(IntegrityError), transaction.atomic():
        break_the_transaction()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["tests.hub.test_work.not_a_task", "tests.hub.gone.task"])
def test_a_row_that_names_no_task_fails_and_runs_nothing(clock, path):
    Job.objects.create(task=path, arguments={"args": [], "kwargs": {}}, retries=0, due=clock(), created=clock())
    assert run_due(clock()) == 1
    assert done == []
    assert Job.objects.get().state == "failed"


def test_the_pauses_grow_and_stop_growing():
    assert [backoff(n).seconds for n in (1, 2, 3, 4)] == [10, 20, 40, 80]
    assert backoff(20) == backoff(32000) == timedelta(hours=1)


@pytest.mark.django_db
def test_the_work_of_a_dead_worker_is_taken_up_after_its_lease(clock):
    note.later(word="again")
    dead = Worker(clock=clock)
    assert dead._take().attempts == 1
    clock.forward(59)
    assert run_due(clock()) == 0
    clock.forward(1)
    assert run_due(clock()) == 1
    assert done == ["again"]
    assert Job.objects.get().attempts == 2


@pytest.mark.django_db
def test_a_late_worker_does_not_write_over_the_one_that_took_its_place(clock):
    note.later(word="mine")
    late, next_one = Worker(clock=clock), Worker(clock=clock)
    held = late._take()
    clock.forward(60)
    assert next_one._take().pk == held.pk
    late._give_back(held, error="")
    job = Job.objects.get()
    assert (job.state, job.worker) == ("running", next_one.name)


@pytest.mark.django_db
def test_work_that_kills_its_workers_is_given_up(clock):
    note.later(word="poison")
    for _ in range(3):
        assert Worker(clock=clock)._take()
        clock.forward(60)
    run_due(clock())
    job = Job.objects.get()
    assert (job.state, done) == ("failed", [])
    assert job.error.startswith("lost")


@pytest.mark.django_db
def test_a_long_run_keeps_its_lease_while_its_worker_lives_but_not_for_ever(clock):
    note.later(word="long")
    worker = Worker(clock=clock)
    worker._running = worker._take()
    for _ in range(10):
        clock.forward(30)
        worker.beat()
    assert run_due(clock()) == 0
    clock.now = worker._running.started + LONGEST_RUN
    worker.beat()
    assert run_due(clock()) == 1


@pytest.mark.django_db
def test_a_tick_is_due_on_the_beat_and_runs_once():
    schedules.every(seconds=15, name="t.sweep")(lambda: done.append("sweep"))
    assert run_due(NOON) == 0
    assert run_due(NOON + 7 * SECOND) == 0
    assert run_due(NOON + 8 * SECOND) == 1
    assert run_due(NOON + 8 * SECOND) == 0
    assert run_due(NOON + 22 * SECOND) == 0
    assert run_due(NOON + 23 * SECOND) == 1


@pytest.mark.django_db
def test_ticks_nobody_was_there_for_are_made_up_by_one_run():
    schedules.every(seconds=15, name="t.sweep")(lambda: done.append("sweep"))
    run_due(NOON)
    assert run_due(NOON + timedelta(hours=5)) == 1
    assert Job.objects.get().due == NOON + timedelta(hours=5, seconds=8)


@pytest.mark.django_db
def test_a_tick_that_passes_during_a_long_run_is_not_lost(clock):
    schedules.every(seconds=15, name="t.sweep")(lambda: clock.forward(20) or done.append("sweep"))
    clock.now = NOON
    worker = Worker(clock=clock)
    schedules.plan(clock())
    clock.now = NOON + 8 * SECOND
    assert worker.step()
    assert Job.objects.get().due == NOON + 23 * SECOND < clock()
    assert worker.step()
    assert done == ["sweep", "sweep"]


@pytest.mark.django_db
def test_a_failed_nightly_run_is_tried_again_soon_and_gives_way_to_the_next_night(settings):
    settings.TIME_ZONE = "Europe/Madrid"
    timezone.get_default_timezone.cache_clear()

    @schedules.every(at="03:40", name="t.nightly")
    def nightly():
        done.append("night")
        raise ValueError

    evening = datetime(2030, 1, 1, 20, tzinfo=UTC)
    run_due(evening)
    first = datetime(2030, 1, 2, 2, 40, tzinfo=UTC)
    assert Job.objects.get().due == first
    now = first
    for pause in (10, 20, 40, 80, 160):
        assert run_due(now) == 1
        assert Job.objects.get().due == now + pause * SECOND
        now += pause * SECOND
    assert run_due(now) == 1
    job = Job.objects.get()
    assert (job.due, job.attempts, job.state) == (first + timedelta(days=1), 0, "waiting")
    assert len(done) == 6
    timezone.get_default_timezone.cache_clear()


def test_a_nightly_hour_that_the_clocks_skip_or_repeat_comes_once(settings):
    settings.TIME_ZONE = "Europe/London"
    timezone.get_default_timezone.cache_clear()
    schedules.every(at="01:30", name="t.night")(lambda: None)
    schedule = schedules.registry["t.night"]
    for day in (datetime(2030, 3, 29, tzinfo=UTC), datetime(2030, 10, 25, tzinfo=UTC)):
        ticks = [day]
        for _ in range(4):
            ticks.append(schedule.after(ticks[-1]))
        assert [tick.date() - day.date() for tick in ticks[1:]] == [timedelta(days=n) for n in range(4)]
    timezone.get_default_timezone.cache_clear()


@pytest.mark.django_db
def test_a_shorter_interval_counts_from_the_next_start():
    schedules.every(at="03:40", name="t.sweep")(not_a_task)
    run_due(NOON)
    schedules.every(seconds=15, name="t.sweep")(not_a_task)
    run_due(NOON)
    assert Job.objects.get().due == NOON + 8 * SECOND


@pytest.mark.django_db
def test_a_schedule_this_process_does_not_know_is_left_to_others():
    schedules.every(seconds=15, name="t.sweep")(not_a_task)
    run_due(NOON)
    schedules.registry.clear()
    assert run_due(NOON + 20 * SECOND) == 0
    schedules.every(seconds=15, name="t.sweep")(not_a_task)
    assert run_due(NOON + 20 * SECOND) == 1


@pytest.mark.django_db
def test_schedules_go_before_waiting_tasks(clock):
    note.later(word="task")
    schedules.every(seconds=15, name="t.sweep")(lambda: done.append("sweep"))
    run_due_at = clock() + 60 * SECOND
    schedules.plan(clock())
    run_due(run_due_at)
    assert done == ["sweep", "task"]


@pytest.mark.parametrize("when", [{}, {"seconds": 0}, {"seconds": 5, "at": "03:40"}])
def test_a_schedule_says_exactly_one_time(when):
    with pytest.raises(ImproperlyConfigured):
        schedules.every(name="t.odd", **when)


def test_two_schedules_may_not_share_a_name():
    schedules.every(seconds=15, name="t.one")(not_a_task)
    schedules.every(seconds=15, name="t.one")(not_a_task)
    with pytest.raises(ImproperlyConfigured):
        schedules.every(seconds=15, name="t.one")(tasks.purge)


@pytest.mark.django_db
def test_a_worker_is_heard_of_until_it_signs_off(clock):
    assert heartbeat.latest() is None
    first, second = Worker(clock=clock), Worker(clock=clock)
    first.beat()
    clock.forward(5)
    second.beat()
    assert heartbeat.latest() == clock()
    heartbeat.leave(worker=second.name)
    assert heartbeat.latest() == clock() - 5 * SECOND


@pytest.mark.django_db
def test_old_work_is_forgotten_and_what_is_still_needed_stays():
    now = timezone.now()

    def job(name, **values):
        Job.objects.create(**{"task": name, "created": now, **values})

    job("done-old", state="done", finished=now - timedelta(days=8))
    job("done-new", state="done", finished=now - timedelta(days=6))
    job("failed-old", state="failed", finished=now - timedelta(days=91))
    job("failed-new", state="failed", finished=now - timedelta(days=8))
    job("waiting", due=now - timedelta(days=400))
    job("", schedule="gone", rank=0, due=now - timedelta(days=8))
    job("", schedule="kept", rank=0, due=now, finished=now - timedelta(days=400))
    Heartbeat.objects.create(worker="old", at=now - timedelta(days=2))
    Heartbeat.objects.create(worker="new", at=now)
    tasks.purge()
    assert sorted(Job.objects.values_list("task", "schedule")) == [
        ("", "kept"), ("done-new", ""), ("failed-new", ""), ("waiting", ""),
    ]  # fmt: skip
    assert Heartbeat.objects.get().worker == "new"


@pytest.mark.django_db
def test_an_idle_worker_asks_one_question_and_writes_nothing(clock, django_assert_num_queries):
    worker = Worker(clock=clock)
    with django_assert_num_queries(1) as asked:
        assert worker.step() is False
    assert asked.captured_queries[0]["sql"].startswith("SELECT")


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_reach_for_the_same_row_do_not_both_get_it(clock):
    for n in range(30):
        note.later(word=f"{n}")
    got, ready = [], threading.Barrier(3)

    def take_all():
        try:
            worker = Worker(clock=clock)
            ready.wait(10)
            while job := worker._take():
                got.append(job.arguments["kwargs"]["word"])
        finally:
            connection.close()

    workers = [threading.Thread(target=take_all) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    # Another taker's lock is passed over, so one may stop early; what is left is found at the next look.
    while job := Worker(clock=clock)._take():
        got.append(job.arguments["kwargs"]["word"])
    assert sorted(got, key=int) == [str(n) for n in range(30)]


@pytest.mark.django_db(transaction=True)
def test_the_thread_works_signs_off_and_leaves_no_thread_behind(monkeypatch):
    heard = threading.Event()
    monkeypatch.setattr("tests.hub.test_work.done", type("Bell", (list,), {"append": lambda self, word: heard.set()})())
    before = set(threading.enumerate())
    try:
        thread.start()
        thread.start()
        note.later(word="ring")
        assert heard.wait(10)
        assert wait_for(heartbeat.latest), "the pulse is a thread of its own, and may be later than the first task"
        names = sorted(one.name for one in set(threading.enumerate()) - before)
        assert names == ["work", "work-pulse"]
    finally:
        stopped = thread.stop()
    assert stopped
    assert set(threading.enumerate()) <= before
    assert heartbeat.latest() is None
    assert Job.objects.get().state == "done"
