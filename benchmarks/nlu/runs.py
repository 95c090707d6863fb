"""One run: a pipeline trained on a data set, and how it read the test messages. And the file that keeps it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.nlu.child import Cost
from benchmarks.nlu.data_sets import DataSet
from benchmarks.nlu.results import HeldOut, Reading

FALLBACK = "nlu_fallback"  # Rasa's name for a reading that it rejects


@dataclass(frozen=True)
class Run:
    """`day` is that of its training, as in 2026-11-26."""

    data_set: DataSet
    pipeline: str
    training: Cost
    resident_mb: float
    readings: Sequence[Reading]
    held_out: Sequence[HeldOut]
    day: str


def keep(parsed: Path, training: Cost, made_from: str, file: Path) -> None:
    """Write to `file` what `parse_all` wrote to `parsed`, with the training's cost and the digest it was made from."""
    *lines, last = parsed.read_text(encoding="utf-8").splitlines()
    known = {"training": asdict(training), "made_from": made_from, "day": datetime.now(UTC).date().isoformat()}
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text("\n".join([*lines, json.dumps(json.loads(last) | known), ""]), encoding="utf-8")
    unfinished.replace(file)


def kept(file: Path, data_set: DataSet, pipeline: str, made_from: str) -> Run | None:
    """The run that `keep` wrote; None where there is none, or one that was made from something else."""
    if not file.exists():
        return None
    last = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    return read(file, data_set, pipeline) if last.get("made_from") == made_from else None


def read(file: Path, data_set: DataSet, pipeline: str) -> Run:
    """The run that `keep` wrote."""
    *lines, last = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    readings = [as_reading(line["ranking"], line["ms"], line["processor_ms"]) for line in lines]
    scores, is_right = last["held_out"] or ((), ())
    held_out = [(score, bool(right)) for score, right in zip(scores, is_right, strict=True)]
    return Run(data_set, pipeline, Cost(**last["training"]), last["resident_mb"], readings, held_out, last["day"])


def as_reading(ranking: Sequence[tuple[str, float]], milliseconds: float, processor_ms: float) -> Reading:
    """The best topic, and whether Rasa's own fallback stood before it."""
    rejected = not ranking or ranking[0][0] == FALLBACK
    name, score = next(((name, score) for name, score in ranking if name != FALLBACK), (None, 0.0))
    return Reading(name, score, rejected, milliseconds, processor_ms)
