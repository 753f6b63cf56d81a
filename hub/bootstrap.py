"""Making the environment the hub runs in, and going on inside it.

Standard library only, and readable by Python 3.8: `manage.py` calls `ensure` before anything is installed.
Looking for a Python belongs in interpreters.py; nothing here may import Django before it is known to be there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import IO

from hub import interpreters

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DJANGO = (6, 1)
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"  # also holds everything of RUNTIME, in the same versions
# Commands that work on the hub itself, not for the people in it.
DEVELOPERS = ("test", "lock", "catalogues", "shots", "bench", "faults", "attacks", "scorecard")
DEVELOPERS_NEED = ("pytest", "pytest_django", "xdist", "playwright")
TRIES = 3


def say(line: str) -> None:
    """Progress goes to standard error, so that a command's own output stays clean."""
    print(line, file=sys.stderr, flush=True)


class Environment:
    """The folder `.venv/` of a checkout: what is in it, and how it is made."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.folder = os.path.join(root, ".venv")
        self.stamp = os.path.join(self.folder, "fanlight.json")
        self.private = os.path.join(root, ".python")
        inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        self.python = os.path.join(self.folder, *inside)

    def is_current(self) -> bool:
        """Whether this very process runs in the environment."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def stamped(self) -> dict[str, str]:
        try:
            with open(self.stamp, encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def digest(self, lock: str) -> str:
        with open(os.path.join(self.root, lock), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def holds(self, lock: str) -> bool:
        """Whether the stamp says that exactly this lock was installed, and the Python it was made for still runs."""
        stamped = self.stamped()
        if stamped.get(lock) != self.digest(lock):
            return False
        named = os.environ.get("HUB_PYTHON", "").strip()
        if named and os.path.realpath(shutil.which(named) or named) != stamped.get("made by"):
            return False
        return self.is_current() or self.version() == stamped.get("python")

    def version(self) -> str:
        """`3.13` when the environment's Python runs, else nothing."""
        command = [self.python, "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        try:
            done = subprocess.run(
                command,
                env=interpreters.clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=20,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.decode().strip()

    def build(self, lock: str) -> None:
        """Makes or mends the folder until it holds `lock`. The stamp is written last, after everything worked."""
        stamped = self.stamped()
        if DEVELOPMENT in stamped:
            lock = DEVELOPMENT  # a development environment stays one
        if not self._usable(stamped):
            stamped = {"made by": self._make()}
        with contextlib.suppress(OSError):
            os.remove(self.stamp)
        self._install(lock)
        stamped = {"python": self.version(), "made by": stamped.get("made by", ""), RUNTIME: self.digest(RUNTIME)}
        stamped[lock] = self.digest(lock)
        with open(self.stamp + ".new", "w", encoding="utf-8") as file:
            json.dump(stamped, file, indent=1, sort_keys=True)
        os.replace(self.stamp + ".new", self.stamp)

    def _usable(self, stamped: dict[str, str]) -> bool:
        version = self.version()
        if not version or not interpreters.fits(tuple(int(part) for part in version.split("."))):
            return False
        named = os.environ.get("HUB_PYTHON", "").strip()
        if named and os.path.realpath(shutil.which(named) or named) != stamped.get("made by"):
            return False
        return stamped.get("python", version) == version and self._run([self.python, "-m", "pip", "--version"]) == ""

    def _make(self) -> str:
        """An empty environment, made with the best Python there is; answers which one."""
        python, version = interpreters.find(self.private, say, avoid=self.folder)
        say("Making Fanlight’s environment with Python {}.{}.{} in .venv/ (once).".format(*version))
        made_by = os.path.realpath(python)
        if os.path.lexists(self.folder):
            shutil.rmtree(self.folder)
        wrong = self._run([python, "-m", "venv", self.folder])
        if wrong:
            raise interpreters.NoPython(f"Python could not make the folder {self.folder}: {wrong}")
        return made_by

    def _install(self, lock: str) -> None:
        with open(os.path.join(self.root, lock), encoding="utf-8") as file:
            count = sum(1 for line in file if "==" in line or " @ " in line)
        say(f"Installing {count} packages, each checked against its hash.")
        command = [self.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
        command += ["--progress-bar", "off", "--require-hashes", "--only-binary", ":all:", "--no-deps"]
        command += ["-r", os.path.join(self.root, lock)]
        for attempt in range(1, TRIES + 1):
            wrong = self._run(command)
            if not wrong:
                return
            if attempt < TRIES:
                say(f"That did not work ({wrong.splitlines()[-1]}). Trying again.")
                time.sleep(attempt * 2)
        raise interpreters.NoPython(f"The packages could not be installed: {wrong}")

    def _run(self, command: list[str]) -> str:
        """Runs to the end; answers with nothing when it worked, else with the last lines of what it said."""
        surroundings = interpreters.clean_environment()
        try:
            done = subprocess.run(
                command,
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self.root,
            )
        except OSError as error:
            return str(error)
        said = done.stdout.decode(errors="replace").strip().splitlines()
        return "" if done.returncode == 0 else "\n".join(said[-4:]) or f"exit code {done.returncode}"

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Only one command builds at a time. The system lets go of the lock when its holder ends, however it ends."""
        with open(os.path.join(self.root, ".venv.lock"), "a+b") as file:
            if not _take(file, wait=False):
                say("Another command is making the environment. Waiting for it.")
                _take(file, wait=True)
            yield


def _take(file: IO[bytes], *, wait: bool) -> bool:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
                time.sleep(0.2)
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def already_right(lock: str) -> bool:
    """Whether this Python can run the hub as it is: in a container, or in an environment somebody made by hand."""
    if not interpreters.fits(sys.version_info[:3]) or importlib.util.find_spec("django") is None:
        return False
    import django

    if django.VERSION[:2] < DJANGO:
        return False
    return lock == RUNTIME or all(importlib.util.find_spec(name) for name in DEVELOPERS_NEED)


def ensure(arguments: list[str], root: str = ROOT) -> None:
    """Comes back when this process can run the hub; else builds the environment and goes on inside it.

    Ends the process with one sentence and exit code 1 when the environment cannot be made.
    """
    if os.environ.get("HUB_NO_BOOTSTRAP") == "1":
        return
    command = arguments[1] if len(arguments) > 1 else ""
    lock = DEVELOPMENT if command in DEVELOPERS else RUNTIME
    environment = Environment(root)
    stamped_here = environment.is_current() and bool(environment.stamped())
    if not stamped_here and already_right(lock):
        return
    if not environment.holds(lock):
        try:
            _build(environment, lock)
        except interpreters.NoPython as problem:
            say(str(problem))
            sys.exit(1)
        except KeyboardInterrupt:
            say("Stopped. The next command goes on where this one was.")
            sys.exit(130)
    elif environment.is_current():
        return
    _go_on(environment.python, arguments)


def _build(environment: Environment, lock: str) -> None:
    began = time.monotonic()
    with environment.alone():
        if environment.holds(lock):
            return
        environment.build(lock)
    say(f"The environment is ready after {time.monotonic() - began:.0f} seconds.")


def _go_on(python: str, arguments: list[str]) -> None:
    surroundings = interpreters.clean_environment()
    if os.name == "nt":
        sys.exit(subprocess.call([python, *arguments], env=surroundings))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(python, [python, *arguments], surroundings)
