"""Everything that is found out about a patient's words before deciding: safety, meaning, language."""

from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import islice

import structlog

from bot.core.messages import NET_FAILED, SAFETY_KINDS, NluUnavailable, Prediction, SafetyHit
from bot.core.questions import split_questions, without_greeting
from bot.core.safety import Net
from bot.core.topics import Topics
from bot.core.turn import GET_STARTED, SOMETHING_ELSE, STAFF, Choice, Turn
from bot.nlu.language import language_of
from bot.wiring import Services
from bot.worker.measured import Measured
from bot.worker.reading import Asking, Reading

log = structlog.get_logger()


def read(services: Services, turn: Turn) -> Reading:
    """Read one turn by itself; no transaction may be open here."""
    looked = look_at(services, turn)
    if isinstance(looked, Reading):
        return looked
    return ask_model(replace(services, nlu=Measured(services.nlu, services.tally)), [looked])[0]


def look_at(
    services: Services, turn: Turn, messages: Sequence[str] = (), safety: Sequence[SafetyHit] | None = None
) -> Reading | Asking:
    """The safety net comes first and needs no network: where it says enough, no model is asked.

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
    unexplained = _unexplained(services, text)
    return Asking(safety, language, text, unexplained, split_questions(unexplained))


def ask_model(services: Services, asking: Sequence[Asking]) -> list[Reading]:
    """What the turns mean: one question to the NLU server for all of them. No transaction may be open here."""
    if not asking:
        return []
    found = services.nlu.understand_all([text for one in asking for text in one.texts])
    topics = topics_of(services, next((one.release for one in found if isinstance(one, Prediction)), ""))
    each = iter(found)
    return [one.read_by_model(list(islice(each, len(one.texts))), topics) for one in asking]


def _unexplained(services: Services, text: str) -> str:
    """What of a text the model is heard on about danger; all of it where the net cannot say."""
    try:
        return services.safety.unexplained(text)
    except Exception as error:
        log.error("safety_net_failed", net=type(services.safety).__name__, error=type(error).__name__)
        return text


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
