"""How urgent a wait is: against the practice's promise (SLA), and against Meta's windows. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.open_time import Opening
from bot.core.windows import HUMAN_AGENT_WINDOW, RESPONSE_WINDOW

WARNING = timedelta(hours=2)  # of opening hours before a window ends: enough to answer it


class SlaState(StrEnum):
    ON_TIME = "on time"
    HALF_GONE = "more than half the time is gone"
    LATE = "late"


@dataclass(frozen=True)
class Promise:
    """What the practice promises its patients: an answer within `time` of opening hours."""

    opening: Opening
    time: timedelta
    staff_replies: bool = False  # off: Meta's windows are nothing to staff
    human_agent: bool = False  # Meta's permission, which gives staff 7 days instead of 24 hours

    def due(self, waiting_since: datetime) -> datetime | None:
        """When the answer is due; None: the surgery is closed for too long to say."""
        return self.opening.after(waiting_since, self.time)

    def half(self, waiting_since: datetime) -> datetime | None:
        return self.opening.after(waiting_since, self.time / 2)

    def state(self, waiting_since: datetime, now: datetime) -> SlaState:
        due = self.due(waiting_since)
        if due is not None and now >= due:
            return SlaState.LATE
        half = self.half(waiting_since)
        return SlaState.HALF_GONE if half is not None and now >= half else SlaState.ON_TIME


@dataclass(frozen=True)
class Wait:
    """A patient who waits for a person."""

    waiting_since: datetime
    patient_last_at: datetime | None
    urgent: bool


@dataclass(frozen=True)
class Due:
    """Something that staff must hear of. (`kind`, `since`) is one occasion; `at` is when the time is up."""

    kind: str  # a word of ESCALATIONS in bot.store.desk_tables
    since: datetime
    at: datetime


def what_is_due(wait: Wait, promise: Promise, now: datetime) -> tuple[Due, ...]:
    """Everything that staff should have been told by now."""
    return tuple(_all_due(wait, promise, now))


def _all_due(wait: Wait, promise: Promise, now: datetime) -> Iterator[Due]:
    since = wait.waiting_since
    if wait.urgent:
        yield Due("urgent", since, since)
    if (due := promise.due(since)) is not None:
        if now >= due:
            yield Due("sla", since, due)
        elif promise.state(since, now) is SlaState.HALF_GONE:
            yield Due("half_sla", since, due)
    if wait.patient_last_at is not None and promise.staff_replies:
        yield from _windows(wait.patient_last_at, promise, now)


def _windows(opened: datetime, promise: Promise, now: datetime) -> Iterator[Due]:
    """A window that ends at night has to be told of before the surgery closes."""
    day_ends, week_ends = opened + RESPONSE_WINDOW, opened + HUMAN_AGENT_WINDOW
    kind, ends = ("day_ends", day_ends) if now < day_ends or not promise.human_agent else ("week_ends", week_ends)
    if now < ends and promise.opening.between(now, ends) <= WARNING and _is_near(now, ends):
        yield Due(kind, opened, ends)


def _is_near(now: datetime, ends: datetime) -> bool:
    """Not a week ahead, where the surgery is closed all week: nobody would read it."""
    return ends - now <= timedelta(days=4)
