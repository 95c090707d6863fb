"""What the bot made of one labelled message: the raw material of every measure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.heard_danger import heard_dangers
from bot.core.messages import SAFETY_KINDS, Decision, DecisionKind, Prediction
from bot.core.topics import Topics
from bot.nlu.evaluation.labelled import Labelled

ACTED_UPON = (DecisionKind.ANSWER, DecisionKind.HAND_OFF, DecisionKind.OUT_OF_SCOPE, DecisionKind.SMALL_TALK)
"""Decisions that take a meaning for certain; the rest asks, says that it did not understand, or is about safety."""
TOP = 3


@dataclass(frozen=True)
class Result:
    """A message, the whole message's prediction, the decision, and the time the model took."""

    message: Labelled
    prediction: Prediction
    decision: Decision
    best_route: str  # of the best topic
    safety_score: float  # how sure of a danger, 0 to 1; of the whole or the most alarming question
    milliseconds: float

    @property
    def best(self) -> str:
        return self.prediction.best.topic

    @property
    def score(self) -> float:
        return self.prediction.best.score

    @property
    def is_right(self) -> bool:
        """The best topic is the one that a person gave."""
        return self.best == self.message.topic

    @property
    def is_in_top(self) -> bool:
        return self.message.topic in [one.topic for one in self.prediction.ranking[:TOP]]

    @property
    def is_acted_upon(self) -> bool:
        return self.decision.kind in ACTED_UPON

    @property
    def is_confidently_wrong(self) -> bool:
        """Acted upon without the right topic. "Which test?" about the right topic is a question, so never wrong."""
        return self.is_acted_upon and self.message.topic not in self.decision.topics

    @property
    def is_safety(self) -> bool:
        """The message is one for the safety net."""
        return self.message.route in SAFETY_KINDS

    @property
    def has_alarm(self) -> bool:
        """The decision is the safety net's, by a rule or by the model."""
        return self.decision.kind in SAFETY_KINDS

    @property
    def has_rule_alarm(self) -> bool:
        """A rule raised it, so that the model would not have been asked."""
        return any(hit.rule != "model" for hit in self.decision.safety)

    @property
    def is_fine(self) -> bool:
        """A danger raised the alarm; anything else was read as its topic and met neither an alarm nor a wrong act.

        Where a person said what must be decided, and about which programme, that was decided.
        """
        if self.message.about not in (None, *self.decision.programmes):
            return False
        if self.message.must not in (None, str(self.decision.kind)):
            return False
        if self.is_safety or self.message.must in SAFETY_KINDS:
            return self.has_alarm
        return self.is_right and not self.has_alarm and not self.is_confidently_wrong

    @property
    def programme(self) -> str:
        """The programme that the words name; `several`, or `none named`."""
        named = self.prediction.programmes
        return "none named" if not named else str(named[0]) if len(named) == 1 else "several"


def result_of(
    message: Labelled, understood: Sequence[Prediction], decision: Decision, topics: Topics, milliseconds: float
) -> Result:
    """A result, with what the topics' routes say of the predictions: of the whole message, then of its questions."""
    whole = understood[0]
    safety = max(sure for sure, _ in heard_dangers(understood, topics))  # as `decide` does
    return Result(message, whole, decision, topics.route(whole.best.topic), safety, milliseconds)


GROUPINGS = ("programme", "length", "spelling", "group")


def grouped(results: Iterable[Result], by: str) -> Mapping[str, list[Result]]:
    """The results of each class of one grouping, by the class's name."""
    classes: dict[str, list[Result]] = {}
    for result in results:
        name = result.programme if by == "programme" else str(getattr(result.message, by))
        classes.setdefault(name, []).append(result)
    return dict(sorted(classes.items(), key=lambda pair: _ORDER.get(pair[0], (1, pair[0]))))


_ORDER = {
    name: (0, str(number))
    for number, name in enumerate(("short", "medium", "long", "clean", "some slips", "many slips"))
}
