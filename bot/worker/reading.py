"""What was found out about a patient's turn, and what the model still has to read of it. Nothing here asks anybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.messages import SAFETY_KINDS, NluUnavailable, Prediction, SafetyHit, TopicScore, Understanding
from bot.core.topics import Topics


@dataclass(frozen=True)
class Reading:
    """What `decide` takes besides the turn and the conversation."""

    safety: Sequence[SafetyHit] = ()
    understood: Sequence[Understanding] = ()
    language: str = "en"

    @property
    def release(self) -> str:
        return next((one.release for one in self.understood if isinstance(one, Prediction)), "")

    @property
    def vector(self) -> str:
        """What the whole turn means; empty where no model read it."""
        return next((one.vector for one in self.understood[:1] if isinstance(one, Prediction)), "")


@dataclass(frozen=True)
class Asking:
    """A turn before the model has read it: what is known already, and the texts that tell the rest.

    `unexplained` is `text` without what the rules explained; `parts` are its questions, if it may hold several.
    """

    safety: Sequence[SafetyHit]
    language: str
    text: str
    unexplained: str
    parts: Sequence[str]

    @property
    def texts(self) -> tuple[str, ...]:
        """What the model has to read: the whole, the parts, and last what is unexplained, if that is another text."""
        return (self.text, *self.parts, *([self.unexplained] if self._has_rest else []))

    @property
    def _has_rest(self) -> bool:
        return self.unexplained != self.text and len(self.unexplained.split()) > 1

    def read_by_model(self, understood: Sequence[Understanding], topics: Topics) -> Reading:
        """The turn with what the model made of `texts`; `topics` are those of its release."""
        whole, *parts = understood
        if not isinstance(whole, Prediction):
            return Reading(self.safety, (whole,), self.language)
        rest = parts.pop() if self._has_rest else None
        if self.unexplained != self.text:
            whole = heard_without(whole, rest, topics)
        if "\n" in self.text:
            whole = _undiluted(whole, parts, topics)
        return Reading(self.safety, (whole, *parts), self.language)


def heard_without(whole: Prediction, rest: Understanding | None, topics: Topics) -> Prediction:
    """The whole message with the danger that is left once what the rules explained is taken out of it.

    The model hears "no lumps, just due" as a lump. `rest` is its reading of what is left; None: nothing is. Where
    the whole was read as a danger, the rest tells what else was asked.
    """
    if isinstance(rest, NluUnavailable):
        return whole  # in doubt it raises
    in_danger = topics.route(whole.best.topic) in SAFETY_KINDS
    told_by = rest if rest and in_danger else whole
    kept = {one.topic: one.score for one in told_by.ranking if topics.route(one.topic) not in SAFETY_KINDS}
    if rest:
        kept |= {one.topic: one.score for one in rest.ranking if topics.route(one.topic) in SAFETY_KINDS}
    ranking = sorted((TopicScore(topic, score) for topic, score in kept.items()), key=lambda one: -one.score)
    return replace(whole, ranking=tuple(ranking))


def _undiluted(whole: Prediction, parts: Sequence[Understanding], topics: Topics) -> Prediction:
    """The whole as its clearest line reads, where the two agree on the topic.

    "i had a letter today" beside "does a smear hurt" only makes the model less sure. The programmes and what the
    safety topics scored stay those of the whole.
    """
    agreeing = [part for part in parts if isinstance(part, Prediction) and part.best.topic == whole.best.topic]
    clearest = max(agreeing, key=lambda part: part.best.score, default=whole)
    if clearest.best.score <= whole.best.score:
        return whole
    scores = {one.topic: one.score for one in clearest.ranking}
    for one in whole.ranking:
        if topics.route(one.topic) in SAFETY_KINDS:
            scores[one.topic] = max(one.score, scores.get(one.topic, 0.0))
    ranking = sorted((TopicScore(topic, score) for topic, score in scores.items()), key=lambda one: -one.score)
    return replace(whole, ranking=tuple(ranking), programmes=whole.programmes or clearest.programmes)
