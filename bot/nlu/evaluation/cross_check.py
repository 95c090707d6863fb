"""Thresholds judged on messages that they were not chosen on: each half of the messages judges the other's choice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.policy import Thresholds
from bot.nlu.evaluation.choose import BOUND, choose
from bot.nlu.evaluation.curve import Judged, Point, outcome
from bot.nlu.evaluation.results import Result


@dataclass(frozen=True)
class CrossChecked:
    """What each half met under the thresholds that were chosen on the other."""

    halves: tuple[Point, Point]

    @property
    def messages(self) -> int:
        return sum(half.messages for half in self.halves)

    @property
    def acted(self) -> int:
        return sum(half.acted for half in self.halves)

    @property
    def wrong(self) -> int:
        return sum(half.wrong for half in self.halves)


def cross_check(results: Sequence[Result], now: Thresholds, bound: float = BOUND) -> CrossChecked:
    """Two-fold cross-validation of the choice, by a hash of the text, so that the halves stay the same from run to run.

    Halves have half the evidence, so their thresholds are stricter than the whole's: the coverage is a low guess.
    """
    halves = [[Judged.of(one) for one in results if _half(one) == half] for half in (0, 1)]
    first = outcome(halves[0], choose(halves[1], now, bound).thresholds)
    second = outcome(halves[1], choose(halves[0], now, bound).thresholds)
    return CrossChecked((first, second))


def _half(result: Result) -> int:
    return hashlib.sha256(result.message.text.encode()).digest()[0] % 2
