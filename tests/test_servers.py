"""The servers the tests start: they answer, can be stopped and started, and never stay behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests import machine, servers

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.once

# A parent that starts the servers of a pass, says where they are, and waits for a line before it goes on.
PARENT = """
import json, sys
from tests import servers
with servers.keep(redis=2) as found:
    print(json.dumps(found), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def temporary():
    """An empty folder for temporary files that an unprivileged server may look into."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def listens(url):
    port = int(url.rsplit(":", 1)[1].split("/")[0])
    with servers.socket.socket() as probe:
        return probe.connect_ex((servers.LOOPBACK, port)) == 0


def test_redis_comes_back_on_the_same_port(redis_server):
    import redis

    client = redis.Redis.from_url(redis_server.url)
    assert client.ping()
    redis_server.stop()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    redis_server.start()
    assert client.ping()
    client.close()


def test_a_new_database_is_a_copy_of_the_one_it_is_like(postgres_url):
    import psycopg

    with servers.new_database(postgres_url) as first:
        with psycopg.connect(first, autocommit=True) as connection:
            connection.execute("create table lamps (colour text)")
        with servers.new_database(postgres_url, like=first.rsplit("/", 1)[1]) as second:
            assert first != second
            with psycopg.connect(second) as connection:
                assert connection.execute("select count(*) from lamps").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals.")
@pytest.mark.parametrize("ending", ["quietly", signal.SIGINT, signal.SIGKILL])
def test_servers_end_with_the_process_that_wanted_them(ending, temporary):
    machine.need("postgres")
    machine.need("redis")
    environment = {
        name: value for name, value in os.environ.items() if not name.endswith(("POSTGRES_URL", "REDIS_URL"))
    }
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=ROOT,
        env=environment | {"TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    found = json.loads(parent.stdout.readline())
    urls = [found["HUB_TEST_POSTGRES_URL"], *found["HUB_TEST_REDIS_URL"].split()]
    assert len(urls) == 3
    assert all(listens(url) for url in urls)
    assert len(list(temporary.iterdir())) == 3
    if ending == "quietly":
        parent.stdin.write("\n")
        parent.stdin.flush()
    else:
        parent.send_signal(ending)
    parent.wait(30)
    servers.until(lambda: not any(listens(url) for url in urls), seconds=30)
    servers.until(lambda: not list(temporary.iterdir()), seconds=30)
    parent.stdin.close()
    parent.stdout.close()


def test_what_is_missing_is_skipped_or_fails_as_asked(monkeypatch):
    monkeypatch.setattr(machine, "find_redis", lambda: None)
    monkeypatch.delenv("HUB_TEST_REDIS_URL", raising=False)
    monkeypatch.setenv("HUB_TEST_REQUIRE", "")
    with pytest.raises(pytest.skip.Exception, match="Redis is not installed here"):
        machine.need("redis")
    monkeypatch.setenv("HUB_TEST_REQUIRE", "postgres, redis")
    with pytest.raises(pytest.fail.Exception, match="HUB_TEST_REQUIRE asks for it"):
        machine.need("redis")
