"""`python -m benchmarks.nlu`: config.yml as it is on public data, beside Rasa's default and a plain regression.

One run, one table: var/bench/nlu.md and nlu.json. The data is not in the repository; what is missing is said in one
line with where it comes from, and the exit code is 2.
"""

import argparse
import hashlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.nlu import table
from benchmarks.nlu.child import ChildFailed
from benchmarks.nlu.data_sets import SOURCES, DataMissing, Source, check_present, read
from benchmarks.nlu.pipelines import DEFAULT, PIPELINES, Bench, Run
from benchmarks.nlu.results import figures, threshold
from bot.errors import ReleaseError
from bot.wiring import PROJECT

TIMEOUT = 2400.0  # seconds, for each training
SKIPPED = {("banking77-oos", DEFAULT): "not run: at its pace it would train on 5,903 examples for about an hour"}
Runs = dict[tuple[str, str], Run | str]
"""For each data set and pipeline the run, or why there is none."""


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    names = [source.name for source in SOURCES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "benchmarks", help="the public data")
    parser.add_argument("--out", type=Path, default=PROJECT / "var" / "bench", help="where the table goes")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="some of the data sets")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds for each training")
    return parser.parse_args(arguments)


def rows(runs: Runs) -> list[table.Row]:
    """One row for each run, by data set. A threshold is shared by the runs of one pipeline and one group."""
    found = []
    for name, pipeline in sorted(runs, key=lambda key: [source.name for source in SOURCES].index(key[0])):
        run = runs[name, pipeline]
        if isinstance(run, str):
            found.append(table.Row(name, pipeline, note=run))
            continue
        group = run.data_set.group
        alike = [one for one in runs.values() if isinstance(one, Run) and one.pipeline == pipeline]
        held_out = [pair for one in alike if group and one.data_set.group == group for pair in one.held_out]
        at = threshold(held_out)
        said = table.NONE if not group else f"{at:.3f}" if at is not None else "its own"
        measured = figures(run.data_set.test, run.readings, at, rejects=group is not None)
        costs = (run.training.seconds, run.training.peak_mb, run.resident_mb)
        found.append(table.Row(name, pipeline, measured, said, *costs))
    return found


def write(runs: Runs, config: Path, out: Path) -> str:
    """Write what there is so far; gives the table."""
    found = rows(runs)
    machine = {"system": platform.system(), "processors": os.cpu_count(), "python": platform.python_version()}
    digest = hashlib.sha256(config.read_bytes()).hexdigest()
    report = {"config_sha256": digest, "machine": machine, "rows": table.as_json(found)}
    out.mkdir(parents=True, exist_ok=True)
    text = table.markdown(found)
    (out / "nlu.md").write_text(text, encoding="utf-8")
    (out / "nlu.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; the exit code."""
    wanted = options(arguments)
    sources = [source for source in SOURCES if source.name in wanted.only]
    try:
        check_present(sources, wanted.data)
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(PROJECT, Path(folder), wanted.out / "nlu-readings", wanted.timeout)
            print(measure(bench, sources, wanted.data, wanted.out))
    except DataMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def measure(bench: Bench, sources: Sequence[Source], data: Path, out: Path) -> str:
    """Every data set with every pipeline, the slowest pipeline last; the table is written after each."""
    runs: Runs = {}
    steps = [(source, pipeline) for pipeline in PIPELINES for source in sources]
    for number, (source, pipeline) in enumerate(steps, 1):
        key, said = (source.name, pipeline), f"[{number}/{len(steps)}] {source.name}, {pipeline}"
        try:
            runs[key] = SKIPPED[key] if key in SKIPPED else bench.run(read(source, data), pipeline)
        except ChildFailed as failed:
            runs[key] = f"failed: {failed}"
        run = runs[key]
        done = run if isinstance(run, str) else f"trained in {run.training.seconds:.0f} s, {len(run.readings)} read"
        print(f"{said}: {done}", flush=True)
        text = write(runs, bench.config, out)
    return text


if __name__ == "__main__":
    sys.exit(main())
