"""Everything that is held on one person, as plain values for a subject access request."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from bot.store import conversations, erasure
from bot.store.desk_tables import AnswerReport, Escalation, Note
from bot.store.learning_tables import LearningItem
from bot.store.tables import Base, Conversation, DecisionRow, ErasureRequest, Message, OutgoingMessage, ReceivedEvent

# The hashes that a search looks through are left out: they say nothing that the messages do not say.
HELD = {
    "messages": Message,
    "decisions": DecisionRow,
    "sends": OutgoingMessage,
    "notes": Note,
    "answer_reports": AnswerReport,
    "escalations": Escalation,
    "learning_items": LearningItem,
}
# How a worker handles a row is no information about the person.
LEFT_OUT = {"claimed_by", "lease_until", "due_at", "attempts", "practice_id", "metadata_key"}


def held_on(session: Session, page_id: str, psid: str) -> dict[str, Any] | None:
    """What is held on the person with this page (Meta's id): each table's rows, oldest first. None: nothing."""
    row = conversations.find(session, page_id, psid)
    events = session.scalars(
        select(ReceivedEvent)
        .where(ReceivedEvent.page_ref == page_id, ReceivedEvent.psid == psid)
        .order_by(ReceivedEvent.order_at, ReceivedEvent.id)
    ).all()
    if row is None and not events:
        return None
    found: dict[str, Any] = {"conversation": _plain(row) if row else None}
    for name, table in HELD.items():
        found[name] = _of(session, table, row)
    found["events"] = [_plain(event) for event in events]
    found["erasure_requests"] = _of(session, ErasureRequest, row)
    return found


def counts(session: Session, row: Conversation) -> dict[str, int]:
    """How much there is, for who is about to delete it."""
    return erasure.held(session, row)


def _of(session: Session, table: Any, row: Conversation | None) -> list[dict[str, Any]]:
    if row is None:
        return []
    rows: Sequence[Base] = session.scalars(
        select(table).where(table.conversation_id == row.id).order_by(table.id)
    ).all()
    return [_plain(each) for each in rows]


def _plain(row: Base) -> dict[str, Any]:
    names = [column.key for column in inspect(type(row)).column_attrs if column.key not in LEFT_OUT]
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
