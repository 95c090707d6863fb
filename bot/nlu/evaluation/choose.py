"""Choosing thresholds from labelled messages: as much as can be acted upon while wrong answers stay below a bound.

For each kind of decision the pair of score and margin with the largest coverage whose careful risk is within the
bound. If each kind keeps the bound, so do all together: their wrong ones are at most bound x acted, and fewer still
as a share of all messages.

The risk is Laplace's estimate, not the confidence bound of Geifman & El-Yaniv's SGR algorithm: that asks for about
150 messages without an error for 2%, which no kind but answers has, and would leave the others off. What the choice
gains from being made on the very messages that it is judged by is measured by `cross_check`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.policy import Thresholds
from bot.nlu.evaluation.choose_safety import SafetyChoice, choose_safety
from bot.nlu.evaluation.curve import Judged, Point, point, without_alarms

KINDS = ("answer", "hand_off", "out_of_scope", "small_talk")
TIMES_THE_BOUND = {"answer": 1, "hand_off": 2, "out_of_scope": 2, "small_talk": 3}
"""A wrong answer is the worst; to be handed over, sent to the surgery or greeted for nothing costs less."""
BOUND = 0.02  # of what is acted upon, at most so much wrongly, unless another bound is asked for
LEAST_SCORE = {"answer": 0.5, "hand_off": 0.4, "out_of_scope": 0.5, "small_talk": 0.4}
"""Never below, whatever few messages seem to allow: under one half another topic may well be as likely."""
MOST_SCORE, LEAST_MARGIN, MOST_MARGIN = 0.99, 0.05, 0.95
STRICT = Thresholds()


@dataclass(frozen=True)
class Choice:
    """The point chosen for one kind, the point before, and whether the bound is kept with this few messages."""

    kind: str
    before: Point
    chosen: Point
    is_within_bound: bool


@dataclass(frozen=True)
class Chosen:
    """New thresholds and how they came about."""

    thresholds: Thresholds
    kinds: tuple[Choice, ...]
    safety: SafetyChoice


def choose(judged: Sequence[Judged], now: Thresholds, bound: float = BOUND) -> Chosen:
    """Thresholds for these messages. `clarify` and `choice` stay: they only offer, and never act.

    The safety threshold comes first, because what it takes the others never see.
    """
    safety = choose_safety(judged, now.safety)
    left = without_alarms(judged, safety.chosen.threshold)
    kinds = tuple(
        choose_kind(kind, [one for one in left if one.kind == kind], now, bound * TIMES_THE_BOUND[kind])
        for kind in KINDS
    )
    pairs = {each.kind: each.chosen.score for each in kinds} | {
        f"{each.kind}_margin": each.chosen.margin for each in kinds
    }
    return Chosen(replace(now, **pairs, safety=safety.chosen.threshold), kinds, safety)


def choose_kind(kind: str, judged: Sequence[Judged], now: Thresholds, bound: float) -> Choice:
    """The pair for one kind; where none keeps the bound, the least risky that is at least as strict as `STRICT`.

    Of pairs with equal coverage the strictest: the next message is less sure than these. Without any message of
    the kind it is `STRICT` itself.
    """
    before = point(judged, *_pair(now, kind))
    points = _grid(judged, LEAST_SCORE[kind], LEAST_MARGIN)
    if within := [each for each in points if each.careful_risk <= bound]:
        return Choice(kind, before, max(within, key=lambda each: (each.acted, each.score, each.margin)), True)
    if not judged:
        return Choice(kind, before, point(judged, *_pair(STRICT, kind)), False)
    strict = _grid(judged, *_pair(STRICT, kind))
    chosen = min(strict, key=lambda each: (each.careful_risk, -each.acted, -each.score, -each.margin))
    return Choice(kind, before, chosen, False)


def _grid(judged: Sequence[Judged], score: float, margin: float) -> list[Point]:
    """A point for each hundredth of the score and each twentieth of the margin, from these upwards."""
    return [
        point(judged, step / 100, lead / 100)
        for lead in range(round(margin * 100), round(MOST_MARGIN * 100) + 1, 5)
        for step in range(round(score * 100), round(MOST_SCORE * 100) + 1)
    ]


def _pair(thresholds: Thresholds, kind: str) -> tuple[float, float]:
    return getattr(thresholds, kind), getattr(thresholds, f"{kind}_margin")
