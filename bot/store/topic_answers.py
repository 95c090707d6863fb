"""What becomes of the answers of a topic that ends: part of the step that ends it, and undone with it.

They are replaced, not withdrawn: nothing is unsafe about their words, and a withdrawal is for good.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store import audit
from bot.store.answer_changes import begin, close_review
from bot.store.answer_rows import about, serves
from bot.store.answers import hash_for
from bot.store.tables import AnswerVersion
from bot.store.teaching_changes import Step

STANDING = ("approved", "sample", "draft")
Touch = Callable[[AnswerVersion], None]


@dataclass(frozen=True)
class Counted:
    """A topic's answers: those in use (samples are, in a demo), and drafts; `own`: of both, practices' own."""

    in_use: int
    drafts: int
    own: int


def counted(session: Session, topic: str) -> Counted:
    """How many answers end with the topic."""
    found = select(AnswerVersion.status, AnswerVersion.practice_id.is_not(None), func.count())
    found = found.where(AnswerVersion.topic == topic, AnswerVersion.status.in_(STANDING))
    rows = session.execute(found.group_by(AnswerVersion.status, AnswerVersion.practice_id.is_not(None))).all()
    drafts = sum(number for status, _, number in rows if status == "draft")
    total = sum(number for _, _, number in rows)
    return Counted(total - drafts, drafts, sum(number for _, is_own, number in rows if is_own))


def end(session: Session, topic: str, what: Step, touch: Touch, *, into: str | None = None) -> int:
    """Take a topic's answers out of use. Returns how many.

    `into`: make drafts of them for that topic, for its own nations each, which somebody has to send for approval.
    """
    begin(session)
    standing = select(AnswerVersion).where(AnswerVersion.topic == topic, AnswerVersion.status.in_(STANDING))
    rows = session.scalars(standing.order_by(AnswerVersion.id)).all()
    for row in rows:
        if into:
            _draft(session, row, into, what, touch)
        touch(row)
        row.status = "replaced"
        close_review(session, row.id, what.now)
        _note(session, row, what, "ended with its topic", {"why": f"its topic was {what.action}", "topic": topic})
    return len(rows)


def _draft(session: Session, row: AnswerVersion, into: str, what: Step, touch: Touch) -> None:
    """The same words for another topic; nothing where they were approved or withdrawn for it before."""
    key = hash_for(row, serves(row), into)
    draft = session.scalars(select(AnswerVersion).where(AnswerVersion.content_hash == key)).one_or_none()
    if draft is None:
        draft = AnswerVersion(
            practice_id=row.practice_id,
            topic=into,
            programme=row.programme,
            nations=[str(nation) for nation in serves(row)],
            language=row.language,
            text=row.text,
            sources=row.sources,
            owner=row.owner,
            author_key=what.actor,
            status="draft",
            reviewed=row.reviewed,
            review_by=row.review_by,
            content_hash=key,
            created_at=what.now,
        )
        touch(draft)
        session.add(draft)
    elif draft.status == "replaced" and draft.approved_at is None:
        touch(draft)
        draft.status = "draft"
    else:
        return
    session.flush()
    _note(session, draft, what, "drafted", {"from": about(row.id), "topic": into})


def _note(session: Session, row: AnswerVersion, what: Step, action: str, details: dict[str, str]) -> None:
    session.flush()
    audit.record(
        session,
        what.now,
        actor=what.actor,
        action=action,
        about=about(row.id),
        practice_id=row.practice_id,
        details=details,
    )
