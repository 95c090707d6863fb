"""`make fuzz`: coverage-guided fuzzing (Atheris, libFuzzer) of every target, each in a process of its own.

What breaks a promise is kept in `var/fuzz` and printed; put it among the seeds of `tests/fixtures/fuzz` with the
repair. What is found on the way is kept in `var/fuzz/corpus`, so that the next run goes on from there.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.seeds import FOLDER, seeds
from tests.fuzz.targets import TARGETS

PROJECT = Path(__file__).parent.parent.parent
LONGEST_INPUT = 4_096  # bytes
SLOWEST_INPUT = 10  # seconds: one that takes longer is a finding
DONE = re.compile(r"^stat::number_of_executed_units: (\d+)", re.MULTILINE)


def main() -> None:
    """Run, print one line for each target and write the report. Exit code 1 where a promise was broken."""
    options = _options()
    out: Path = options.out
    results = {}
    for name in options.target or TARGETS:
        each = options.executions // len(options.target or TARGETS)
        results[name] = _run(name, each, out, options.seed)
        print(f"{name}: {results[name]}", flush=True)
    total = sum(int(result["executions"]) for result in results.values())
    crashes = sum(int(result["crashes"]) for result in results.values())
    report = {"executions": total, "crashes": crashes, "targets": results}
    (out / "report.json").write_text(json.dumps(report, indent=2), encoding="utf-8")
    print(f"{total:,} executions, {crashes} crashes")
    sys.exit(1 if crashes or total < options.executions - len(results) else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--executions", type=int, default=1_000_000, help="in all, shared between the targets")
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="this one only; may be given again")
    parser.add_argument("--seed", type=int, default=0, help="0: another one for each run")
    parser.add_argument("--out", type=Path, default=PROJECT / "var" / "fuzz")
    return parser.parse_args()


def _run(name: str, executions: int, out: Path, seed: int) -> dict[str, float]:
    """Executions, crashes and seconds of one target. What it printed is in `<out>/<name>.log`."""
    corpus, written = out / "corpus" / name, out / f"seeds-{name}"
    corpus.mkdir(parents=True, exist_ok=True)
    written.mkdir(exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (written / f"{number:04}").write_bytes(content)
    before = set(out.glob(f"{name}-*"))
    command = [
        *(sys.executable, "-m", "tests.fuzz.one", name, str(corpus), str(written), str(FOLDER / name)),
        *(f"-runs={executions}", f"-max_len={LONGEST_INPUT}", f"-timeout={SLOWEST_INPUT}", f"-seed={seed}"),
        *(f"-artifact_prefix={out}/{name}-", "-print_final_stats=1", "-rss_limit_mb=3000"),
    ]
    began = time.monotonic()
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, errors="replace")
    (out / f"{name}.log").write_text(ran.stdout + ran.stderr, encoding="utf-8")
    done = DONE.search(ran.stderr)
    kept = len(set(out.glob(f"{name}-*")) - before)
    return {
        "executions": int(done[1]) if done else 0,
        "crashes": max(kept, int(ran.returncode != 0)),
        "seconds": round(time.monotonic() - began, 1),
    }


if __name__ == "__main__":
    main()
