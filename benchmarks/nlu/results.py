"""From readings to figures: the threshold rule, and the shares with their intervals. No Rasa in here."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.nlu.data_sets import Example
from bot.nlu.evaluation.intervals import quantile, wilson

KEPT = 0.96  # of the rightly read held-out messages, by whichever threshold
HeldOut = tuple[float, bool]
"""What an example scored while it was held out, and whether that reading was right."""


class Reading(NamedTuple):
    """How a pipeline read one message; `rejected` by the pipeline itself."""

    label: str | None
    score: float
    rejected: bool
    milliseconds: float
    processor_ms: float


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.of)


@dataclass(frozen=True)
class Figures:
    """What the test messages gave; without a way to reject, the last two are None."""

    accuracy: Share
    p50_ms: float
    p99_ms: float
    p50_processor_ms: float
    out_of_scope_recall: Share | None
    accuracy_at_threshold: Share | None


def threshold(held_out: Sequence[HeldOut]) -> float | None:
    """The highest score that `KEPT` of the rightly read held-out messages reach; None where none was."""
    scores = sorted(score for score, right in held_out if right)
    return scores[math.floor(len(scores) * (1 - KEPT) + 1e-9)] if scores else None


def figures(test: Sequence[Example], readings: Sequence[Reading], at: float | None, rejects: bool) -> Figures:
    """`at` rejects what scores less; without it the pipeline's own rejection counts. `rejects`: whether to at all."""
    pairs = list(zip(test, readings, strict=True))
    inside = [(example, reading) for example, reading in pairs if example.label is not None]
    outside = [reading for example, reading in pairs if example.label is None]

    def rejected(reading: Reading) -> bool:
        return reading.rejected if at is None else reading.label is None or reading.score < at

    right = [reading for example, reading in inside if example.label == reading.label]
    milliseconds = [reading.milliseconds for reading in readings]
    return Figures(
        accuracy=Share(len(right), len(inside)),
        p50_ms=quantile(milliseconds, 0.5)[0],
        p99_ms=quantile(milliseconds, 0.99)[0],
        p50_processor_ms=quantile([reading.processor_ms for reading in readings], 0.5)[0],
        out_of_scope_recall=Share(sum(map(rejected, outside)), len(outside)) if rejects else None,
        accuracy_at_threshold=Share(sum(not rejected(one) for one in right), len(inside)) if rejects else None,
    )
