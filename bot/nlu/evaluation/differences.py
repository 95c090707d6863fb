"""What a release makes of the same messages as another: one by one, and topic by topic."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.nlu.evaluation.results import Result


class Change(StrEnum):
    """`DIFFERENT`: neither better nor worse, but the patient gets another reply."""

    NOW_WRONG = "now_wrong"
    NOW_RIGHT = "now_right"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Difference:
    """One message that the two releases do not treat alike."""

    change: Change
    before: Result
    after: Result


@dataclass(frozen=True)
class TopicChange:
    """How many of a topic's messages each release treats right."""

    topic: str
    messages: int
    before: int
    after: int


def differences(before: Sequence[Result], after: Sequence[Result]) -> list[Difference]:
    """Every message of both that is treated otherwise, what got worse first. A message has one text and one topic."""
    known = {_key(one): one for one in before}
    pairs = [(known[_key(one)], one) for one in after if _key(one) in known]
    found = [Difference(change, old, new) for old, new in pairs if (change := _change(old, new))]
    order = list(Change)
    return sorted(found, key=lambda one: order.index(one.change))


def topic_changes(before: Sequence[Result], after: Sequence[Result]) -> list[TopicChange]:
    """Every topic of messages of both, the one that lost most first."""
    known = {_key(one): one for one in before}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for new in after:
        if old := known.get(_key(new)):
            count = counts[new.message.topic]
            for place, more in enumerate((1, old.is_fine, new.is_fine)):
                count[place] += more
    found = [TopicChange(topic, *count) for topic, count in counts.items()]
    return sorted(found, key=lambda one: (one.after - one.before, one.topic))


def _key(one: Result) -> tuple[str, str]:
    return one.message.text, one.message.topic


def _change(before: Result, after: Result) -> Change | None:
    if before.is_fine != after.is_fine:
        return Change.NOW_RIGHT if after.is_fine else Change.NOW_WRONG
    return Change.DIFFERENT if _reply(before) != _reply(after) else None


def _reply(one: Result) -> tuple[object, ...]:
    """What the patient would notice: which kind of reply, about what, with which buttons and words."""
    return one.decision.kind, one.decision.topics, one.decision.programmes, one.decision.replies
