"""What a process costs, read from /proc (Linux only), and how several rounds become one figure.

No process is started here and nothing is printed: see `processes` and `report`.
"""

import os
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PROCESSORS = os.cpu_count() or 1


def cpu_seconds(pid: int) -> float:
    """User and system time of the process with all its threads, exact to one kernel tick (usually 10 ms)."""
    # The name in the second field may hold spaces and brackets, so count from behind its last bracket.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def memory_kib(pid: int) -> tuple[int, int]:
    """(PSS, RSS) in KiB. PSS shares pages between the processes that map them, so it is the one to compare."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size = line.split()[:2]
        sizes[name] = int(size)
    return sizes["Pss:"], sizes["Rss:"]


def machine_idle_seconds() -> float:
    """Idle time summed over all processors: shows whether somebody else was busy during a measurement."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    return (int(fields[4]) + int(fields[5])) / TICKS_PER_SECOND


def percentile(buckets: Counter[int], share: float) -> int:
    """The smallest bucket that at least `share` of all counted things do not exceed; 0 when nothing was counted."""
    wanted = share * buckets.total()
    reached = 0
    for bucket in sorted(buckets):
        reached += buckets[bucket]
        if reached >= wanted:
            return bucket
    return 0


@dataclass(frozen=True)
class Spread:
    """One figure over all rounds: the middle one and how far they lay apart."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, rounds: Iterable[float]) -> "Spread":
        values = list(rounds)
        return cls(statistics.median(values), min(values), max(values))
