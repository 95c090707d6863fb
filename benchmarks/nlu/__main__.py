"""`python -m benchmarks.nlu`: config.yml as it is on public data, beside Rasa's default and a plain regression.

One run, one table: var/bench/nlu.md and nlu.json. Each training is kept beside them; `--resume` goes on where a run
stopped, and takes what was measured from the same code and data. The public data is not in the repository; what is
missing is said in one line with where it comes from, and the exit code is 2.
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
from benchmarks.nlu.data_sets import SOURCES, DataMissing, DataSet, check_present, read
from benchmarks.nlu.pipelines import DEFAULT, OURS, PIPELINES, PLAIN, Bench
from benchmarks.nlu.results import figures, threshold
from benchmarks.nlu.runs import Run
from bot.errors import ReleaseError
from bot.wiring import PROJECT

TIMEOUT = 2400.0  # seconds, for each training
SKIPPED = {("banking77-oos", DEFAULT): "not run: at its pace it would train on 5,903 examples for about an hour"}
SHORT = {"ours": OURS, "plain": PLAIN, "default": DEFAULT}  # what is typed for them
Runs = dict[tuple[str, str], Run | str]
"""For each data set and pipeline the run, or why there is none."""


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    names = [source.name for source in SOURCES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "benchmarks", help="the public data")
    parser.add_argument("--out", type=Path, default=PROJECT / "var" / "bench", help="where the table goes")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="some of the data sets")
    parser.add_argument("--pipelines", nargs="+", choices=SHORT, default=list(SHORT), help="some of the pipelines")
    parser.add_argument("--resume", action="store_true", help="measure only what is not kept; the table has all of it")
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
        found.append(table.Row(name, pipeline, measured, said, run.training, run.resident_mb, run.day))
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
            data_sets = [read(source, wanted.data) for source in sources]
            runs = find_kept(bench, data_sets) if wanted.resume else {}
            print(measure(bench, data_sets, [SHORT[name] for name in wanted.pipelines], runs, wanted.out))
    except DataMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def find_kept(bench: Bench, data_sets: Sequence[DataSet]) -> Runs:
    """What was measured before and holds still, by whichever pipeline."""
    pairs = [(data_set, pipeline) for pipeline in PIPELINES for data_set in data_sets]
    found = {(data_set.name, pipeline): bench.kept(data_set, pipeline) for data_set, pipeline in pairs}
    return {key: run for key, run in found.items() if run is not None}


def measure(bench: Bench, data_sets: Sequence[DataSet], pipelines: Sequence[str], runs: Runs, out: Path) -> str:
    """What is not in `runs` yet, the slowest pipeline last; the table of all is written after each."""
    steps = [(data_set, pipeline) for pipeline in PIPELINES if pipeline in pipelines for data_set in data_sets]
    for number, (data_set, pipeline) in enumerate(steps, 1):
        key, said = (data_set.name, pipeline), f"[{number}/{len(steps)}] {data_set.name}, {pipeline}"
        if key in runs:
            print(f"{said}: kept", flush=True)
            continue
        try:
            runs[key] = SKIPPED[key] if key in SKIPPED else bench.run(data_set, pipeline)
        except ChildFailed as failed:
            runs[key] = f"failed: {failed}"
        run = runs[key]
        done = run if isinstance(run, str) else f"trained in {run.training.seconds:.0f} s, {len(run.readings)} read"
        print(f"{said}: {done}", flush=True)
        write(runs, bench.config, out)
    return write(runs, bench.config, out)


if __name__ == "__main__":
    sys.exit(main())
