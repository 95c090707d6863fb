"""Until when, and as what, Meta lets a message be sent. Pure.

Inside 24 hours of the patient's last message: RESPONSE. After that and inside 7 days: what a person typed, tagged
HUMAN_AGENT, where Meta gave the practice that permission. Then nothing. Source: Meta's Send API reference and
platform policy as read in November 2026; a window is over in the very second that completes it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core.desk import Refusal

RESPONSE_WINDOW = timedelta(hours=24)
HUMAN_AGENT_WINDOW = timedelta(days=7)
HUMAN_AGENT = "HUMAN_AGENT"

Author = Literal["bot", "staff"]


@dataclass(frozen=True)
class Allowed:
    """It may be sent. `tag` is None for RESPONSE."""

    tag: str | None = None


@dataclass(frozen=True)
class TimeLeft:
    """How long the two windows stay open; zero: over. None: never open for this practice."""

    response: timedelta
    human_agent: timedelta | None


def may_send(author: Author, patient_last_at: datetime | None, now: datetime, *, permission: bool) -> Allowed | Refusal:
    """Whether `author` may send now, and with which tag. `permission`: Meta's HUMAN_AGENT, for this practice."""
    if patient_last_at is None:
        return Refusal.NEVER_WROTE
    silent = now - patient_last_at
    if silent < RESPONSE_WINDOW:
        return Allowed()
    if silent >= HUMAN_AGENT_WINDOW:
        return Refusal.WEEK_OVER
    # A tag on what no person typed would cost the page its right to send.
    return Allowed(HUMAN_AGENT) if permission and author == "staff" else Refusal.NO_PERMISSION


def time_left(patient_last_at: datetime | None, now: datetime, *, permission: bool) -> TimeLeft:
    """What staff see beside a conversation."""
    silent = HUMAN_AGENT_WINDOW if patient_last_at is None else now - patient_last_at
    zero = timedelta()
    return TimeLeft(
        response=max(RESPONSE_WINDOW - silent, zero),
        human_agent=max(HUMAN_AGENT_WINDOW - silent, zero) if permission else None,
    )
