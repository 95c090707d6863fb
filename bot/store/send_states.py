"""What became of a message that was to be sent, in words for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.store.tables import OutgoingMessage

# Worst first: a message in several parts is as far as its last part.
_ORDER = ("failed", "cancelled", "unknown", "waiting", "sending", "sent", "delivered", "read")
WORDS = {
    "failed": "Not sent",
    "cancelled": "Not sent",
    "unknown": "Facebook has not confirmed it yet",
    "waiting": "Queued",
    "sending": "Being sent",
    "sent": "Sent",
    "delivered": "Delivered",
    "read": "Read",
}


@dataclass(frozen=True)
class SendState:
    """`state` is a word of `WORDS`, `why` a sentence or None, `at` when it got there where that is known."""

    state: str
    words: str
    why: str | None
    at: datetime | None


def state_of(parts: Sequence[OutgoingMessage]) -> SendState:
    """The state of a message from those of its parts, of which there is at least one."""
    state, why, at = min((_state(part) for part in parts), key=lambda one: _ORDER.index(one[0]))
    return SendState(state, WORDS[state], why, at)


def _state(part: OutgoingMessage) -> tuple[str, str | None, datetime | None]:
    if part.state != "sent":
        return part.state, part.problem, None
    if part.read_at:
        return "read", None, part.read_at
    if part.delivered_at:
        return "delivered", None, part.delivered_at
    return "sent", None, part.sent_at
