"""The whole suite, as `python3 manage.py test` runs it: once on SQLite, once on PostgreSQL and Redis."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tests import machine, servers

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5


def main(arguments):
    """Runs both passes with these arguments for pytest; answers with the exit code."""
    ours, theirs = read(arguments)
    lacking = machine.missing()
    asked = sorted(machine.required() & lacking.keys())
    unknown = sorted(machine.required() - machine.WHAT.keys())
    codes = {}
    if not unknown and not asked:
        if ours.on in ("both", "sqlite"):
            codes["SQLite"] = one_pass("SQLite", theirs, workers(ours), HUB_TEST_PASS="sqlite")
        stopped = codes.get("SQLite", 0) not in (0, NOTHING_COLLECTED) and wants_to_stop(theirs)
        if ours.on in ("both", "servers") and "postgres" not in lacking and not stopped:
            codes["servers"] = on_servers(theirs, workers(ours))
    for line in summary(lacking, asked, unknown):
        print(line, flush=True)
    return 1 if unknown or asked else verdict(codes)


def read(arguments):
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--on", choices=("both", "sqlite", "servers"), default="both")
    parser.add_argument("-n", "--numprocesses", dest="workers", default="")
    return parser.parse_known_args(arguments)


def wants_to_stop(arguments):
    return bool({"-x", "--exitfirst"} & set(arguments))


def workers(ours):
    """How many tests run at once: as many as processors, at most four; one when a debugger wants the keyboard."""
    if ours.workers.isdecimal():
        return int(ours.workers)
    return min(4, os.cpu_count() or 1)


def on_servers(arguments, count):
    given = os.environ.get("HUB_TEST_REDIS_URL", "").split()
    if given:
        count = min(count, len(given))  # what one worker publishes, another on the same Redis would hear
    with servers.keep(redis=max(count, 1)) as found:
        return one_pass("PostgreSQL and Redis", arguments, count, HUB_TEST_PASS="servers", **found)


def one_pass(title, arguments, count, **environment):
    print(f"\n=== On {title}", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-rsfE"]
    # A debugger needs the terminal, which workers do not have.
    if count > 1 and not {"--pdb", "--trace"} & set(arguments):
        command += ["-n", str(count), "--dist", "loadgroup", "--no-loadscope-reorder"]  # browsers last: passes.py
    process = subprocess.Popen([*command, *arguments], cwd=ROOT, env=os.environ | environment)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.wait()  # it got the same Ctrl-C and is putting things away
        raise
    print(f"=== On {title}: {time.monotonic() - began:.0f} s", flush=True)
    return code


def summary(lacking, asked, unknown):
    for name in unknown:
        yield f"HUB_TEST_REQUIRE names {name}. It may name {', '.join(sorted(machine.WHAT))}."
    for name in asked:
        yield f"{lacking[name]}, and HUB_TEST_REQUIRE asks for it: no test was run."
    left_out = {
        "postgres": "nothing was run on PostgreSQL",
        "redis": "nothing was run with Redis",
        "browser": "no browser test was run",
    }
    if not asked and not unknown:
        for name, sentence in lacking.items():
            yield f"{sentence}: {left_out[name]}."


def verdict(codes):
    """0 when every pass that had something to run went well, and at least one had."""
    worst = [code for code in codes.values() if code not in (0, NOTHING_COLLECTED)]
    if worst:
        return worst[0]
    return 0 if 0 in codes.values() else NOTHING_COLLECTED
