"""`python -m benchmarks.scale`: acknowledgement, answers, the burst, growth. Half an hour; `--quick` a few minutes.

Everything runs on this machine's loopback, with a stand-in for Meta's API. Writes var/bench/scale.json after each part;
`python -m benchmarks.report` makes the pages of it. With `--soak MINUTES` it only watches the memory.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scale import acknowledge, answers, burst, growth, posts
from benchmarks.scale.node_adapter import NodeAdapter
from benchmarks.scale.ours import Service
from benchmarks.scale.processes import DidNotStart
from benchmarks.scale.rasa_channel import RasaChannel
from benchmarks.scale.sink import Sink
from bot import wiring
from bot.giving_way import ANSWERING, give_way
from bot.keyring import Keyring
from bot.lasting import keep_for_good
from bot.nlu import server, training_run
from bot.nlu.server import TemporaryServer
from bot.nlu.training_run import TrainedRelease
from bot.wiring import PROJECT
from tests.postgres_server import find_programs, running

OUT = PROJECT / "var" / "bench"
PARTS = ("acknowledge", "answers", "burst", "growth", "workers")


@dataclass(frozen=True)
class Sizes:
    """How much of each part."""

    seconds: float  # of each run of the acknowledgement
    runs: int  # of which the median is taken
    backlog: int  # messages to answer as fast as possible
    steady: float  # messages a second that are kept up
    steady_seconds: float
    burst: int
    stored: tuple[int, ...]


WHOLE = Sizes(15, 3, 1_500, 30, 60, 10_000, (0, 100_000, 2_000_000))
QUICK = Sizes(5, 1, 200, 20, 15, 1_000, (0, 20_000))


@dataclass(frozen=True)
class Bench:
    """What every part needs."""

    nlu: TemporaryServer
    release: TrainedRelease
    sink: Sink
    texts: Sequence[str]
    sizes: Sizes

    @contextmanager
    def service(self, *processes: str, url: str = "", stored: int = 0) -> Iterator[Service]:
        """A new installation with these processes, and `stored` messages of earlier days."""
        with tempfile.TemporaryDirectory() as folder:
            made = Service(Path(folder), self.nlu, self.release, self.sink.url, url)
            if stored:
                key_id = Keyring.from_text(made.secrets["BOT_SECRET_KEY"]).current
                growth.fill(made.database, stored, self.texts, key_id)
            with made as service:
                service.start(*processes)
                yield service


def acknowledgement(bench: Bench) -> dict[str, Any]:
    """Each peer by itself; ours with a worker that has all it can do."""
    found: dict[str, Any] = {}
    sizes = bench.sizes
    with bench.service("web", "worker1") as service:
        found |= acknowledge.rates(service, "ours", service.page_id, bench.texts, sizes.seconds, sizes.runs)
    with bench.service("web", "worker1") as service:
        found["ours at 200/s"] = acknowledge.at_pace(service, service.page_id, bench.texts, sizes.seconds * 2)
    for name, peer in (("rasa", RasaChannel(PROJECT, OUT, bench.sink.url)), ("node", NodeAdapter(OUT, bench.sink.url))):
        try:
            with peer:
                found |= acknowledge.rates(peer, name, "1001", bench.texts, sizes.seconds, sizes.runs)
        except DidNotStart as problem:
            found[name] = {"not measured": str(problem)}
    return found


def answering(bench: Bench) -> dict[str, Any]:
    """Answers a second and the time in system, ours and Rasa's channel; and what the bare NLU server reads."""
    found: dict[str, Any] = {"bare_nlu": answers.bare_rate(bench.nlu, bench.texts)}
    with bench.service("web", "worker1") as service:
        answers.ours(service, bench.sink, bench.texts, 50)  # the first messages load what is loaded once
        found["ours"] = [
            answers.ours(service, bench.sink, bench.texts, bench.sizes.backlog) for _ in range(bench.sizes.runs)
        ]
        found["ours_far_away"] = answers.ours(service, bench.sink, bench.texts, bench.sizes.backlog, answers.FAR_AWAY)
    with bench.service("web", "worker1") as service:
        sizes = bench.sizes
        found["ours_steady"] = answers.steadily(service, bench.sink, bench.texts, sizes.steady, sizes.steady_seconds)
    try:
        with RasaChannel(PROJECT, OUT, bench.sink.url) as peer:
            for clients in (1, 16):
                found[f"rasa_{clients}"] = answers.rasas(
                    peer, bench.sink, bench.texts, clients, bench.sizes.seconds * 2
                )
    except DidNotStart as problem:
        found["rasa_16"] = {"not measured": str(problem)}
    found["bare_nlu_again"] = answers.bare_rate(bench.nlu, bench.texts)
    return found


