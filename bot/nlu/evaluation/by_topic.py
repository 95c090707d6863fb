"""How well each topic is told from the others, and which are taken for which."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.evaluation.intervals import wilson
from bot.nlu.evaluation.results import Result


@dataclass(frozen=True)
class Share:
    """`count` of `of` messages; value and interval, None of nothing."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.of)


@dataclass(frozen=True)
class TopicScores:
    """Precision: of the messages read as this topic, those that are. Recall: of its messages, those read as it."""

    topic: str
    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of both, 0 to 1."""
        total = self.precision.of + self.recall.of
        return 2 * self.recall.count / total if total else 0.0


@dataclass(frozen=True)
class Confusion:
    """Messages of one topic that were read as another, the most certain first."""

    expected: str
    read_as: str
    results: tuple[Result, ...]


def topic_scores(results: Sequence[Result]) -> list[TopicScores]:
    """Every topic that a message has or was read as, worst F1 first."""
    expected = Counter(one.message.topic for one in results)
    read_as = Counter(one.best for one in results)
    right = Counter(one.best for one in results if one.is_right)
    scores = [
        TopicScores(topic, Share(right[topic], read_as[topic]), Share(right[topic], expected[topic]))
        for topic in expected | read_as
    ]
    return sorted(scores, key=lambda one: (one.f1, one.topic))


def confusions(results: Sequence[Result]) -> list[Confusion]:
    """Every pair of topics that was confused, the most frequent first."""
    pairs: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for one in results:
        if not one.is_right:
            pairs[one.message.topic, one.best].append(one)
    found = [
        Confusion(expected, read_as, tuple(sorted(wrong, key=lambda one: -one.score)))
        for (expected, read_as), wrong in pairs.items()
    ]
    return sorted(found, key=lambda pair: (-len(pair.results), pair.expected, pair.read_as))
