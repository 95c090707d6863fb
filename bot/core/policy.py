"""Everything a decision depends on besides the message: passed in, so that `decide` stays pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from bot.core.answers import AnswerBook
from bot.core.languages import Languages
from bot.core.practice import PracticeFacts
from bot.core.topics import Topics


@dataclass(frozen=True)
class Thresholds:
    """How sure the model must be, 0 to 1, for each kind of decision: a score and a lead over the second topic.

    Chosen from data by `python -m bot thresholds` and stored with the release. The defaults are for a release
    that names none: stricter than any that was chosen.
    """

    answer: float = 0.90  # an approved answer is sent
    answer_margin: float = 0.50
    hand_off: float = 0.80  # staff get it, and the patient is told so
    hand_off_margin: float = 0.30
    out_of_scope: float = 0.90  # "I can only answer questions about screening"
    out_of_scope_margin: float = 0.50
    small_talk: float = 0.60  # a greeting is greeted
    small_talk_margin: float = 0.10
    clarify: float = 0.25  # the best topic's score, to offer choices instead of saying "not understood"
    choice: float = 0.10  # a topic's score, to be offered as a choice
    safety: float = 0.30  # how sure of a danger (`heard_danger`), to raise the safety net

    def allow(self, route: str, score: float, margin: float) -> bool:
        """Whether a topic of this route may be acted on. Safety routes have their own way, and never come here."""
        kind = KIND_OF_ROUTE.get(route)
        return kind is not None and score >= getattr(self, kind) and margin >= getattr(self, f"{kind}_margin")

    def as_dict(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_mapping(cls, values: Mapping[str, float]) -> "Thresholds":
        """Those that are named; the rest stay strict, so that a release of another version is never laxer."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: float(value) for name, value in values.items() if name in known})


KIND_OF_ROUTE: Mapping[str, str] = {
    "faq": "answer",
    "own_record": "hand_off",
    "hand_off": "hand_off",
    "out_of_scope": "out_of_scope",
    "small_talk": "small_talk",
}
"""Which pair of thresholds a topic's route stands under."""


@dataclass(frozen=True)
class Policy:
    """The practice, its answers, the topics and thresholds, and the moment of the decision."""

    practice: PracticeFacts
    topics: Topics
    answers: AnswerBook
    thresholds: Thresholds
    now: datetime  # UTC
    languages: Languages = field(default_factory=lambda: Languages({}))
    accepts_unchecked: bool = False  # translations that nobody has checked: in demo mode only
