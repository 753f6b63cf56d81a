"""Taking work, running it, and giving it back. What the work is belongs to the parts' own `tasks.py`."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, connection, connections, transaction
from django.db.models import Q
from django.tasks import Task
from django.utils import timezone
from django.utils.module_loading import import_string

from hub.work import heartbeat, schedules
from hub.work.models import Job

logger = logging.getLogger("hub.work")

POLL = 1.0
LEASE = timedelta(seconds=60)
BEAT = timedelta(seconds=10)
# A run's lease is renewed for this long; whoever hangs longer is taken for dead.
LONGEST_RUN = timedelta(hours=1)
FIRST_RETRY = timedelta(seconds=10)
LAST_RETRY = timedelta(hours=1)


def backoff(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s ... up to an hour."""
    return min(FIRST_RETRY * (1 << min(attempts - 1, 12)), LAST_RETRY)


def describe(error: BaseException) -> str:
    """The kind of error and where in the hub it arose. Never its message, which may quote what a member wrote."""
    place, step = "", error.__traceback__
    while step:
        if "site-packages" not in step.tb_frame.f_code.co_filename:
            place = f"{step.tb_frame.f_globals.get('__name__')}:{step.tb_lineno}"
        step = step.tb_next
    return f"{type(error).__module__}.{type(error).__qualname__} at {place}"[:300]


class Worker:
    """Takes one thing at a time. Any number of workers may run, in threads, processes or machines.

    Machines may disagree about the time by less than the lease. `clock` is for tests.
    """

    def __init__(self, *, lease: timedelta = LEASE, clock: Callable[[], datetime] = timezone.now) -> None:
        self.name = f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.lease = lease
        self.clock = clock
        self._running: Job | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, finish what is in hand, close this thread's connections, return."""
        finished = threading.Event()
        pulse = threading.Thread(target=self._keep_alive, args=(finished,), name="work-pulse", daemon=True)
        planned = False
        pulse.start()
        try:
            while not stop.is_set():
                try:
                    if not planned:
                        schedules.plan(self.clock())
                        planned = True
                    if not self.step():
                        stop.wait(POLL)
                except Error as error:
                    logger.warning("The database does not answer the worker: %s", describe(error))
                    connections.close_all()
                    stop.wait(5 * POLL)
        finally:
            finished.set()
            pulse.join()
            connections.close_all()

    def step(self) -> bool:
        """Run one thing that is due. False: nothing is."""
        # A plain read first, so that an idle worker never takes SQLite's write lock.
        if not self._due().exists():
            return False
        job = self._take()
        if job and job.attempts > job.retries + 1:
            self._give_back(job, error="lost: every worker that took it ended without a result")
        elif job:
            self._running = job
            try:
                self._run(job)
            finally:
                self._running = None
        return job is not None

    def beat(self) -> None:
        """Say that this worker lives, and keep what it is running."""
        now, job = self.clock(), self._running
        heartbeat.beat(worker=self.name, now=now)
        if job and job.started and now - job.started < LONGEST_RUN:
            self._mine(job).update(due=now + self.lease)

    def _keep_alive(self, finished: threading.Event) -> None:
        pause = min(BEAT, self.lease / 3).total_seconds()
        try:
            while True:
                try:
                    self.beat()
                except Error:
                    connections.close_all()
                if finished.wait(pause):
                    break
            heartbeat.leave(worker=self.name)
        except Error as error:
            logger.warning("The worker could not sign off: %s", describe(error))
        finally:
            connections.close_all()

    def _due(self) -> Any:
        known = Q(rank=Job.Rank.TASK) | Q(schedule__in=schedules.registry)
        return Job.objects.due(self.clock()).filter(known)

    def _take(self) -> Job | None:
        with transaction.atomic():
            job: Job | None = self._due().select_for_update(skip_locked=True).first()
            if job is None:
                return None
            now = self.clock()
            job.state, job.worker, job.started = Job.State.RUNNING, self.name, now
            job.attempts, job.due = job.attempts + 1, now + self.lease
            job.save(update_fields=["state", "worker", "started", "attempts", "due"])
            return job

    def _run(self, job: Job) -> None:
        error = ""
        try:
            with _savepoint_inside_a_test():
                _call(job)
        except Exception as exception:
            error = describe(exception)
            logger.warning("%s failed, attempt %d: %s", job.schedule or job.task, job.attempts, error)
            if isinstance(exception, Error) and not connection.in_atomic_block:
                connections.close_all()
        self._give_back(job, error=error)

    def _give_back(self, job: Job, *, error: str) -> None:
        changes = _outcome(job, error=error, now=self.clock())
        if not self._mine(job).update(worker="", error=error, **changes):
            logger.warning("%s took longer than its lease; another worker has it.", job.schedule or job.task)

    def _mine(self, job: Job) -> Any:
        """The row, if this very attempt still holds it."""
        return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, worker=self.name, attempts=job.attempts)


def _outcome(job: Job, *, error: str, now: datetime) -> dict[str, Any]:
    sooner = now + backoff(job.attempts) if error and job.attempts <= job.retries else None
    if job.schedule:
        # Counted from when this run began: a tick that passed meanwhile is due at once, not lost.
        tick = schedules.registry[job.schedule].after(job.started or now)
        if not sooner or sooner >= tick:
            return {"state": Job.State.WAITING, "due": tick, "attempts": 0, "finished": now}
    if sooner:
        return {"state": Job.State.WAITING, "due": sooner}
    return {"state": Job.State.FAILED if error else Job.State.DONE, "due": None, "finished": now}


def _call(job: Job) -> None:
    if job.schedule:
        schedules.registry[job.schedule].run()
        return
    task = import_string(job.task)
    if not isinstance(task, Task):
        raise TypeError("The row names something that is not a task.")
    task.call(*job.arguments["args"], **job.arguments["kwargs"])


def _savepoint_inside_a_test() -> AbstractContextManager[Any]:
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def run_due(now: datetime | None = None) -> int:
    """Run here, one after the other, all that is due at `now`, also what that enqueues. Returns how many ran.

    For tests and shells. The first call gives the schedules their rows; they are due at their next tick.
    """
    worker = Worker(clock=lambda: now or timezone.now())
    schedules.plan(worker.clock())
    count = 0
    while worker.step():
        count += 1
    return count
