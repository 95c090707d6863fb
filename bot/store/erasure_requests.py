"""The queue of requests to erase what is held on a patient: who asked, how far it is, who works on it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from bot.errors import DataError
from bot.store import audit
from bot.store.database import insert_or_skip
from bot.store.tables import Conversation, ErasureRequest

LEASE = timedelta(minutes=2)  # longer than the deletion of a very long conversation
TO_DO = ("waiting", "telling", "scrubbing")
OPEN = (*TO_DO, "held", "unmatched")
NOBODY = "nobody known"


@dataclass(frozen=True)
class Claim:
    """A request that this worker holds until its lease ends."""

    id: int
    state: str
    conversation_id: int | None
    source: str
    asked_by: str
    asked_at: datetime
    last_words: str | None
    message_id: int | None
    attempts: int
    worker: str


def new_code() -> str:
    """A confirmation code that nobody can guess: 128 bits."""
    return secrets.token_hex(16)


def ask(
    session: Session,
    row: Conversation | None,
    now: datetime,
    *,
    source: str,
    asked_by: str,
    code: str | None = None,
    last_words: str | None = None,
) -> None:
    """Store a request; one with a code that is stored already is a no-op. `row` is None where nobody is known."""
    values: dict[str, Any] = {
        "code": code or new_code(),
        "about": f"conversation {row.id}" if row else NOBODY,
        "conversation_id": row.id if row else None,
        "practice_id": row.practice_id if row else None,
        "source": source,
        "asked_by": asked_by[:255],
        "asked_at": now,
        "last_words": last_words,
        "state": "waiting" if row else "unmatched",
        "attempts": 0,
        "due_at": now,
    }
    insert_or_skip(session, ErasureRequest, [values])


def claim_next(session: Session, worker: str, now: datetime, *, code: str | None = None) -> Claim | None:
    """Take the request that is due first (of those with `code`), or None."""
    mine = [ErasureRequest.code == code] if code else []
    due = select(ErasureRequest.id).where(_is_free(now), *mine).order_by(ErasureRequest.due_at, ErasureRequest.id)
    row = session.scalars(
        update(ErasureRequest)
        .where(ErasureRequest.id == due.limit(1).with_for_update(skip_locked=True).scalar_subquery(), _is_free(now))
        .values(claimed_by=worker, lease_until=now + LEASE, attempts=ErasureRequest.attempts + 1)
        .returning(ErasureRequest)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    return Claim(
        id=row.id,
        state=row.state,
        conversation_id=row.conversation_id,
        source=row.source,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        last_words=row.last_words,
        message_id=row.message_id,
        attempts=row.attempts,
        worker=worker,
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    unclaimed = or_(ErasureRequest.lease_until.is_(None), ErasureRequest.lease_until < now)
    return and_(ErasureRequest.state.in_(TO_DO), ErasureRequest.due_at <= now, unclaimed)


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether there is something to claim: a look that takes no lock."""
    return session.scalar(select(ErasureRequest.id).where(_is_free(now)).limit(1)) is not None


def move_on(session: Session, claim: Claim, state: str, due_at: datetime, **values: object) -> bool:
    """Release a claim in a new state. False: the lease was lost, so roll back what was done under it."""
    changed = session.scalar(
        update(ErasureRequest)
        .where(
            ErasureRequest.id == claim.id,
            ErasureRequest.claimed_by == claim.worker,
            ErasureRequest.attempts == claim.attempts,
            ErasureRequest.lease_until.is_not(None),
        )
        .values(state=state, due_at=due_at, lease_until=None, **values)
        .returning(ErasureRequest.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


def with_code(session: Session, code: str) -> Sequence[ErasureRequest]:
    """The parts of one request, one for each conversation."""
    return session.scalars(select(ErasureRequest).where(ErasureRequest.code == code).order_by(ErasureRequest.id)).all()


def all_open(session: Session) -> Sequence[ErasureRequest]:
    """What is not settled yet, oldest first."""
    found = select(ErasureRequest).where(ErasureRequest.state.in_(OPEN))
    return session.scalars(found.order_by(ErasureRequest.asked_at, ErasureRequest.id)).all()


def close(session: Session, code: str, *, why: str, by: str, now: datetime) -> None:
    """A person has looked at a request that could not be met by itself. Raises DataError if there is none such."""
    rows = [row for row in with_code(session, code) if row.state in ("held", "unmatched")]
    if not rows:
        raise DataError("no request with this code waits for a person: python -m bot subject requests")
    for row in rows:
        row.state, row.finished_at = "closed", now
    for row in rows:
        audit.record(
            session,
            now,
            actor=by,
            action="erasure_request_closed",
            about=f"erasure_request {row.id}",
            practice_id=row.practice_id,
            details={"why": why},
        )
