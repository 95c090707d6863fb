"""Everything a decision depends on besides the message: passed in, so that `decide` stays pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.core.answers import AnswerBook
from bot.core.practice import PracticeFacts
from bot.core.topics import Topics


@dataclass(frozen=True)
class Thresholds:
    """How sure the model must be, 0 to 1. Chosen from data and stored with the release."""

    answer: float = 0.65  # the best topic's score, to answer
    margin: float = 0.15  # its lead over the second, to answer
    clarify: float = 0.25  # the best topic's score, to offer choices instead of saying "not understood"
    choice: float = 0.10  # a topic's score, to be offered as a choice
    safety: float = 0.50  # all safety topics' scores together, to raise the safety net

    def as_dict(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_mapping(cls, values: Mapping[str, float]) -> "Thresholds":
        return cls(**{name: float(value) for name, value in values.items()})


@dataclass(frozen=True)
class Policy:
    """The practice, its answers, the topics and thresholds, and the moment of the decision."""

    practice: PracticeFacts
    topics: Topics
    answers: AnswerBook
    thresholds: Thresholds
    now: datetime  # UTC
