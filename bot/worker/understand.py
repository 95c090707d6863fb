"""Everything that is found out about a patient's words before deciding: safety, meaning, language."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.messages import Prediction, SafetyHit, Understanding
from bot.core.questions import split_questions
from bot.core.turn import Choice, Turn
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
    if turn.kind == "tap" and Choice.from_payload(turn.payload) is not None:
        return Reading()
    if turn.kind in ("sticker", "attachment") or not any(letter.isalnum() for letter in turn.text):
        return Reading()
    safety = services.safety.check(turn.text)
    if safety:
        return Reading(safety=safety)
    whole = services.nlu.understand(turn.text)
    if not isinstance(whole, Prediction):
        return Reading(understood=(whole,))
    parts = [services.nlu.understand(part) for part in split_questions(turn.text)]
    return Reading(understood=(whole, *parts), language=language_of(turn.text))
