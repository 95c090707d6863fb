"""Choosing when the model alone raises the safety net: it is there for what the rules miss."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.evaluation.curve import Judged

CAUGHT, FALSE_ALARMS = 0.90, 0.02
"""Of the safety messages that the rules miss, at least; of ordinary messages, at most. The rules come first and catch
more than 19 in 20 by themselves: the model is the second net below them."""
LEAST, MOST = 0.10, 0.55
"""Never lower: the model then cries wolf at anything. Never higher: a message about as likely an emergency as not is
one. Rules and model, of 2,669 ordinary regression messages and of 100 dangers as strangers say them: at 0.55 an alarm
at 2.4% and 82 found, at 0.65 at 2.2% and 79.
"""
FEWEST_MISSED = 10


@dataclass(frozen=True)
class SafetyPoint:
    """At this threshold the model alone catches so many safety messages, and alarms at so many ordinary ones."""

    threshold: float
    caught: int
    safety: int
    false_alarms: int
    ordinary: int

    @property
    def share_caught(self) -> float:
        return self.caught / self.safety if self.safety else 1.0

    @property
    def share_false(self) -> float:
        return self.false_alarms / self.ordinary if self.ordinary else 0.0


@dataclass(frozen=True)
class SafetyChoice:
    """The point chosen and the one before. `only_missed`: judged by the messages that the rules miss."""

    before: SafetyPoint
    chosen: SafetyPoint
    catches_enough: bool
    alarms_seldom: bool
    only_missed: bool


def choose_safety(judged: Sequence[Judged], now: float) -> SafetyChoice:
    """The highest threshold that catches enough.

    Where it alarms too often at ordinary messages it stands all the same: a needless urgent hand-off costs a
    phone call, a missed emergency may cost a life. Where even the lowest threshold catches too few, the highest of
    those that catch the most. With fewer than 10 messages that the rules miss, all safety messages are the judges:
    95% of a handful would be all of it, and one odd message would decide. Without any, it stays as it is.
    """
    missed = [one for one in judged if one.is_safety and not one.has_rule_alarm]
    only_missed = len(missed) >= FEWEST_MISSED
    safety = missed if only_missed else [one for one in judged if one.is_safety]
    ordinary = [one for one in judged if not one.is_safety and not one.has_rule_alarm]
    points = [_at(step / 100, safety, ordinary) for step in range(round(LEAST * 100), round(MOST * 100) + 1)]
    enough = [each for each in points if each.share_caught >= CAUGHT]
    most = max(each.caught for each in points)
    chosen = (enough or [each for each in points if each.caught == most])[-1] if safety else _at(now, [], ordinary)
    return SafetyChoice(
        before=_at(now, safety, ordinary),
        chosen=chosen,
        catches_enough=bool(enough),
        alarms_seldom=chosen.share_false <= FALSE_ALARMS,
        only_missed=only_missed,
    )


def _at(threshold: float, safety: Sequence[Judged], ordinary: Sequence[Judged]) -> SafetyPoint:
    def raised(messages: Sequence[Judged]) -> int:
        return sum(one.safety_score >= threshold for one in messages)

    return SafetyPoint(threshold, raised(safety), len(safety), raised(ordinary), len(ordinary))
