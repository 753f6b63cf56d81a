"""Runs the faults on both set-ups, one after the other and nothing beside them, and lets their lines through."""

import os
import subprocess
import sys

from tests import machine, servers
from tests.live import ROOT

OPTIONS = ["-q", "--no-header", "--tb=short", "-s"]
OURS = ("{", "passed ", "failed ", "skipped ")


def run(*, on, only, out):
    """0 when every fault that could be brought about left its promise whole."""
    codes = []
    if on in ("both", "sqlite"):
        codes.append(one_pass("sqlite", only, out))
    lacking = machine.missing()
    if on in ("both", "servers"):
        if {"postgres", "redis"} & lacking.keys():
            print("Nothing was brought about on PostgreSQL and Redis: one of them is not installed.", file=sys.stderr)
            codes.append(1 if machine.required() & {"postgres", "redis"} or on == "servers" else 0)
        else:
            with servers.keep(redis=1) as found:
                codes.append(one_pass("servers", only, out, **found))
    return max(codes)


def one_pass(name, only, out, **environment):
    command = [sys.executable, "-m", "pytest", "tests/faults", *OPTIONS, *(["-k", only] if only else [])]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment | {"HUB_TEST_PASS": name}, stdout=subprocess.PIPE, text=True
    )
    rest = []
    with process.stdout:
        for line in process.stdout:
            if line.startswith(OURS):
                print(line.rstrip(), file=out, flush=True)
            else:
                rest.append(line)
    status = process.wait()
    if status not in (0, 5):
        print("".join(rest), file=sys.stderr)
    return 0 if status == 5 else status
