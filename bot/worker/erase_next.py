"""One request to erase what is held on a patient: waited for until nothing of theirs is under way, then worked off.

Each step commits for itself and can be repeated: delete, send one last message, delete that too, empty the log of the
database's file. What is unanswered is answered first, so that no sign of danger is lost; after a day nothing could be
sent any more, and nothing is waited for.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.messages import Reply
from bot.core.windows import RESPONSE_WINDOW
from bot.store import audit, conversations, erasure, erasure_requests, legal_hold, outgoing
from bot.store.database import Database
from bot.store.erasure_requests import Claim
from bot.store.outgoing import UNFINISHED
from bot.store.tables import Conversation, OutgoingMessage
from bot.wiring import Services

log = structlog.get_logger()

EVERY = 1.0  # seconds
LOOK_AGAIN = timedelta(seconds=2)
SCRUB_AGAIN = timedelta(seconds=10)
STAFF_FIRST = "staff have not dealt with an urgent message yet"
ASKED = "asked that their messages be deleted, which is not possible now"


class LeaseLost(Exception):
    """Another worker holds the request now; what was done is rolled back."""


def erase_next(services: Services, worker: str) -> bool:
    """Do one step of one request. False: none is due."""
    return work_off(services.database, services.now, worker)


def work_off(database: Database, clock: Callable[[], datetime], worker: str, *, code: str | None = None) -> bool:
    """Do one step of one request (of those with `code`). False: none is due."""
    now = clock()
    with database.read() as session:
        if not erasure_requests.is_any_due(session, now):
            return False
    with database.write() as session:
        claim = erasure_requests.claim_next(session, worker, now, code=code)
    if claim is None:
        return False
    try:
        if claim.state == "scrubbing":
            _scrub(database, claim, clock())
        else:
            with database.write() as session:
                _step(session, claim, clock())
    except LeaseLost:
        log.warning("erasure_lease_lost", request_id=claim.id)
    return True


def _step(session: Session, claim: Claim, now: datetime) -> None:
    row = session.get(Conversation, claim.conversation_id, with_for_update=True) if claim.conversation_id else None
    if row is None:
        _move(session, claim, "scrubbing", now, last_words=None)
    elif why := _must_be_kept(row, claim):
        _move(session, claim, "held", now, problem=why, last_words=None)
        row.waiting_since, row.waiting_why = row.waiting_since or now, row.waiting_why or ASKED
        _record(session, row, claim, now, "erasure_refused", {"why": why})
    elif claim.state == "waiting":
        _erase(session, row, claim, now)
    else:
        _remove_last_message(session, row, claim, now)


def _must_be_kept(row: Conversation, claim: Claim) -> str | None:
    if row.held_since is not None:
        return legal_hold.UNDER_HOLD
    # Staff who ask for it know the conversation; the patient, or whoever holds their phone, must not hide it from them.
    unseen = claim.state == "waiting" and claim.source != "staff" and conversations.is_urgent(row)
    return STAFF_FIRST if unseen else None


def _erase(session: Session, row: Conversation, claim: Claim, now: datetime) -> None:
    erasure.stop_replies(session, row)
    session.flush()
    if erasure.is_busy(session, row) and now - claim.asked_at < RESPONSE_WINDOW:
        _move(session, claim, "waiting", now + LOOK_AGAIN)
        return
    counts = erasure.erase_content(session, row, now)
    if claim.last_words:
        message_id = _say(session, row, claim.last_words, now)
        _move(session, claim, "telling", now + LOOK_AGAIN, last_words=None, message_id=message_id)
        _record(session, row, claim, now, "subject_erased", counts)
    else:
        _move(session, claim, "scrubbing", now)
        _record(session, row, claim, now, "subject_erased", counts)
        erasure.erase_last_trace(session, row, None, now)


def _say(session: Session, row: Conversation, words: str, now: datetime) -> int:
    """Queue the last words; returns the message that holds them."""
    message = conversations.add_message(session, row, "bot", words, now)
    outgoing.queue(session, row, message, Reply(words), even_if_stopped=True)
    session.flush()
    return message.id


def _remove_last_message(session: Session, row: Conversation, claim: Claim, now: datetime) -> None:
    last = select(OutgoingMessage.state).where(OutgoingMessage.message_id == claim.message_id)
    if not frozenset(UNFINISHED).isdisjoint(session.scalars(last)) and now - claim.asked_at < RESPONSE_WINDOW:
        _move(session, claim, "telling", now + LOOK_AGAIN)
        return
    _move(session, claim, "scrubbing", now, message_id=None)
    erasure.erase_last_trace(session, row, claim.message_id, now)


def _scrub(database: Database, claim: Claim, now: datetime) -> None:
    """Only what is out of the file is called done."""
    is_out = database.scrub()
    with database.write() as session:
        if is_out:
            _move(session, claim, "done", now, finished_at=now)
        else:
            _move(session, claim, "scrubbing", now + SCRUB_AGAIN)
    log.info("erasure_step", request_id=claim.id, done=is_out)


def _move(session: Session, claim: Claim, state: str, due_at: datetime, **values: object) -> None:
    if not erasure_requests.move_on(session, claim, state, due_at, **values):
        raise LeaseLost


def _record(
    session: Session, row: Conversation, claim: Claim, now: datetime, action: str, details: Mapping[str, object]
) -> None:
    audit.record(
        session,
        now,
        actor=claim.asked_by,
        action=action,
        about=f"conversation {row.id}",
        practice_id=row.practice_id,
        details={"request": claim.id, "source": claim.source, **details},
    )
