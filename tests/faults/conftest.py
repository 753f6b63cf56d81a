"""One line for each fault: what it was, on which set-up, whether the promise held, and the figures."""

import json
import os

import pytest

from tests import passes

WIDTH = 58


@pytest.fixture
def fault(record_property):
    """Call it with the figures of the fault."""

    def note(figures):
        record_property("figures", figures)

    return note


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.what = (item.obj.__doc__ or "").strip()
    report.fault = item.name.removeprefix("test_")
    return report


def pytest_runtest_logreport(report):
    skipped = report.when == "setup" and report.skipped
    if "tests/faults/" not in report.nodeid or not (report.when == "call" or skipped or report.failed):
        return
    figures = dict(report.user_properties).get("figures", {})
    line = {
        "fault": report.fault,
        "what": report.what,
        "on": passes.name(),
        "outcome": report.outcome,
        "seconds": round(report.duration, 1),
        "figures": figures,
    }
    if report.failed:
        line["why"] = str(report.longrepr).strip().splitlines()[-1]
    print("\n" + (json.dumps(line) if os.environ.get("HUB_FAULTS_JSON") else in_words(line)), flush=True)


def in_words(line):
    figures = ", ".join(f"{name} {value}" for name, value in line["figures"].items())
    return f"{line['outcome']:8}{line['on']:9}{line['fault']:{WIDTH}}{figures or line.get('why', '')}"
