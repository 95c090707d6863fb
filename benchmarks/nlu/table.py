"""One table of everything, for people (markdown) and for programs (JSON)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.nlu.child import Cost
from benchmarks.nlu.results import KEPT, Figures, Share

HEAD = (
    "data set",
    "pipeline",
    "accuracy",
    "threshold",
    "out-of-scope recall",
    "in-scope accuracy at the threshold",
    "training s (processor s)",
    "ms per message p50 / p99 (processor p50)",
    "memory MB reading / training",
    "day",
)
NONE = "–"
NOTES = f"""\
Accuracy is over messages in scope, with nothing rejected; at the threshold a message counts if it is right and not \
rejected. Recall is the share of out-of-scope messages that are rejected. In brackets: 95% Wilson intervals.

The threshold is the score that {KEPT * 100:.0f} in 100 of the rightly read messages reach while they are held out \
of the training data; one for all HINT3 bots, one for BANKING77's out-of-scope split. It is chosen on training \
data alone, never on test messages. Rasa's default has its own threshold, 0.3 (and 0.1 between the two best); the \
rule above would mean five more trainings of it for each data set, and was left out.

Training is the wall time of the whole process, Rasa's start included; memory is what is resident after reading, and \
the most while training; milliseconds are for one client in the same process, without HTTP. In brackets is what the \
processor worked, on all cores together: where a machine has other work, only that says what a step costs.
"""


@dataclass(frozen=True)
class Row:
    """One data set with one pipeline; `note` says why there are neither figures nor costs."""

    data_set: str
    pipeline: str
    figures: Figures | None = None
    threshold: str = NONE
    training: Cost | None = None
    reading_mb: float = 0.0
    day: str = NONE
    note: str = ""


def markdown(rows: Sequence[Row]) -> str:
    """The table and what its columns mean."""
    lines = [HEAD, ["---"] * len(HEAD), *(_cells(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n" + NOTES


def _cells(row: Row) -> list[str]:
    if row.figures is None or row.training is None:
        return [row.data_set, row.pipeline, row.note, *[NONE] * (len(HEAD) - 3)]
    return [
        row.data_set,
        row.pipeline,
        _share(row.figures.accuracy),
        row.threshold,
        _share(row.figures.out_of_scope_recall),
        _share(row.figures.accuracy_at_threshold),
        f"{row.training.seconds:.0f} ({row.training.processor_seconds:.0f})",
        f"{row.figures.p50_ms:.1f} / {row.figures.p99_ms:.1f} ({row.figures.p50_processor_ms:.1f})",
        f"{row.reading_mb:.0f} / {row.training.peak_mb:.0f}",
        row.day,
    ]


def _share(share: Share | None) -> str:
    if share is None:
        return NONE
    low, high = share.interval
    return f"{share.value:.3f} ({low:.3f} to {high:.3f})"


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows with plain numbers; shares have their counts, value and interval."""
    return [_plain(asdict(row), row.figures) for row in rows]


def _plain(row: dict[str, Any], figures: Figures | None) -> dict[str, Any]:
    for name, value in vars(figures).items() if figures else ():
        if isinstance(value, Share):
            row["figures"][name] = {**asdict(value), "value": value.value, "interval": value.interval}
    return row
