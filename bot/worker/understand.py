"""Everything that is found out about a patient's words before deciding: safety, meaning, language."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.core.messages import (
    NET_FAILED,
    SAFETY_KINDS,
    NluUnavailable,
    Prediction,
    SafetyHit,
    TopicScore,
    Understanding,
)
from bot.core.questions import split_questions, without_greeting
from bot.core.safety import Net
from bot.core.topics import Topics
from bot.core.turn import GET_STARTED, SOMETHING_ELSE, STAFF, Choice, Turn
from bot.nlu.language import language_of
from bot.wiring import Services

log = structlog.get_logger()


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


def read(
    services: Services, turn: Turn, messages: Sequence[str] = (), safety: Sequence[SafetyHit] | None = None
) -> Reading:
    """Read one turn. The safety net comes first and needs no network; no transaction may be open here.

    `messages` are those that the turn's text is joined of, if there are several; `safety` is what the rules found in
    them, where they were asked already.
    """
    if not _has_words(services, turn):
        return Reading()
    if safety is None:
        safety = danger_in(services, messages or [turn.text])
    language = _language(services, turn, safety)
    if set(safety) - {NET_FAILED}:
        return Reading(safety=safety, language=language)
    # Where the net failed, the model may still find what it would have found.
    text = without_greeting(turn.text) or turn.text
    whole = _understood(services, text)
    if not isinstance(whole, Prediction):
        return Reading(safety, (whole,), language)
    unexplained = _unexplained(services, text)
    parts = [_understood(services, part) for part in split_questions(unexplained)]
    if unexplained != text:
        rest = _understood(services, unexplained) if len(unexplained.split()) > 1 else None
        whole = heard_without(whole, rest, topics_of(services, whole.release))
    if "\n" in text:
        whole = _undiluted(whole, parts, topics_of(services, whole.release))
    return Reading(safety, (whole, *parts), language)


def _unexplained(services: Services, text: str) -> str:
    """What of a text the model is heard on about danger; all of it where the net cannot say."""
    try:
        return services.safety.unexplained(text)
    except Exception as error:
        log.error("safety_net_failed", net=type(services.safety).__name__, error=type(error).__name__)
        return text


def _understood(services: Services, text: str) -> Understanding:
    with services.tally.timing("bot_nlu_seconds"):
        understood = services.nlu.understand(text)
    if not isinstance(understood, Prediction):
        services.tally.count("bot_nlu_failures")
    return understood


def read_without_model(services: Services, turn: Turn, messages: Sequence[str] = ()) -> Reading:
    """What the safety net alone says: for a message on which everything else failed again and again."""
    if not _has_words(services, turn):
        return Reading()
    safety = danger_in(services, messages or [turn.text])
    return Reading(safety, (NluUnavailable("tried too often"),), _language(services, turn, safety))


def _language(services: Services, turn: Turn, safety: Sequence[SafetyHit]) -> str:
    """The language of a turn; English where it cannot be told, because the English reply is always there."""
    try:
        detected = language_of(turn.text)
    except Exception as error:
        log.error("language_not_told", error=type(error).__name__)
        detected = "en"
    return _spoken(detected, safety, services.languages.by_code) if safety else detected


def _spoken(detected: str, safety: Sequence[SafetyHit], known: Container[str]) -> str:
    """The language detected; where that has no texts, the one of the most severe sign found."""
    signs = (hit.rule.rpartition(":")[0] for hit in safety)
    return detected if detected in known else next((code for code in signs if code), detected)


def danger_in(services: Services, messages: Sequence[str]) -> tuple[SafetyHit, ...]:
    """What the rules find in the messages of one turn, most severe first: in each, and in all together.

    A sign may be split over two messages, even in the middle of a phrase: "cant", "breathe".
    """
    nets = (services.safety, services.safety_languages)
    readings = [*messages, "\n".join(messages), " ".join(messages)] if len(messages) > 1 else messages
    found = dict.fromkeys(hit for net in nets for text in readings for hit in _checked(net, text))
    return tuple(sorted(found, key=lambda hit: SAFETY_KINDS.index(hit.kind)))


def _checked(net: Net, text: str) -> tuple[SafetyHit, ...]:
    """What a net finds. One that fails counts as a danger found: nobody can say that there is none."""
    try:
        return net.check(text)
    except Exception as error:
        log.error("safety_net_failed", net=type(net).__name__, error=type(error).__name__)
        return (NET_FAILED,)


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


def topics_of(services: Services, release: str = "") -> Topics:
    """The topics of a release, of the live one where none is named."""
    with services.database.read() as session:
        return services.topics_of(session, release)


def _has_words(services: Services, turn: Turn) -> bool:
    """Whether there is something to read: not in pictures, nor in a tap whose payload says it all."""
    choice = Choice.from_payload(turn.payload)
    if turn.kind == "tap" and (
        turn.payload in (STAFF, SOMETHING_ELSE, GET_STARTED) or (choice and choice.topic in topics_of(services))
    ):
        return False
    return turn.kind in ("text", "tap") and any(letter.isalnum() for letter in turn.text)
