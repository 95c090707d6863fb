"""One line of the inbox, with everything that staff decide by. Nothing in it says who the patient is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core.messages import Owner
from bot.core.waiting import Promise, SlaState
from bot.core.windows import TimeLeft, time_left
from bot.store import desk_settings
from bot.store.tables import Conversation, Practice


@dataclass(frozen=True)
class InboxRow:
    """A conversation as the list shows it."""

    id: int
    waiting_since: datetime | None
    why: str | None
    urgent: bool
    programme: str | None
    topic: str | None
    time_left: TimeLeft  # in Meta's windows
    sla: SlaState | None  # None: nobody waits
    sla_due: datetime | None
    bot_has_it: bool
    holder: str | None
    holder_name: str | None
    last_line: str  # redacted
    last_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    copied_at: datetime | None


def rows(session: Session, practice_id: int, found: Sequence[Conversation], now: datetime) -> list[InboxRow]:
    """The lines for one page of conversations of this practice."""
    promise = desk_settings.promise(session.get_one(Practice, practice_id), desk_settings.of(session, practice_id))
    return [row_of(conversation, promise, now) for conversation in found]


def row_of(row: Conversation, promise: Promise, now: datetime) -> InboxRow:
    since = row.waiting_since
    return InboxRow(
        id=row.id,
        waiting_since=since,
        why=row.waiting_why,
        urgent=row.urgent,
        programme=row.programme,
        topic=row.topic,
        time_left=time_left(row.patient_last_at, now, permission=promise.human_agent),
        sla=promise.state(since, now) if since else None,
        sla_due=promise.due(since) if since else None,
        bot_has_it=row.owner == Owner.BOT and row.holder is None,
        holder=row.holder,
        holder_name=row.holder_name,
        last_line=row.last_line or "",
        last_at=row.last_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        copied_at=row.copied_at,
    )
