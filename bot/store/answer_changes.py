"""Approving an answer version and withdrawing one, each with its audit entries in the same transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.answer_lifecycle import Candidate, approval_problems, is_a_name
from bot.core.lint.answer import errors_of_answer
from bot.errors import Refused
from bot.store import audit, outgoing
from bot.store.answer_recipients import Recipient, recipients
from bot.store.answer_rows import LOCK, about, take_over
from bot.store.answer_tables import AnswerReview
from bot.store.answers import is_rewritten
from bot.store.database import one_at_a_time
from bot.store.tables import AnswerVersion, Conversation, OutgoingMessage

LONGEST_REASON = 500  # characters
WITHDRAWN_BEFORE_SENT = "the answer was withdrawn before it was sent"


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal found: who had got the answer, and how many messages with it were stopped."""

    recipients: Sequence[Recipient]
    stopped: int


def begin(session: Session) -> None:
    """Until the transaction ends nobody else changes answers."""
    one_at_a_time(session, LOCK)


def hold_those_who_wait(session: Session, versions: Collection[int]) -> None:
    """Hold the conversations that withdrawing these versions touches.

    Several withdrawals in one transaction need it: after the first audit entry a conversation must not be waited for,
    because whoever holds it may wait for the audit.
    """
    waiting = select(OutgoingMessage.conversation_id).where(
        OutgoingMessage.answer_version_id.in_(versions), OutgoingMessage.state == "waiting"
    )
    those = select(Conversation.id).where(Conversation.id.in_(waiting)).order_by(Conversation.id)
    session.scalars(those.with_for_update()).all()


def find(session: Session, version: int) -> AnswerVersion:
    """The version. Raises Refused where there is none."""
    row = session.get(AnswerVersion, version)
    if row is None:
        raise Refused(f"there is no answer version {version}")
    return row


def approve(session: Session, version: int, *, by: str, role: str, now: datetime, key: str | None = None) -> list[int]:
    """Make a version live. Returns the versions that it replaces, wholly or for some nations. Raises Refused.

    `key` is the account of whoever approves, where they do it on a page.
    """
    begin(session)
    row = find(session, version)
    if problems := approval_refusals(session, row, by, role, now.date(), key):
        raise Refused(f"version {version} is not approved: {'; '.join(problems)}")
    row.status, row.approver, row.approver_role, row.approved_at = "approved", by.strip(), role.strip(), now
    row.live_nations = list(row.nations)
    close_review(session, version, now)
    live = session.scalars(select(AnswerVersion).where(AnswerVersion.status == "approved")).all()
    changes = take_over(row, live)
    session.flush()
    details = {"role": role.strip(), "content": row.content_hash, "review_by": row.review_by}
    details |= {"account": key} if key else {}
    audit.record(session, now, actor=by.strip(), action="approved", about=about(version), details=details)
    for other, action in changes:
        audit.record(
            session,
            now,
            actor=by.strip(),
            action=action,
            about=about(other.id),
            details={"by": about(version), "serves": other.live_nations},
        )
    return [other.id for other, _ in changes]


def approval_refusals(
    session: Session, row: AnswerVersion, by: str, role: str, today: date, key: str | None = None
) -> list[str]:
    """Why they may not approve it: the rules, the lint, and words that were withdrawn before; empty: they may."""
    asked = session.scalars(select(AnswerReview.asked_by).where(AnswerReview.version_id == row.id))
    keys = frozenset(filter(None, (row.author_key, *asked)))
    candidate = Candidate(row.status, row.owner, row.author, date.fromisoformat(row.review_by), keys)
    problems = approval_problems(candidate, by, role, today, key)
    problems += [f"line {one.line}: {one.rule}: {one.problem}" for one in errors_of_answer(row.text, row.programme)]
    unsafe = session.scalars(
        select(AnswerVersion).where(AnswerVersion.status == "withdrawn", AnswerVersion.id != row.id)
    )
    problems += [f"the same words were withdrawn as version {old.id}" for old in unsafe if is_rewritten(row, old)]
    return problems


def close_review(session: Session, version: int, now: datetime) -> None:
    """Nobody has to decide about this version any more."""
    waiting = update(AnswerReview).where(AnswerReview.version_id == version, AnswerReview.state == "waiting")
    session.execute(waiting.values(state="taken_back", decided_at=now))


def withdraw(session: Session, version: int, *, by: str, why: str, now: datetime) -> Withdrawn:
    """Take an unsafe answer out of use for good, and stop what is not sent yet. Raises Refused.

    Workers see it within two seconds; what they chose before that is looked at again when it is stored and sent.
    Patients who would have got it wait for staff instead.
    """
    why = " ".join(why.split())
    if not is_a_name(by):
        raise Refused("a withdrawal names who withdraws")
    if not 0 < len(why) <= LONGEST_REASON:
        raise Refused(f"a withdrawal needs a reason of at most {LONGEST_REASON} characters")
    begin(session)
    row = find(session, version)
    if row.status == "withdrawn":
        raise Refused(f"version {version} was withdrawn already")
    was, row.status, row.live_nations = row.status, "withdrawn", []
    close_review(session, version, now)
    session.flush()
    stopped = outgoing.cancel_answer(session, version, WITHDRAWN_BEFORE_SENT, now)
    got_it = recipients(session, version)
    details = {"why": why, "was": was, "recipients": len(got_it), "stopped": stopped}
    audit.record(session, now, actor=by.strip(), action="withdrew", about=about(version), details=details)
    return Withdrawn(got_it, stopped)
