"""What is due: patients who wait too long, windows that end. Each is raised once, whoever looks how often."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.waiting import Due, Promise, Wait, what_is_due
from bot.store import desk_settings
from bot.store.database import insert_or_skip
from bot.store.desk_tables import Escalation
from bot.store.tables import Conversation, Practice

Found = tuple[Conversation, Due]


def find_due(session: Session, practice: Practice, now: datetime) -> list[Found]:
    """Everything of this practice that staff should have been told by now and were not."""
    promise = desk_settings.promise(practice, desk_settings.of(session, practice.id))
    return _new(session, [(row, due) for row in open_waits(session, practice.id) for due in _due(row, promise, now)])


def _due(row: Conversation, promise: Promise, now: datetime) -> Sequence[Due]:
    assert row.waiting_since is not None
    return what_is_due(Wait(row.waiting_since, row.patient_last_at, row.urgent), promise, now)


def open_waits(session: Session, practice_id: int) -> Sequence[Conversation]:
    """The practice's patients who wait for a person, urgent first, then the longest wait."""
    waiting = select(Conversation).where(
        Conversation.practice_id == practice_id, Conversation.waiting_since.is_not(None)
    )
    return session.scalars(waiting.order_by(Conversation.urgent.desc(), Conversation.waiting_since)).all()


def _new(session: Session, found: Sequence[Found]) -> list[Found]:
    if not found:
        return []
    raised = select(Escalation.conversation_id, Escalation.kind, Escalation.since).where(
        Escalation.practice_id == found[0][0].practice_id, Escalation.since >= min(due.since for _, due in found)
    )
    known = {(conversation, kind, since) for conversation, kind, since in session.execute(raised)}
    return [(row, due) for row, due in found if (row.id, due.kind, due.since) not in known]


def raise_new(session: Session, found: Sequence[Found], now: datetime) -> list[Found]:
    """Store them, and return those that no other worker has stored meanwhile."""
    return [(row, due) for row, due in found if insert_or_skip(session, Escalation, [_values(row, due, now)])]


def _values(row: Conversation, due: Due, now: datetime) -> dict[str, object]:
    return {
        "practice_id": row.practice_id,
        "conversation_id": row.id,
        "kind": due.kind,
        "since": due.since,
        "due_at": due.at,
        "raised_at": now,
    }


def still_open(session: Session, practice_id: int) -> Sequence[Conversation]:
    """What nobody has finished: patients who wait, and conversations that staff hold. For the end of the day."""
    unfinished = select(Conversation).where(
        Conversation.practice_id == practice_id,
        Conversation.closed_at.is_(None),
        (Conversation.waiting_since.is_not(None))
        | (Conversation.holder.is_not(None))
        | (Conversation.owner == "staff"),
    )
    order = (Conversation.urgent.desc(), Conversation.waiting_since.is_(None), Conversation.waiting_since)
    return session.scalars(unfinished.order_by(*order, Conversation.id)).all()


def of_conversation(session: Session, conversation_id: int) -> Sequence[Escalation]:
    """What was raised about it, oldest first."""
    found = select(Escalation).where(Escalation.conversation_id == conversation_id)
    return session.scalars(found.order_by(Escalation.id)).all()


def after(session: Session, practice_id: int, last_seen: int) -> Sequence[Escalation]:
    """What was raised for the practice since the escalation with this id, oldest first: for a page that is open."""
    found = select(Escalation).where(Escalation.practice_id == practice_id, Escalation.id > last_seen)
    return session.scalars(found.order_by(Escalation.id)).all()
