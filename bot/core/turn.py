"""One patient turn, and what taps on buttons mean."""

from dataclasses import dataclass
from typing import Literal

from bot.core.messages import Button, Programme

_PROGRAMMES = frozenset(Programme)
STAFF = "staff"
SOMETHING_ELSE = "something_else"
GET_STARTED = "GET_STARTED"


@dataclass(frozen=True)
class Turn:
    """What the patient did. `text` is what they typed or the title of what they tapped."""

    kind: Literal["text", "tap", "sticker", "attachment"]
    text: str = ""
    payload: str = ""
    standby: bool = False


@dataclass(frozen=True)
class Choice:
    """A topic, perhaps with its programme: what a clarify button stands for."""

    topic: str
    programme: Programme | None = None

    @property
    def payload(self) -> str:
        return f"choice:{self.topic}:{self.programme or ''}"

    @classmethod
    def from_payload(cls, payload: str) -> "Choice | None":
        """The choice that a payload of ours names, or None."""
        word, _, rest = payload.partition(":")
        topic, _, programme = rest.partition(":")
        if word != "choice" or not topic:
            return None
        return cls(topic, Programme(programme) if programme in _PROGRAMMES else None)


def button(choice: Choice, title: str) -> Button:
    return Button(title, choice.payload)
