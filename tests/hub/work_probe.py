"""Work for worker processes to do, told in lines of a file. Imported by those processes and by their tests only."""

import os
import time

from hub.work.schedules import every
from hub.work.tasks import background


def tell(line):
    with open(os.environ["WORK_PROBE"], "a") as file:
        file.write(f"{line} {os.getpid()}\n")


@background(retries=3)
def linger(name, seconds):
    tell(f"{name}-began")
    time.sleep(seconds)
    tell(f"{name}-ended")


if "WORK_PROBE" in os.environ:

    @every(seconds=1, name="probe.tick")
    def tick():
        from hub.work.models import Job

        # Which tick this is: the lease covers it, so nobody else may have begun later than this run did.
        tell(f"tick-{int(Job.objects.get(schedule='probe.tick').started.timestamp())}")
