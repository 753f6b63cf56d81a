"""Real PostgreSQL and Redis for the tests: started on free loopback ports in a folder of their own, and always ended.

`Postgres` and `Redis` are used in place by a test that wants a server of its own to stop and start. `keep()` runs the
ones a whole pass shares: a process of its own that lives until the pipe to it closes, however its parent ends.
What is installed on the machine is asked in machine.py.
"""

import atexit
import contextlib
import ctypes
import functools
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests import machine

STARTING = 60  # seconds a server may take on a busy machine
LOOPBACK = "127.0.0.1"
_given = set()


def free_port():
    """A port nobody listens on now, and that this process has not given out before."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def end_with_parent(how=signal.SIGKILL):
    """For `preexec_fn`: on Linux the child gets `how` when the thread that started it is gone."""
    if not sys.platform.startswith("linux"):
        return None
    return functools.partial(ctypes.CDLL(None, use_errno=True).prctl, 1, how)


def unprivileged():
    """Arguments for subprocess that step down from root, which PostgreSQL refuses to run as; empty otherwise."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return {}


def until(happens, *, process=None, output=None, seconds=STARTING):
    """Waits until `happens()` is true. Says what the process printed when it ends or takes too long."""
    last = time.monotonic() + seconds
    while not happens():
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > last:
            said = Path(output).read_text(errors="replace")[-4000:] if output else ""
            what = f"ended with {process.returncode}" if ended else f"was not ready after {seconds} s"
            raise RuntimeError(f"{getattr(process, 'args', ['it'])[0]} {what}:\n{said}")
        time.sleep(0.02)


class Server:
    """One server process with its folder. `with` starts and ends it; start and stop may be called in between."""

    ending = signal.SIGTERM
    dying = signal.SIGKILL

    def __init__(self):
        self.port = free_port()
        self.password = secrets.token_hex(12)
        self.process = None
        self.folder = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="fanlight-server-"))
        self.output = self.folder / "output.txt"
        self.output.touch()
        if owner := unprivileged():
            for path in (self.folder, self.output):
                os.chown(path, owner["user"], owner["group"])
        atexit.register(self.close)
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *problem):
        self.close()

    def close(self):
        atexit.unregister(self.close)
        self.stop()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self):
        """What must be done once, before the first start."""

    def command(self):
        raise NotImplementedError

    def answers(self):
        raise NotImplementedError

    def start(self):
        """Starts on the same port and the same data as before; comes back when it answers."""
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C is for the tests, which then end this in their own order
                preexec_fn=end_with_parent(self.dying),
                **unprivileged(),
            )
        until(self.answers, process=self.process, output=self.output)

    def stop(self, how=None):
        """Ends it (`how` is a signal); does nothing when it does not run."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(how or self.ending)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Redis(Server):
    """A Redis (or Valkey) that keeps nothing on disk."""

    @property
    def url(self):
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def command(self):
        told = {"port": self.port, "bind": LOOPBACK, "requirepass": self.password, "save": "", "appendonly": "no"}
        return [machine.find_redis(), *(part for name, value in told.items() for part in (f"--{name}", str(value)))]

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, self.port), 1) as connection:
            connection.settimeout(1)
            connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            said = b""
            while b"+PONG" not in said and (more := connection.recv(100)):
                said += more
            return b"+PONG" in said
        return False


class Postgres(Server):
    """A PostgreSQL cluster of its own, quick rather than durable."""

    ending = signal.SIGINT  # does not wait for open connections
    dying = signal.SIGQUIT  # takes its children along
    quick = (
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "shared_buffers=64MB",
        "max_connections=200",
    )

    @property
    def url(self):
        return f"postgresql://fanlight:{self.password}@{LOOPBACK}:{self.port}/fanlight"

    def prepare(self):
        self.bin = Path(machine.find_postgres())
        secret = self.folder / "password"
        secret.write_text(self.password)
        if owner := unprivileged():
            os.chown(secret, owner["user"], owner["group"])
        command = [self.bin / "initdb", "-D", self.folder / "data", "-U", "fanlight", "--pwfile", secret]
        command += ["-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
        for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
            done = subprocess.run(
                [*command, "--locale", locale], cwd=self.folder, capture_output=True, text=True, **unprivileged()
            )
            if done.returncode == 0:
                return
            shutil.rmtree(self.folder / "data", ignore_errors=True)
        raise RuntimeError(f"initdb failed:\n{done.stderr}")

    def command(self):
        settings = [*self.quick, f"port={self.port}", f"listen_addresses={LOOPBACK}", "unix_socket_directories="]
        return [str(self.bin / "postgres"), "-D", "data", *(part for one in settings for part in ("-c", one))]

    def answers(self):
        import psycopg

        try:
            with connect(self.url) as connection:
                if not connection.execute("select 1 from pg_database where datname = 'fanlight'").fetchone():
                    connection.execute("create database fanlight")
                return True
        except psycopg.OperationalError:
            return False


def connect(url):
    """A connection to the server of `url`, for making and dropping databases."""
    import psycopg

    return psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True, connect_timeout=5)


@contextlib.contextmanager
def new_database(url, *, like=None):
    """The address of a new, empty database on the server of `url`, or of a copy of `like`; dropped at the end."""
    name = f"hub_{secrets.token_hex(6)}"
    with connect(url) as connection:
        connection.execute(f'create database "{name}"' + (f' template "{like}"' if like else ""))
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with connect(url) as connection:
            connection.execute(f'drop database if exists "{name}" with (force)')


# --- The servers of a whole pass --------------------------------------------------------------------------------------


@contextlib.contextmanager
def keep(*, redis=1):
    """The environment variables that name a PostgreSQL and `redis` Redises, running until the end of the `with`.

    Those that HUB_TEST_POSTGRES_URL and HUB_TEST_REDIS_URL already name are taken as they are.
    """
    wanted = {}
    if not os.environ.get("HUB_TEST_POSTGRES_URL") and machine.find_postgres():
        wanted["postgres"] = 1
    if not os.environ.get("HUB_TEST_REDIS_URL") and machine.find_redis():
        wanted["redis"] = redis
    if not wanted:
        yield {}
        return
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.servers", json.dumps(wanted)],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        line = keeper.stdout.readline()
        if not line:
            raise RuntimeError("The servers for the tests did not start.")
        yield json.loads(line)
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


def _serve(wanted):
    """Runs until standard input ends."""
    with contextlib.ExitStack() as servers:
        found = {}
        if wanted.get("postgres"):
            found["HUB_TEST_POSTGRES_URL"] = servers.enter_context(Postgres()).url
        if wanted.get("redis"):
            several = [servers.enter_context(Redis()).url for _ in range(wanted["redis"])]
            found["HUB_TEST_REDIS_URL"] = " ".join(several)
        print(json.dumps(found), flush=True)
        sys.stdin.read()


# --- Fixtures ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def redis_server():
    """A Redis of this test's own, to stop and start: `redis_server.url`, `.stop()`, `.start()`."""
    machine.need("redis")
    if not machine.find_redis():
        pytest.skip("Redis is not installed here, only named by HUB_TEST_REDIS_URL.")
    with Redis() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url():
    """The address of a PostgreSQL server: the one of this pass, else one started for this session."""
    if url := os.environ.get("HUB_TEST_POSTGRES_URL"):
        yield url
        return
    machine.need("postgres")
    with keep(redis=0) as found:
        yield found["HUB_TEST_POSTGRES_URL"]


def hide(url):
    """An address without its password, for messages."""
    return re.sub(r":[^:@/]*@", ":***@", url)


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
