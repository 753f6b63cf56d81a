"""Which tests run in which pass, as a plugin of pytest. Starting the passes one after the other belongs in run.py."""

import os
import zlib

import pytest

BROWSERS_AT_ONCE = 2


def name():
    return os.environ.get("HUB_TEST_PASS", "sqlite")


def runs_here(item):
    marks = {mark.name for mark in item.iter_markers()}
    if name() == "servers":
        return "once" not in marks and ("browser" not in marks or "live" in marks)
    return "servers" not in marks


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leaves out what belongs to the other pass, and lets at most two workers drive browsers."""
    elsewhere = [item for item in items if not runs_here(item)]
    if elsewhere:
        items[:] = [item for item in items if runs_here(item)]
        config.hook.pytest_deselected(items=elsewhere)
    # Playwright keeps an event loop running in its worker for as long as a browser is shared there, and code that must
    # not run beside one would fail: whatever shares a browser comes last, and after those that start their own.
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, "tests/browser/" in item.nodeid))
    for item in items:
        if item.get_closest_marker("browser") and not item.get_closest_marker("xdist_group"):
            share = zlib.crc32(item.nodeid.split("::")[0].encode()) % BROWSERS_AT_ONCE
            item.add_marker(pytest.mark.xdist_group(f"browser-{share}"))
