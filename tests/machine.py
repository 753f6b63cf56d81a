"""What this machine has for the tests to use, and what it must have. Starting any of it belongs in servers.py."""

import glob
import os
import shutil
import sys
from pathlib import Path

import pytest

WHAT = {"postgres": "PostgreSQL", "redis": "Redis", "browser": "Chromium"}


def required():
    """What HUB_TEST_REQUIRE says must not be skipped."""
    return {name.strip() for name in os.environ.get("HUB_TEST_REQUIRE", "").split(",") if name.strip()}


def find_postgres():
    """The folder with `initdb` and `postgres`, the newest version first."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: -float(Path(path).parent.name))
    folders += ["/usr/local/pgsql/bin", "/usr/pgsql/bin"]
    for prefix in ("/opt/homebrew", "/usr/local"):
        folders += sorted(glob.glob(f"{prefix}/opt/postgresql@*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    folders += [str(Path(on_path).resolve().parent)] if on_path else []
    return next((path for path in folders if all(Path(path, name).exists() for name in ("initdb", "postgres"))), None)


def find_redis():
    return shutil.which("redis-server") or shutil.which("valkey-server")


def find_chromium():
    named = os.environ.get("HUB_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        if found := shutil.which(name):
            return found
    home = Path.home()
    places = [
        home / ".cache/ms-playwright",
        home / "Library/Caches/ms-playwright",
        home / "AppData/Local/ms-playwright",
    ]
    inside = ["chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium"]
    inside += ["chromium-*/chrome-win*/chrome.exe"]
    found = [str(path) for place in places for pattern in inside for path in sorted(place.glob(pattern))]
    if sys.platform == "darwin":
        found += ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    return next((path for path in reversed(found) if Path(path).exists()), None)


def missing():
    """{name: sentence} of what is neither installed nor named in the environment."""
    found = {
        "postgres": os.environ.get("HUB_TEST_POSTGRES_URL") or find_postgres(),
        "redis": os.environ.get("HUB_TEST_REDIS_URL") or find_redis(),
        "browser": find_chromium(),
    }
    return {name: f"{WHAT[name]} is not installed here" for name, here in found.items() if not here}


def need(name):
    """Skips the running test when the machine lacks `name`; fails it when HUB_TEST_REQUIRE asks for that."""
    sentence = missing().get(name)
    if sentence and name in required():
        pytest.fail(f"{sentence}, and HUB_TEST_REQUIRE asks for it.", pytrace=False)
    if sentence:
        pytest.skip(f"{sentence}.")
