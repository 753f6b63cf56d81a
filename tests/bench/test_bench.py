"""The bench measures what it says it measures: a wrong instrument is worse than none."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from tests import machine
from tests.bench import frames, measure, report
from tests.bench.processes import ROOT


def a_frame(payload: bytes) -> bytes:
    """As a server writes it: whole, of text, not masked."""
    size = len(payload)
    head = bytes([0x81, size]) if size < 126 else bytes([0x81, 126]) + size.to_bytes(2)
    return head + payload


def test_frames_are_taken_whole_and_what_is_left_waits_for_more():
    short, long = a_frame(b"hello"), a_frame(b"x" * 700)
    cut = short + long + long[:300]
    assert [(opcode, len(payload)) for opcode, payload, _ in frames.take_frames(cut)] == [(1, 5), (1, 700)]
    assert [end for _, _, end in frames.take_frames(cut)][-1] == len(short + long)


def test_a_frame_cut_anywhere_gives_nothing_yet():
    whole = a_frame(b"x" * 700)
    assert [cut for cut in range(len(whole)) if list(frames.take_frames(whole[:cut]))] == []
    assert len(list(frames.take_frames(whole))) == 1


def test_a_frame_for_the_floors_is_about_the_message_asked_for_and_keeps_its_size():
    text = frames.as_text(frames.SAMPLE, message=7)
    assert [change["id"] for change in json.loads(text)["upsert"]] == [7]
    assert len(frames.as_text(frames.SAMPLE, message=8)) == len(text)


def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed():
    counted = Counter({1: 98, 50: 1, 900: 1})
    assert [measure.percentile(counted, share) for share in (0.5, 0.98, 0.99, 1)] == [1, 1, 50, 900]
    assert measure.percentile(Counter(), 0.99) == 0


def test_the_cpu_of_a_busy_process_is_counted():
    before = measure.cpu_seconds(os.getpid())
    while measure.cpu_seconds(os.getpid()) < before + 0.05:
        sum(range(10_000))
    assert measure.cpu_seconds(os.getpid()) >= before + 0.05


def test_one_lost_delivery_in_one_round_misses_the_target_though_the_median_is_none():
    lost = report.Figure("daphne", "lost", [0, 0, 1], sockets=20, rate=5)
    kept = report.Figure("daphne", "lost", [0, 0, 0], sockets=20, rate=5)
    assert (lost.missed, kept.missed) == (True, False)


def test_a_ratio_is_taken_within_each_round_and_judged_by_its_median_in_a_full_room_only():
    floor = [{"cpu_per_delivery": cost} for cost in (10.0, 20.0, 10.0)]
    results = {"bare": floor, "uvicorn": [{"cpu_per_delivery": cost} for cost in (20.0, 40.0, 90.0)]}
    rates = {"bare": 5, "uvicorn": 5}
    (ratio,) = [f for f in report.figures(results, sockets=1000, rates=rates) if f.name == "cpu_to_bare"]
    assert (ratio.rounds, ratio.spread.median, ratio.missed) == ([2, 2, 9], 2, False)
    assert report.Figure("uvicorn", "cpu_to_bare", [2.6], sockets=1000, rate=5).missed
    assert not report.Figure("uvicorn", "cpu_to_bare", [2.6], sockets=20, rate=5).missed


@pytest.mark.once
def test_a_small_room_is_measured_from_end_to_end_and_loses_nothing():
    machine.need("redis")
    options = ["--sockets", "20", "--seconds", "1", "--rounds", "1", "--database", "sqlite", "--json"]
    command = [sys.executable, "manage.py", "bench", "rooms", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = {(line["server"], line["figure"]): line["median"] for line in map(json.loads, done.stdout.splitlines())}
    servers = ("bare", "stock", "daphne", "uvicorn")
    assert {server: found[server, "lost"] for server in servers} == dict.fromkeys(servers, 0)
    assert [server for server in servers if not 0 < found[server, "p50"] <= found[server, "p99"]] == []
    assert {found[server, "lost_in_restart"] for server in ("daphne", "uvicorn")} == {0}
