"""Which patients got one version of an answer: to put right what an unsafe one said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bot.store.tables import OutgoingMessage, Practice

MAY_HAVE_ARRIVED = ("sending", "unknown", "cancelled", "failed")  # once it was tried, nobody knows for certain


@dataclass(frozen=True)
class Recipient:
    """One conversation that was told it. `at` is when Meta took it, or when it was due; not `certain`: it was tried."""

    conversation_id: int
    practice: str  # its slug
    at: datetime
    certain: bool


def reached() -> ColumnElement[bool]:
    """A condition: messages that the patient got, or may have got."""
    may_have = and_(OutgoingMessage.state.in_(MAY_HAVE_ARRIVED), OutgoingMessage.attempts > 0)
    return or_(OutgoingMessage.state == "sent", may_have)


def recipients(session: Session, version: int) -> Sequence[Recipient]:
    """Every conversation that got this version or may have: once each, by its first message, oldest first."""
    rows = session.execute(
        select(OutgoingMessage, Practice.slug)
        .join(Practice, Practice.id == OutgoingMessage.practice_id)
        .where(OutgoingMessage.answer_version_id == version, reached())
        .order_by(OutgoingMessage.id)
    ).all()
    found: dict[int, Recipient] = {}
    for message, slug in sorted(rows, key=lambda row: row[0].state != "sent"):
        at = message.sent_at or message.due_at
        found.setdefault(message.conversation_id, Recipient(message.conversation_id, slug, at, message.state == "sent"))
    return sorted(found.values(), key=lambda one: (one.at, one.conversation_id))
