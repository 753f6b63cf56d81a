"""Background work on a real database with real worker processes, one of which is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from hub.work.models import Heartbeat, Job

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
START = """
import django
django.setup()
import tests.hub.work_probe
from django.core.management import call_command
from hub.management.commands.worker import Command
call_command(Command(), {})
"""
DEADLINE = 30


class Workers:
    """Worker processes on the test's own database, and the file in which their tasks tell what they did."""

    def __init__(self, folder):
        self.file = folder / "told"
        self.file.touch()
        self.log = (folder / "log").open("w")
        self.started = []

    def start(self, *options):
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "hub.settings",
            "HUB_MODE": "test",
            "WORK_PROBE": str(self.file),
        }
        command = [sys.executable, "-c", START.format(", ".join(map(repr, options)))]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log)
        self.started.append(process)
        return process

    def told(self):
        """Pairs of what was told and by which process."""
        return [(line.split()[0], int(line.split()[1])) for line in self.file.read_text().splitlines()]

    def wait_for(self, enough):
        deadline = time.monotonic() + DEADLINE
        while not enough(self.told()):
            crashed = [process for process in self.started if (process.poll() or 0) > 0]
            assert not crashed, Path(self.log.name).read_text()
            assert time.monotonic() < deadline, (self.told(), Path(self.log.name).read_text())
            time.sleep(0.05)
        return self.told()

    def end(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.log.close()


def database_url():
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    who = f"{quote(values['USER'])}:{quote(values['PASSWORD'])}".rstrip(":")
    return f"postgresql://{who}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


@pytest.fixture
def workers(tmp_path):
    workers = Workers(tmp_path)
    yield workers
    workers.end()


def finished(name):
    """A worker tells before it gives back: wait for the row, too."""
    deadline = time.monotonic() + DEADLINE
    while not Job.objects.filter(task__endswith=name, finished__isnull=False).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return Job.objects.get(task__endswith=name)


def test_a_task_whose_worker_is_killed_completes_once_after_the_lease(workers):
    from tests.hub.work_probe import linger

    pair = {process.pid: process for process in (workers.start("--lease=2"), workers.start("--lease=2"))}
    linger.later(name="soup", seconds=1.5)
    (_, first), *_ = workers.wait_for(lambda told: [line for line in told if line[0] == "soup-began"])
    killed = pair.pop(first)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    told = workers.wait_for(lambda told: "soup-ended" in dict(told))
    job = finished("linger")
    soup = [line for line in told if line[0].startswith("soup")]
    other = next(iter(pair))
    assert soup == [("soup-began", first), ("soup-began", other), ("soup-ended", other)]
    assert (job.state, job.attempts) == ("done", 2)


def test_a_long_task_keeps_its_lease_while_its_worker_lives(workers):
    from tests.hub.work_probe import linger

    workers.start("--lease=1")
    workers.start("--lease=1")
    linger.later(name="bread", seconds=3)
    told = workers.wait_for(lambda told: "bread-ended" in dict(told))
    assert finished("linger").attempts == 1
    assert [what for what, _ in told if what.startswith("bread")] == ["bread-began", "bread-ended"]


def test_each_tick_comes_once_with_two_workers_and_across_a_restart(workers):
    def ticks(told):
        return [int(what.removeprefix("tick-")) for what, _ in told if what.startswith("tick-")]

    first, second = workers.start(), workers.start()
    workers.wait_for(lambda told: len(ticks(told)) >= 4 and Heartbeat.objects.count() == 2)
    first.send_signal(signal.SIGTERM)
    assert first.wait(DEADLINE) == 0
    third = workers.start()
    workers.wait_for(lambda told: Heartbeat.objects.filter(worker__contains=f"-{third.pid}-").exists())
    second.send_signal(signal.SIGTERM)
    assert second.wait(DEADLINE) == 0
    told = workers.wait_for(lambda told: third.pid in [pid for _, pid in told])
    seen = ticks(told)
    assert seen == sorted(set(seen))
    third.send_signal(signal.SIGTERM)
    assert third.wait(DEADLINE) == 0
    row = Job.objects.get(schedule="probe.tick")
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "")
    assert not Heartbeat.objects.exists()
