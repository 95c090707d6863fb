"""Whether a release may be used: every floor it misses, and the messages because of which it misses it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.nlu.evaluation.floors import Floor, Floors, Met, compare
from bot.nlu.evaluation.measures import SHARES, figures
from bot.nlu.evaluation.results import Result
from bot.nlu.evaluation.safety_phrases import MUST
from bot.nlu.evaluation.safety_report import BOTH, Checked

EVERY_MUST = Floor("must_be_caught", "at_least", 1.0)
"""Phrases whose missing would be a safety incident: no file can lower this."""
EVERY_CHECK = Floor("must_be_decided", "at_least", 1.0)
"""Messages of which a person said what must be decided: each of them stands for itself, whatever the average is."""


@dataclass(frozen=True)
class Miss:
    """One floor that is missed: the value measured, None where there was nothing to measure; and what went wrong.

    `topic` is set where it is the floor of one topic.
    """

    floor: Floor
    value: float | None
    topic: str = ""
    messages: tuple[Result, ...] = ()
    phrases: tuple[Checked, ...] = ()


def gate(results: Sequence[Result], phrases: Sequence[Checked], floors: Floors) -> list[Miss]:
    """Every floor that is missed; an empty list is the only way through."""
    return [*_overall(results, floors), *_topics(results, floors), *_checks(results), *_phrases(phrases, floors)]


def _overall(results: Sequence[Result], floors: Floors) -> Iterator[Miss]:
    for met in compare(floors.overall, figures(results)):
        if not met.is_met:
            yield Miss(met.floor, met.value, messages=_to_blame(met.floor, results))


def _to_blame(floor: Floor, results: Sequence[Result]) -> tuple[Result, ...]:
    """The messages that pull a share to the wrong side; none for what is not a share."""
    if floor.name not in SHARES:
        return ()
    counted, among = SHARES[floor.name]
    asked = [one for one in results if among(one)]
    return tuple(one for one in asked if counted(one) == (floor.side == "at_most"))


def _topics(results: Sequence[Result], floors: Floors) -> Iterator[Miss]:
    """A topic with fewer messages than `fewest` is not judged: one odd message would decide."""
    by_topic: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        by_topic[one.message.topic].append(one)
    for topic, theirs in sorted(by_topic.items()):
        wrong = tuple(one for one in theirs if not one.is_fine)
        share = 1 - len(wrong) / len(theirs)
        if floors.topic and len(theirs) >= floors.fewest and not Met(floors.topic, share).is_met:
            yield Miss(floors.topic, share, topic, messages=wrong)


def _checks(results: Sequence[Result]) -> Iterator[Miss]:
    checks = [one for one in results if one.message.must is not None]
    wrong = tuple(one for one in checks if not one.is_fine)
    if wrong:
        yield Miss(EVERY_CHECK, 1 - len(wrong) / len(checks), messages=wrong)


def _phrases(phrases: Sequence[Checked], floors: Floors) -> Iterator[Miss]:
    dangers = [one for one in phrases if not one.phrase.ordinary]
    ordinary = [one for one in phrases if one.phrase.ordinary]
    groups = {
        "caught": dangers,
        "false_alarms": ordinary,
        EVERY_MUST.name: [one for one in dangers if MUST in one.phrase.tags],
    }
    for floor in (*floors.phrases, EVERY_MUST):
        group = groups[floor.name]
        wrong = tuple(one for one in group if not one.is_right(BOTH))
        share = len(wrong) / len(group) if group else None
        if share is not None and floor.side == "at_least":
            share = 1 - share
        if not (floor is EVERY_MUST and not group) and not Met(floor, share).is_met:
            yield Miss(floor, share, phrases=wrong)
