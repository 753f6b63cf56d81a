"""`bench rooms`: many sockets in one room, the hub beside two floors in the same run.

What is asked: server CPU for each delivered message, how late it comes, memory for each idle socket, losses, and how
long everybody needs to be back after the server was killed. Contestants take turns, round by round, because a shared
machine drifts; only the ratios within a round mean something elsewhere. Messages are posted from a process of their
own, so that the CPU counted is that of the process that serves the sockets, and of no other.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import servers
from tests.bench import contestants, frames, house, measure, processes, report
from tests.bench.contestants import Contestant
from tests.bench.processes import Child, Talker

PARTS = ("fanout", "memory", "storm")
SETTLE = 1.5  # seconds between the last connect and reading the memory
MISSED = 5  # messages posted while the server is down


def add_arguments(parser: argparse.ArgumentParser) -> None:
    def names(text: str, known: tuple[str, ...]) -> list[str]:
        chosen = [name for name in text.split(",") if name]
        if unknown := set(chosen) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}? Choose from {', '.join(known)}.")
        return chosen

    parser.add_argument("--sockets", type=int, default=1000, help="people in the room (1000)")
    parser.add_argument("--rate", type=float, default=5, help="messages a second (5)")
    parser.add_argument("--stock-rate", type=float, default=1, help="the same for stock consumers, who drown at 5 (1)")
    parser.add_argument("--seconds", type=float, default=8, help="how long messages are sent in each round (8)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median counts (3)")
    parser.add_argument("--servers", type=lambda text: names(text, contestants.HUBS), default="daphne,uvicorn")
    parser.add_argument("--floors", type=lambda text: names(text, contestants.FLOORS), default="bare,stock")
    parser.add_argument("--only", type=lambda text: names(text, PARTS), default=",".join(PARTS))
    parser.add_argument("--database", choices=["postgresql", "sqlite"], help="PostgreSQL where it is installed")


@dataclass
class Rig:
    """Everything that stands for the whole run."""

    folder: Path
    options: argparse.Namespace
    client: Talker
    posters: dict[str, Talker] = field(default_factory=dict)

    def server(self, contestant: Contestant) -> Child:
        output = self.folder / f"{contestant.name}.log"
        return Child(contestant.command, output=output, env=contestant.env)

    def post(self, contestant: Contestant, *, messages: int, rate: float) -> dict[str, Any]:
        return self.posters[contestant.name].ask(messages=messages, rate=rate, within=30 + messages / rate)

    def open(self, contestant: Contestant, *, sockets: int, after: int) -> float:
        """Seconds it took."""
        order = {"port": contestant.port, "path": contestant.path, "sockets": sockets, "after": after}
        answer = self.client.ask(do="open", within=120, **order)
        if answer["opened"] != sockets:
            log = (self.folder / f"{contestant.name}.log").read_text(errors="replace")[-2000:]
            raise processes.DidNotStart(f"{contestant.name}: {answer['opened']} of {sockets} opened: {answer}\n{log}")
        return answer["seconds"]


def one_round(rig: Rig, contestant: Contestant) -> dict[str, float]:
    """All figures of one contestant, on a fresh process."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(processes.started(rig.server(contestant)))
        server.wait_for_port(contestant.port)
        found = gather(rig, contestant, server)
        if "fanout" in rig.options.only:
            found |= fanout(rig, contestant, server)
        if "storm" in rig.options.only:
            server.kill()
            found |= storm(rig, contestant, stack)
        rig.client.ask(do="leave")
    return found


