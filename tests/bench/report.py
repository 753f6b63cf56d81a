"""From the figures of all rounds to lines, a table and a verdict. Nothing is measured here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.measure import Spread

type Rounds = dict[str, list[dict[str, float]]]  # contestant -> one set of figures for each round

UNITS = {
    "cpu_per_delivery": "us",
    "p50": "ms",
    "p99": "ms",
    "lost": "deliveries",
    "twice": "deliveries",
    "closed": "sockets",
    "memory_per_socket": "KiB PSS",
    "rss_per_socket": "KiB RSS",
    "memory": "MiB PSS",
    "connect_cpu": "ms",
    "connect_wall": "s",
    "back_after_restart": "s",
    "lost_in_restart": "deliveries",
    "gone_after_restart": "sockets",
    "cpu_to_stock": "x",
    "cpu_to_bare": "x",
    "post_cpu": "ms",
    "post_late": "ms",
    "frame": "bytes",
    "messages_per_frame": "",
    "machine_idle": "%",
}
HUB_TARGETS = {"lost": 0, "p99": 250, "back_after_restart": 5, "lost_in_restart": 0, "gone_after_restart": 0}
TARGETS = {
    "daphne": {**HUB_TARGETS, "cpu_to_stock": 0.25, "cpu_to_bare": 7},
    "uvicorn": {**HUB_TARGETS, "cpu_to_bare": 2.5},
}
# The other targets were set for a full room; in a small one the fixed cost of a message hides the cost of a delivery.
AT_ANY_SIZE = {"lost", "lost_in_restart", "gone_after_restart"}
FULL_ROOM, FULL_RATE = 1000, 5


@dataclass(frozen=True)
class Figure:
    server: str
    name: str
    rounds: list[float]
    sockets: int
    rate: float

    @property
    def spread(self) -> Spread:
        return Spread.of(self.rounds)

    @property
    def target(self) -> float | None:
        if self.name not in AT_ANY_SIZE and (self.sockets < FULL_ROOM or self.rate < FULL_RATE):
            return None
        return TARGETS.get(self.server, {}).get(self.name)

    @property
    def missed(self) -> bool:
        """A median beyond the target; for losses the worst round counts, for there nothing is to be averaged."""
        if self.target is None:
            return False
        worst = self.spread.high if self.target == 0 else self.spread.median
        return worst > self.target

    def line(self) -> str:
        spread = self.spread
        said: dict[str, Any] = {"bench": "rooms", "server": self.server, "figure": self.name, "unit": UNITS[self.name]}
        said |= {"median": spread.median, "low": spread.low, "high": spread.high, "rounds": self.rounds}
        said |= {"sockets": self.sockets, "rate": self.rate}
        if self.target is not None:
            said |= {"target": self.target, "met": not self.missed}
        return json.dumps(said)


def figures(results: Rounds, *, sockets: int, rates: dict[str, float]) -> Iterator[Figure]:
    for server, rounds in results.items():
        for floor in ("stock", "bare"):
            if server in TARGETS and floor in results:
                # Each round beside the floor of the same round: the machine drifts between rounds.
                pairs = zip(rounds, results[floor], strict=True)
                for mine, theirs in pairs:
                    if "cpu_per_delivery" in mine and theirs["cpu_per_delivery"]:
                        mine[f"cpu_to_{floor}"] = mine["cpu_per_delivery"] / theirs["cpu_per_delivery"]
        for name in UNITS:
            values = [round(figures[name], 3) for figures in rounds if name in figures]
            if values:
                yield Figure(server, name, values, sockets, rates[server])


def table(lines: list[Figure]) -> Iterator[str]:
    yield f"{'':10}{'figure':22}{'median':>10}  {'lowest - highest':22}{'unit':12}target"
    last = ""
    for figure in lines:
        spread = figure.spread
        verdict = ""
        if figure.target is not None:
            verdict = f"<= {figure.target:g}  {'MISSED' if figure.missed else 'met'}"
        server = figure.server if figure.server != last else ""
        last = figure.server
        lowest = f"{spread.low:.6g} - {spread.high:.6g}"
        yield f"{server:10}{figure.name:22}{spread.median:>10.6g}  {lowest:22}{UNITS[figure.name]:12}{verdict}".rstrip()
