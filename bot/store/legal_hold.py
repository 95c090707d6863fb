"""A legal hold: while a conversation is under one, nothing of it is deleted, by age or on request."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.errors import DataError
from bot.store import audit
from bot.store.tables import Conversation, ErasureRequest

UNDER_HOLD = "under a legal hold"


def put(session: Session, conversation_id: int, *, why: str, by: str, now: datetime) -> None:
    """Keep a conversation from deletion. Raises DataError where there is none, or it is held already."""
    row = _find(session, conversation_id)
    if row.held_since is not None:
        raise DataError(f"conversation {row.id} is {UNDER_HOLD} already, since {row.held_since:%Y-%m-%d}")
    row.held_since, row.held_why, row.held_by = now, why[:255], by[:255]
    _record(session, row, "legal_hold_set", why, by, now)


def lift(session: Session, conversation_id: int, *, why: str, by: str, now: datetime) -> int:
    """Let a conversation be deleted again; requests that the hold stopped go on. Returns how many do."""
    row = _find(session, conversation_id)
    if row.held_since is None:
        raise DataError(f"conversation {row.id} is under no legal hold")
    row.held_since = row.held_why = row.held_by = None
    resumed = session.scalars(
        update(ErasureRequest)
        .where(
            ErasureRequest.conversation_id == row.id,
            ErasureRequest.state == "held",
            ErasureRequest.problem == UNDER_HOLD,
        )
        .values(state="waiting", problem=None, due_at=now)
        .returning(ErasureRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    _record(session, row, "legal_hold_lifted", why, by, now)
    return len(resumed)


def _find(session: Session, conversation_id: int) -> Conversation:
    row = session.get(Conversation, conversation_id, with_for_update=True)
    if row is None:
        raise DataError(f"there is no conversation {conversation_id}")
    return row


def _record(session: Session, row: Conversation, action: str, why: str, by: str, now: datetime) -> None:
    about = f"conversation {row.id}"
    audit.record(session, now, actor=by, action=action, about=about, practice_id=row.practice_id, details={"why": why})
