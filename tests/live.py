"""The hub as people have it: a server process of its own, with a database of its own, on a free loopback port.

    def test_something(live_hub):            # started and migrated
        requests to live_hub.url ...
        live_hub.kill9(); live_hub.restart()

`new_hub(...)` makes several or special ones. `hub.manage("demo_data")` runs a command, `hub.python("...")` code, and
`with hub.orm():` points this process's models at the hub's database.
"""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {
    "daphne": ["daphne", "-v", "0", "-e", "tcp:port={port}:interface=127.0.0.1:backlog=2048", "hub.asgi:application"],
    "uvicorn": [
        *("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--backlog", "2048", "--log-level", "warning"),
        *("--lifespan", "off", "--timeout-graceful-shutdown", "5", "hub.asgi:application"),
    ],
}


class LiveHub:
    """One hub. `processes` beyond the first share its database and Redis, each with a port of its own."""

    def __init__(self, *, folder, database_url, redis_url="", env=None):
        self.folder = Path(folder)
        self.database_url = database_url
        self.redis_url = redis_url
        self.port = servers.free_port()
        self.kind = "daphne"
        self.process = None
        self.output = self.folder / f"output-{self.port}.txt"
        self.own = {"HUB_MODE": "test", "HUB_DATA": str(self.folder / "data"), **(env or {})}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def feed_url(self):
        return f"ws://127.0.0.1:{self.port}"

    @property
    def env(self):
        """The whole environment its processes run in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))}
        places = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}
        return kept | places | {"DJANGO_SETTINGS_MODULE": "hub.settings"} | self.own

    def start(self, kind=None, *, seconds=servers.STARTING):
        """Starts a server process; comes back when /healthz answers."""
        assert self.process is None, "it runs already"
        self.kind = kind or self.kind
        command = [part.format(port=self.port) for part in COMMANDS[self.kind]]
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=servers.end_with_parent(),
            )
        try:
            servers.until(self.is_up, process=self.process, output=self.output, seconds=seconds)
        except BaseException:
            self.kill9()
            raise
        return self

    def is_up(self):
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        """Ends it as a system's service manager would."""
        self._end(signal.SIGTERM)

    def kill9(self):
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self, kind=None):
        """Starts it again, same port and data, ending it first if it still runs."""
        self.stop()
        return self.start(kind)

    def _end(self, how):
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def said(self):
        """Everything its processes printed so far."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def beside(self, **env):
        """Another process of the same hub: same database and Redis, a port of its own, not started yet."""
        own = {name: value for name, value in self.own.items() if name != "HUB_DATA"} | env
        other = LiveHub(folder=self.folder, database_url=self.database_url, redis_url=self.redis_url, env=own)
        other.own["HUB_DATA"] = self.own["HUB_DATA"]
        return other

    def manage(self, *arguments, check=True, input=None):
        """Runs a management command in its environment."""
        return self._run([sys.executable, "manage.py", *arguments], check=check, input=input)

    def python(self, code):
        """Runs code with Django set up in its environment; answers with what it printed."""
        setting_up = "import django; django.setup()\n"
        return self._run([sys.executable, "-c", setting_up + code], check=True).stdout

    def _run(self, command, *, check, input=None):
        env = self.env | {"HUB_NO_BOOTSTRAP": "1"}
        done = subprocess.run(command, cwd=ROOT, env=env, input=input, capture_output=True, text=True, timeout=300)
        if check and done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    @contextlib.contextmanager
    def orm(self):
        """Inside, models in this thread read and write the hub's database, each statement committed at once.

        Not for tests that have a database of their own (`db`, `django_db`). What the bus would tell on commit from here
        reaches the server only through a Redis they share; without one, its own look at the revisions finds it.
        """
        from django.db import connections
        from pytest_django.plugin import blocking_manager_key

        with _config.stash[blocking_manager_key].unblock(), pytest.MonkeyPatch.context() as patch:
            patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # a browser test keeps a loop running in this thread
            patch.setattr("django.conf.settings.REDIS_URL", self.redis_url)
            before, connections["default"] = connections["default"], _connection_to(self.database_url)
            try:
                yield
            finally:
                connections["default"].close()
                if hasattr(connections["default"], "close_pool"):
                    connections["default"].close_pool()
                connections["default"] = before


def _connection_to(url):
    from django.db import connections
    from django.db.utils import load_backend

    from hub import environment

    described = environment.database(url)
    described["OPTIONS"].pop("pool", None)
    described = connections.configure_settings({"default": described})["default"]
    return load_backend(described["ENGINE"]).DatabaseWrapper(described, "default")


_config = None


def pytest_configure(config):
    global _config
    _config = config


# --- Databases, migrated once and then copied -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _migrated(request):
    """A function that answers with a migrated database to copy, made when first asked: for `sqlite` or `postgres`."""
    with contextlib.ExitStack() as at_the_end:

        @functools.cache
        def make(engine):
            folder = at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="fanlight-model-"))
            url = f"sqlite:///{folder}/model.sqlite3"
            if engine == "postgres":
                server = request.getfixturevalue("postgres_url")
                url = at_the_end.enter_context(servers.new_database(server))
            LiveHub(folder=folder, database_url=url).manage("migrate", "--verbosity", "0")
            return url

        yield make


def _copy(url, folder, at_the_end):
    """The address of a fresh copy of the database at `url`."""
    if url.startswith("sqlite"):
        place = Path(folder) / "hub.sqlite3"
        for ending in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(url.removeprefix("sqlite:///") + ending, f"{place}{ending}")
        return f"sqlite:///{place}"
    return at_the_end.enter_context(servers.new_database(url, like=url.rsplit("/", 1)[1]))


@pytest.fixture
def new_hub(request, _migrated):
    """Makes hubs: `new_hub(engine=..., redis=True or False, env={...})`, migrated, not started, ended after the test.

    Left out, they are what the pass is about: SQLite alone, or PostgreSQL with a Redis of the hub's own
    (`hub.redis.stop()`, `hub.redis.start()`).
    """
    on_servers = os.environ.get("HUB_TEST_PASS") == "servers"
    with contextlib.ExitStack() as at_the_end:

        def make(*, engine="postgres" if on_servers else "sqlite", redis=on_servers, env=None):
            folder = at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="fanlight-hub-"))
            own_redis = None
            if redis:
                servers.machine.need("redis")
                own_redis = at_the_end.enter_context(servers.Redis())
            url = _copy(_migrated(engine), folder, at_the_end)
            hub = LiveHub(folder=folder, database_url=url, redis_url=own_redis.url if own_redis else "", env=env)
            hub.redis = own_redis
            at_the_end.callback(hub.stop)
            return hub

        yield make


@pytest.fixture
def live_hub(new_hub):
    """A hub that runs, on what the pass is about."""
    return new_hub().start()


def wait_for(happens, *, seconds=10):
    """Waits until `happens()` answers with something true, and answers with it."""
    last = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < last, f"not within {seconds} s"
        time.sleep(0.02)
    return found
