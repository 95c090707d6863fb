"""Risk and coverage: how many messages are acted upon, and how many of those wrongly, as thresholds rise.

Selective classification: Geifman & El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.policy import KIND_OF_ROUTE, Thresholds
from bot.nlu.evaluation.results import Result


@dataclass(frozen=True)
class Judged:
    """What thresholds judge of one message: no words, only numbers, so that choosing is pure and quick."""

    kind: str  # the kind of decision that the best topic would lead to; empty for a safety topic
    score: float
    margin: float
    is_right: bool
    safety_score: float
    is_safety: bool  # by the label
    has_rule_alarm: bool

    @classmethod
    def of(cls, result: Result) -> "Judged":
        return cls(
            kind=KIND_OF_ROUTE.get(result.best_route, ""),
            score=result.score,
            margin=result.prediction.margin,
            is_right=result.is_right or _gets_the_same_reply(result),
            safety_score=result.safety_score,
            is_safety=result.is_safety,
            has_rule_alarm=result.has_rule_alarm,
        )


def _gets_the_same_reply(result: Result) -> bool:
    """A greeting taken for thanks, spam for other business: the topic is wrong, what the patient reads is not."""
    kind = KIND_OF_ROUTE.get(result.best_route)
    return kind in ("out_of_scope", "small_talk") and kind == KIND_OF_ROUTE.get(result.message.route)


@dataclass(frozen=True)
class Point:
    """At these thresholds: of `messages`, so many are acted upon, and so many of those wrongly."""

    score: float
    margin: float
    acted: int
    wrong: int
    messages: int

    @property
    def coverage(self) -> float:
        return self.acted / self.messages if self.messages else 0.0

    @property
    def risk(self) -> float:
        """The share of what is acted upon that is wrong; 0 where nothing is."""
        return self.wrong / self.acted if self.acted else 0.0

    @property
    def careful_risk(self) -> float:
        """Laplace's rule of succession, (wrong + 1) / (acted + 2): the risk to expect of the next message.

        The plain share says 0 of a single message that happened to be right. This says 1/3 and comes down only
        as evidence grows: a bound of 2% needs 48 messages without an error, or 98 with one.
        """
        return (self.wrong + 1) / (self.acted + 2)


def point(judged: Sequence[Judged], score: float, margin: float) -> Point:
    """What happens to these messages, all of one kind, at one pair of thresholds."""
    acted = [one for one in judged if one.score >= score and one.margin >= margin]
    return Point(score, margin, len(acted), sum(not one.is_right for one in acted), len(judged))


def curve(judged: Sequence[Judged], margin: float = 0.0) -> list[Point]:
    """The points for thresholds 0.00 to 1.00 of the score at one margin: coverage falls along it."""
    return [point(judged, step / 100, margin) for step in range(101)]


def outcome(judged: Iterable[Judged], thresholds: Thresholds) -> Point:
    """All kinds together: what is acted upon, and what wrongly, as `decide` does with an empty conversation.

    Simpler than `decide` in two ways, both on the careful side: a wrong topic that would lead to "which test?"
    counts as wrong, and two questions in one message are one.
    """
    ordinary = list(judged)
    acted = [
        one
        for one in without_alarms(ordinary, thresholds.safety)
        if one.kind and one.score >= getattr(thresholds, one.kind) and one.margin >= _margin(thresholds, one.kind)
    ]
    return Point(0.0, 0.0, len(acted), sum(not one.is_right for one in acted), len(ordinary))


def without_alarms(judged: Iterable[Judged], safety: float) -> list[Judged]:
    """Those that the safety net leaves to the other thresholds."""
    return [one for one in judged if not one.has_rule_alarm and one.safety_score < safety]


def _margin(thresholds: Thresholds, kind: str) -> float:
    return float(getattr(thresholds, f"{kind}_margin"))
