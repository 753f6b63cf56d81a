"""The settings the tests run with: the hub's own, pointed at throw-away places.

`manage.py test` says which set-up a pass is about in HUB_TEST_PASS; plain `pytest` is the SQLite one. What is in the
environment of the person who runs the tests (their DATABASE_URL above all) must not reach them.
"""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
for name in [name for name in os.environ if name.startswith("HUB_") and not name.startswith("HUB_TEST_")]:
    if name not in ("HUB_CHROMIUM", "HUB_PYTHON", "HUB_NO_BOOTSTRAP"):
        del os.environ[name]

folder = Path(tempfile.mkdtemp(prefix=f"fanlight-{worker}-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)
(folder / "static").mkdir()  # what serves files warns where there is none

os.environ["HUB_MODE"] = "test"
os.environ["HUB_DATA"] = str(folder)
if os.environ.get("HUB_TEST_PASS") == "servers":
    os.environ["DATABASE_URL"] = os.environ["HUB_TEST_POSTGRES_URL"]
    # One Redis for each worker: what is published on a Redis is heard by everybody there.
    several = os.environ.get("HUB_TEST_REDIS_URL", "").split()
    number = int(re.sub(r"\D", "", worker) or 0)
    os.environ["REDIS_URL"] = several[number % len(several)] if several else ""
else:
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'hub.sqlite3'}"
    os.environ["REDIS_URL"] = ""

from hub.settings import *  # noqa: E402, F403  (they read what was set above)
from hub.settings import DATABASES  # noqa: E402

if os.environ.get("HUB_TEST_PASS") != "servers":
    # A file, as people have it: in memory, threads would share one lock that no real hub knows.
    DATABASES["default"]["TEST"] = {"NAME": str(folder / "test.sqlite3")}