def gather(rig: Rig, contestant: Contestant, server: Child) -> dict[str, float]:
    """Fill the room. A few come first and hear one message, so that what is loaded once is not counted for each."""
    sockets = rig.options.sockets
    first = min(20, sockets // 2)
    after = rig.post(contestant, messages=1, rate=1)["revision"]
    rig.open(contestant, sockets=first, after=after)
    answer = rig.post(contestant, messages=1, rate=1)
    rig.client.ask(do="collect", sent=answer["sent"], seconds=10)
    pss, rss = measure.memory_kib(server.pid)
    cpu = measure.cpu_seconds(server.pid)
    seconds = rig.open(contestant, sockets=sockets - first, after=answer["revision"])
    cpu = measure.cpu_seconds(server.pid) - cpu
    if "memory" not in rig.options.only:
        return {}
    time.sleep(SETTLE)
    full_pss, full_rss = measure.memory_kib(server.pid)
    return {
        "connect_cpu": cpu * 1000 / (sockets - first),
        "connect_wall": seconds,
        "memory_per_socket": (full_pss - pss) / (sockets - first),
        "rss_per_socket": (full_rss - rss) / (sockets - first),
        "memory": full_pss / 1024,
    }


def fanout(rig: Rig, contestant: Contestant, server: Child) -> dict[str, float]:
    messages = max(1, round(contestant.rate * rig.options.seconds))
    cpu, idle, began = measure.cpu_seconds(server.pid), measure.machine_idle_seconds(), time.monotonic()
    posted = rig.post(contestant, messages=messages, rate=contestant.rate)
    heard = rig.client.ask(do="collect", sent=posted["sent"], seconds=8)
    cpu = measure.cpu_seconds(server.pid) - cpu
    idle = (measure.machine_idle_seconds() - idle) / (time.monotonic() - began)
    return {
        "cpu_per_delivery": cpu * 1_000_000 / max(1, heard["delivered"]),
        "p50": heard["p50_ms"],
        "p99": heard["p99_ms"],
        "lost": heard["lost"],
        "twice": heard["twice"],
        "closed": sum(heard["closed"].values()),
        "frame": heard["bytes"] / max(1, heard["texts"]),
        # More than one: the hub fell behind and told several at once, which also makes each of them cheaper.
        "messages_per_frame": heard["delivered"] / max(1, heard["texts"]),
        "post_cpu": posted["cpu_ms"],
        "post_late": posted["late_ms"],
        "machine_idle": idle * 100 / measure.PROCESSORS,
    }


def storm(rig: Rig, contestant: Contestant, stack: contextlib.ExitStack) -> dict[str, float]:
    """The server is gone: go on talking where that is possible, start it again, and everybody comes back at once."""
    missed: list[Any] = []
    if contestant.catches_up:
        sent = rig.post(contestant, messages=MISSED, rate=20)["sent"]
        missed = [json.loads(message) for message in sent]
    rig.client.tell(do="come_back", missed=missed, seconds=45)
    stack.enter_context(processes.started(rig.server(contestant)))
    back = rig.client.hear(within=90)
    return {
        "back_after_restart": back["seconds"],
        "lost_in_restart": back["lost"],
        "gone_after_restart": back["gone"],
    }


@contextlib.contextmanager
def rigged(options: argparse.Namespace) -> Iterator[tuple[Rig, list[Contestant]]]:
    """The rig and the contestants in the order in which they take turns."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fanlight-bench-")))
        redis = stack.enter_context(servers.Redis()).url
        cookies, chosen = [""], []
        if options.servers:
            home = stack.enter_context(house.built(folder, redis, sockets=options.sockets, database=options.database))
            cookies = home.cookies
            chosen = [
                contestants.hub(name, slug=home.slug, env=home.env, rate=options.rate) for name in options.servers
            ]
        (folder / "cookies.json").write_text(json.dumps(cookies))
        client = Talker("tests.bench.client", str(folder / "cookies.json"), output=folder / "client.log")
        stack.callback(client.stop)
        rig = Rig(folder, options, client)
        for contestant in chosen:
            add_poster(rig, contestant, stack)
        frame = folder / "frame.json"
        frame.write_text(json.dumps(overheard(rig, chosen[0]) if chosen else frames.SAMPLE))
        for name in reversed(options.floors):
            rate = options.stock_rate if name == "stock" else options.rate
            chosen.insert(0, contestants.floor(name, frame=frame, redis=redis, rate=rate))
            add_poster(rig, chosen[0], stack)
        yield rig, chosen


def add_poster(rig: Rig, contestant: Contestant, stack: contextlib.ExitStack) -> None:
    output = rig.folder / f"poster-{contestant.name}.log"
    poster = Talker("tests.bench.poster", *contestant.poster, output=output, env=contestant.poster_env)
    stack.callback(poster.stop)
    rig.posters[contestant.name] = poster


def overheard(rig: Rig, contestant: Contestant) -> dict[str, Any]:
    """The frame that the hub really sends for one message, for the floors to send the same."""
    with processes.started(rig.server(contestant)) as server:
        server.wait_for_port(contestant.port)
        after = rig.post(contestant, messages=1, rate=1)["revision"]
        rig.open(contestant, sockets=1, after=after)
        sent = rig.post(contestant, messages=3, rate=4)["sent"]
        heard = rig.client.ask(do="collect", sent=sent, seconds=10)
        rig.client.ask(do="leave")
        if heard["sample"] is None:
            raise processes.DidNotStart(f"no message came through the hub's own feed: {heard}")
        return heard["sample"]


def run(options: argparse.Namespace) -> int:
    """The exit status: 1 when a target of a full room was missed, or anything was lost."""
    processes.raise_file_limit()
    results: report.Rounds = {}
    with rigged(options) as (rig, chosen):
        for number in range(options.rounds):
            for contestant in chosen:
                print(f"round {number + 1} of {options.rounds}: {contestant.name}", file=sys.stderr, flush=True)
                results.setdefault(contestant.name, []).append(one_round(rig, contestant))
        rates = {contestant.name: contestant.rate for contestant in chosen}
    lines = list(report.figures(results, sockets=options.sockets, rates=rates))
    for line in (figure.line() for figure in lines) if options.json else report.table(lines):
        print(line)
    return 1 if any(figure.missed for figure in lines) else 0
