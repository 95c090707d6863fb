"""One patient turn, and what taps on buttons mean."""

from dataclasses import dataclass
from typing import Literal

from bot.core.messages import Button, Programme

_PROGRAMMES = frozenset(Programme)
STAFF = "staff"
SOMETHING_ELSE = "something_else"
GET_STARTED = "GET_STARTED"
_BOTH = "+"  # between two topics of one choice; no topic's name has it


@dataclass(frozen=True)
class Turn:
    """What the patient did. `text` is what they typed or the title of what they tapped."""

    kind: Literal["text", "tap", "sticker", "attachment"]
    text: str = ""
    payload: str = ""
    standby: bool = False


@dataclass(frozen=True)
class Choice:
    """A topic, perhaps with its programme: what a clarify button stands for. `also`: a topic that was asked with it."""

    topic: str
    programme: Programme | None = None
    also: str = ""

    @property
    def payload(self) -> str:
        return ":".join(("choice", self.topic, self.programme or "", *([self.also] if self.also else [])))

    @property
    def pair(self) -> tuple[str, str]:
        """The choice as a conversation keeps it while it is open."""
        return (_BOTH.join((self.topic, *([self.also] if self.also else []))), str(self.programme or ""))

    @classmethod
    def from_pair(cls, pair: tuple[str, str]) -> "Choice":
        """An open choice as the conversation keeps it."""
        topic, _, also = pair[0].partition(_BOTH)
        return cls(topic, Programme(pair[1]) if pair[1] else None, also)

    @classmethod
    def from_payload(cls, payload: str) -> "Choice | None":
        """The choice that a payload of ours names, or None."""
        word, _, rest = payload.partition(":")
        topic, _, rest = rest.partition(":")
        programme, _, also = rest.partition(":")
        if word != "choice" or not topic:
            return None
        return cls(topic, Programme(programme) if programme in _PROGRAMMES else None, also)


def button(choice: Choice, title: str) -> Button:
    return Button(title, choice.payload)
