"""Everything that is found out about a patient's words before deciding: safety, meaning, language."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.messages import NluUnavailable, Prediction, SafetyHit, Understanding
from bot.core.questions import split_questions
from bot.core.turn import GET_STARTED, SOMETHING_ELSE, STAFF, Choice, Turn
from bot.nlu.language import language_of
from bot.wiring import Services


@dataclass(frozen=True)
class Reading:
    """What `decide` takes besides the turn and the conversation."""

    safety: Sequence[SafetyHit] = ()
    understood: Sequence[Understanding] = ()
    language: str = "en"

    @property
    def release(self) -> str:
        return next((one.release for one in self.understood if isinstance(one, Prediction)), "")


def read(services: Services, turn: Turn) -> Reading:
    """Read one turn. The safety net comes first and needs no network; no transaction may be open here."""
    if not _has_words(services, turn):
        return Reading()
    if safety := services.safety.check(turn.text):
        return Reading(safety=safety)
    whole = services.nlu.understand(turn.text)
    if not isinstance(whole, Prediction):
        return Reading(understood=(whole,))
    parts = [services.nlu.understand(part) for part in split_questions(turn.text)]
    return Reading(understood=(whole, *parts), language=language_of(turn.text))


def read_without_model(services: Services, turn: Turn) -> Reading:
    """What the safety net alone says: for a message on which everything else failed again and again."""
    if not _has_words(services, turn):
        return Reading()
    return Reading(services.safety.check(turn.text), (NluUnavailable("tried too often"),))


def _has_words(services: Services, turn: Turn) -> bool:
    """Whether there is something to read: not in pictures, nor in a tap whose payload says it all."""
    choice = Choice.from_payload(turn.payload)
    if turn.kind == "tap" and (
        turn.payload in (STAFF, SOMETHING_ELSE, GET_STARTED) or (choice and choice.topic in services.topics)
    ):
        return False
    return turn.kind in ("text", "tap") and any(letter.isalnum() for letter in turn.text)
