"""Approvals that are asked for: the queue of wordings that wait for a clinician, and what they decide."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague
from bot.errors import Refused
from bot.store import answer_changes, audit
from bot.store.answer_queries import theirs
from bot.store.answer_rows import about, serves
from bot.store.answer_tables import AnswerReview
from bot.store.tables import AnswerVersion

LONGEST_COMMENT = 2_000  # characters


def ask(session: Session, version: int, who: Colleague, now: datetime) -> None:
    """Send a draft or a sample to the clinicians. Whoever sends what nobody stood for yet stands for it.

    Sent twice is sent once. Raises Refused for any other version.
    """
    answer_changes.begin(session)
    row = answer_changes.find(session, version)
    if row.status not in ("draft", "sample"):
        raise Refused(f"version {version} is {row.status} already")
    if waiting_for(session, version):
        return
    if row.author is None:
        row.author, row.author_key = who.name, who.key
    session.add(
        AnswerReview(
            practice_id=row.practice_id,
            version_id=version,
            state="waiting",
            asked_by=who.key,
            asked_name=who.name,
            asked_at=now,
        )
    )
    _note(session, row, who, now, "sent for approval")


def waiting_for(session: Session, version: int) -> AnswerReview | None:
    """The approval that this version waits for."""
    wanted = select(AnswerReview).where(AnswerReview.version_id == version, AnswerReview.state == "waiting")
    return session.scalars(wanted).one_or_none()


def of_version(session: Session, version: int) -> Sequence[AnswerReview]:
    """Every time that this version was sent for approval, newest first."""
    wanted = select(AnswerReview).where(AnswerReview.version_id == version)
    return session.scalars(wanted.order_by(AnswerReview.id.desc())).all()


def queue(session: Session, practice_ids: Collection[int]) -> list[tuple[AnswerReview, AnswerVersion]]:
    """What waits, longest first: of everybody's wordings and of these practices' own."""
    wanted = (
        select(AnswerReview, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.id == AnswerReview.version_id)
        .where(AnswerReview.state == "waiting", AnswerVersion.status.in_(("draft", "sample")), theirs(practice_ids))
        .order_by(AnswerReview.asked_at, AnswerReview.id)
    )
    return [(review, row) for review, row in session.execute(wanted)]


def live_now(session: Session, row: AnswerVersion) -> list[AnswerVersion]:
    """The approved versions that an approval of `row` would replace, wholly or for some nations."""
    wanted = select(AnswerVersion).where(
        AnswerVersion.status == "approved",
        AnswerVersion.id != row.id,
        AnswerVersion.topic == row.topic,
        AnswerVersion.programme == row.programme,
        AnswerVersion.language == row.language,
        AnswerVersion.practice_id.is_not_distinct_from(row.practice_id),
    )
    return [one for one in session.scalars(wanted.order_by(AnswerVersion.id)) if set(serves(one)) & set(row.nations)]


def approve(
    session: Session, version: int, who: Colleague, role: str, now: datetime, *, seen_live: Collection[int]
) -> list[int]:
    """A clinician makes it live. Returns what it replaces. Raises Refused.

    `seen_live`: the live versions that they compared it with; where those are others now, they have to look again.
    """
    answer_changes.begin(session)
    row, review = answer_changes.find(session, version), waiting_for(session, version)
    if review is None:
        raise Refused(f"version {version} does not wait for approval any more")
    if {one.id for one in live_now(session, row)} != set(seen_live):
        raise Refused("what is live has changed since you opened this page: look at the difference again")
    _decide(review, "approved", who, now)
    session.flush()
    return answer_changes.approve(session, version, by=who.name, role=role, now=now, key=who.key)


def send_back(session: Session, version: int, who: Colleague, comment: str, now: datetime) -> None:
    """A clinician wants it changed, and says what. Raises Refused."""
    answer_changes.begin(session)
    row, review = answer_changes.find(session, version), waiting_for(session, version)
    if review is None:
        raise Refused(f"version {version} does not wait for approval any more")
    comment = comment.replace("\x00", "").strip()
    if not 0 < len(comment) <= LONGEST_COMMENT:
        raise Refused(f"say what has to change, in at most {LONGEST_COMMENT:,} characters")
    _decide(review, "sent_back", who, now)
    review.comment = comment
    _note(session, row, who, now, "sent back")


def _decide(review: AnswerReview, state: str, who: Colleague, now: datetime) -> None:
    review.state, review.decided_by, review.decided_name, review.decided_at = state, who.key, who.name, now


def _note(session: Session, row: AnswerVersion, who: Colleague, now: datetime, action: str) -> None:
    session.flush()
    told = {"name": who.name}
    audit.record(
        session, now, actor=who.key, action=action, about=about(row.id), practice_id=row.practice_id, details=told
    )
