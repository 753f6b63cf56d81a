"""What production refuses to start on, tried as people start it: in processes of their own."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once  # production's own settings: neither of the two set-ups

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def production(tmp_path):
    """Runs something with production settings, all of them right unless a test says otherwise."""

    def run(*command, **more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))}
        env = {
            **kept,
            "HUB_NO_BOOTSTRAP": "1",
            "HUB_SECRET_KEY": secrets.token_urlsafe(60),
            "HUB_ALLOWED_HOSTS": "hub.example.org",
            "HUB_ORIGINS": "https://hub.example.org",
            "HUB_DATA": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path}/hub.sqlite3",
            "REDIS_URL": "",
            **more,
        }
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
        )

    return run


CHECK = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
START = ("-c", "import hub.asgi")


def test_a_good_production_hub_has_nothing_to_complain_about_and_starts(production):
    checked = production(*CHECK)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no issues" in checked.stdout
    started = production(*START)
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("HUB_SECRET_KEY", "short", "HUB_SECRET_KEY is missing or short."),
        ("HUB_ALLOWED_HOSTS", "*", "lets every host in"),
        ("HUB_ALLOWED_HOSTS", "", "HUB_ALLOWED_HOSTS is empty"),
        ("HUB_PROCESSES", "2", "REDIS_URL is empty"),
        ("HUB_DEBUG", "yes", "HUB_DEBUG is on."),
        ("HUB_BEHIND_PROXY", "yes", "do not agree"),
    ],
)
def test_what_is_unsafe_is_refused_by_the_check_and_at_the_start(production, setting, value, sentence):
    for command in (CHECK, START):
        refused = production(*command, **{setting: value})
        assert refused.returncode != 0
        assert sentence in refused.stderr


def test_without_a_key_one_sentence_says_what_to_do(production):
    refused = production(*START, HUB_SECRET_KEY="")
    assert refused.returncode != 0
    assert "HUB_SECRET_KEY is missing." in refused.stderr


def test_production_does_not_start_on_the_demos_people(production):
    demo = {"HUB_MODE": "demo", "HUB_HTTPS": "no"}
    assert production("manage.py", "migrate", "--verbosity", "0", **demo).returncode == 0
    built = production(
        "-c",
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'hub.settings'; django.setup();"
        "from hub.demo.community import build; build()",
        **demo,
    )
    assert built.returncode == 0, built.stderr
    refused = production(*START)
    assert refused.returncode != 0
    assert "whose password everybody knows" in refused.stderr
