"""What a page that polls asks: has anything changed since it was made? Small answers, from indexes, without text."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from bot.store.send_states import state_of
from bot.store.tables import Conversation, Message, OutgoingMessage

MOST_STATES = 20  # of the newest messages that were to be sent


@dataclass(frozen=True)
class Changes:
    """What is new in one conversation. `states` are of `bot.store.send_states`, by message."""

    new_messages: int
    claim_version: int
    is_closed: bool
    states: dict[int, str]


def mark_of(row: Conversation) -> str:
    """Says nothing, and changes whenever the line of the inbox does."""
    told = [row.last_at, row.waiting_since, row.urgent, row.holder, row.owner, row.closed_at, row.claim_version]
    return hashlib.sha256(repr([str(one) for one in told]).encode()).hexdigest()[:12]


def since(session: Session, practice_id: int, conversation_id: int, last_message_id: int) -> Changes | None:
    """What came after this message. None: the practice has no such conversation."""
    found = select(Conversation.claim_version, Conversation.closed_at)
    row = session.execute(
        found.where(Conversation.id == conversation_id, Conversation.practice_id == practice_id)
    ).one_or_none()
    if row is None:
        return None
    newer = select(func.count()).where(Message.conversation_id == conversation_id, Message.id > last_message_id)
    return Changes(session.scalar(newer) or 0, row[0], row[1] is not None, _states(session, conversation_id))


def _states(session: Session, conversation_id: int) -> dict[int, str]:
    newest = select(OutgoingMessage).where(OutgoingMessage.conversation_id == conversation_id)
    without_text = newest.options(defer(OutgoingMessage.text), defer(OutgoingMessage.buttons))
    rows: Sequence[OutgoingMessage] = session.scalars(
        without_text.order_by(OutgoingMessage.id.desc()).limit(MOST_STATES)
    ).all()
    parts: dict[int, list[OutgoingMessage]] = defaultdict(list)
    for row in rows:
        parts[row.message_id].append(row)
    return {message: state_of(of_it).words for message, of_it in parts.items()}