def bursting(bench: Bench) -> dict[str, Any]:
    with bench.service("web", "worker1") as service:
        return burst.run(service, bench.sink, bench.texts, bench.sizes.burst)


def growing(bench: Bench) -> dict[str, Any]:
    """The same pace with more and more stored, while the daily rounds go through it."""
    found = {}
    for stored in bench.sizes.stored:
        with bench.service("web", "worker1", "trainer", stored=stored) as service:
            answers.steadily(service, bench.sink, bench.texts, bench.sizes.steady, 10)
            found[str(stored)] = answers.steadily(
                service, bench.sink, bench.texts, bench.sizes.steady, bench.sizes.steady_seconds
            )
    return found


def several_workers(bench: Bench) -> dict[str, Any]:
    """One, two and four workers on PostgreSQL."""
    programs = find_programs()
    if programs is None:
        return {"not measured": "PostgreSQL is not installed"}
    found = {}
    with running(programs) as postgres:
        for count in (1, 2, 4):
            names = [f"worker{number + 1}" for number in range(count)]
            with bench.service("web", *names, url=postgres.create(f"scale_{count}")) as service:
                answers.ours(service, bench.sink, bench.texts, 50)
                found[str(count)] = answers.ours(service, bench.sink, bench.texts, bench.sizes.backlog)
                found[str(count)]["ends"] = service.ends()
    return found


def soaking(bench: Bench, minutes: float) -> dict[str, Any]:
    with bench.service("web", "worker1", "trainer") as service:
        return growth.soak(service, bench.sink, bench.texts, 10, minutes * 60)


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the parts")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="watch the memory for so long instead")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; the exit code."""
    wanted = options(arguments)
    OUT.mkdir(parents=True, exist_ok=True)
    models = PROJECT / "var" / "models"
    release = training_run.find_trained(PROJECT, models) or training_run.train(
        PROJECT, models, wiring.utc_now(), lambda _seconds: None
    )
    parts: dict[str, Callable[[Bench], dict[str, Any]]] = {
        "acknowledge": acknowledgement,
        "answers": answering,
        "burst": bursting,
        "growth": growing,
        "workers": several_workers,
    }
    if wanted.soak:
        parts = {"soak": lambda bench: soaking(bench, wanted.soak)}
    with server.temporary_server(PROJECT, models / release.file) as nlu, Sink() as sink:
        give_way(ANSWERING, nlu.pid)  # as `python -m bot nlu` does: the web process is more urgent
        keep_for_good()  # a pause of whoever sends would be taken for one of whoever is measured
        bench = Bench(nlu, release, sink, posts.texts(), QUICK if wanted.quick else WHOLE)
        for name, measure in parts.items():
            if wanted.soak or name in wanted.only:
                print(f"{name} ...", flush=True)
                keep(name, measure(bench), quick=wanted.quick)
    return 0


def keep(name: str, found: dict[str, Any], *, quick: bool) -> None:
    """Add a part to the report, and print it."""
    file = OUT / "scale.json"
    report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    machine = {"system": platform.system(), "processors": os.cpu_count(), "python": platform.python_version()}
    report |= {"machine": machine, name: found | {"quick": quick}}
    file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2), flush=True)


if __name__ == "__main__":
    sys.exit(main())
