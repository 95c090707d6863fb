"""What a stored answer version is to the rules: who it serves now, and which other versions it takes over from."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.answer_lifecycle import Carried, may_still_leave, nations_left
from bot.core.answers import Answer
from bot.core.messages import Nation
from bot.store.tables import AnswerVersion

LOCK = "answers"  # for one_at_a_time: each change looks at the versions that it replaces
Change = tuple[AnswerVersion, str]
"""A version and what happened to it, in the words of the audit."""


def about(version: int) -> str:
    """How the audit names an answer version."""
    return f"answer_version {version}"


def serves(row: AnswerVersion) -> tuple[Nation, ...]:
    """The nations that a version serves now."""
    named = row.nations if row.live_nations is None else row.live_nations
    return tuple(Nation(nation) for nation in named)


def as_answer(row: AnswerVersion) -> Answer:
    return Answer(
        version=row.id,
        topic=row.topic,
        programme=row.programme,
        nations=serves(row),
        text=row.text,
        status=row.status,
        review_by=date.fromisoformat(row.review_by),
        language=row.language,
        practice_id=row.practice_id,
    )


def take_over(row: AnswerVersion, others: Iterable[AnswerVersion]) -> list[Change]:
    """`row` serves its nations from now on; `others` for the same question serve what is left to them."""
    changes = []
    for other in others:
        if other.id == row.id or _question(other) != _question(row):
            continue
        left = nations_left(serves(other), serves(row))
        if left == serves(other):
            continue
        other.live_nations = [str(nation) for nation in left]
        if not left:
            other.status = "replaced"
        changes.append((other, "serves fewer nations" if left else "replaced"))
    return changes


def _question(row: AnswerVersion) -> tuple[object, ...]:
    return row.practice_id, row.topic, row.programme, row.language


def all_may_leave(session: Session, versions: Collection[int], today: date, *, accepts_samples: bool) -> bool:
    """Whether messages with these versions may still be sent, as the database has them now."""
    if not versions:
        return True
    facts = select(AnswerVersion.status, AnswerVersion.approved_at, AnswerVersion.review_by)
    found = session.execute(facts.where(AnswerVersion.id.in_(versions))).all()
    return len(found) == len(set(versions)) and all(
        may_still_leave(carried(*row), today, accepts_samples=accepts_samples) for row in found
    )


def carried(status: str, approved_at: datetime | None, review_by: str) -> Carried:
    """A version as the rules see it."""
    return Carried(status, approved_at is not None, date.fromisoformat(review_by))
