"""Answer versions as staff look at them: lists, one version's history, what is in use and by whom it is owned."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.core.answers import Answer
from bot.core.messages import Nation
from bot.store.answer_rows import about, as_answer, serves
from bot.store.tables import AnswerVersion, AuditEntry

IN_USE = ("approved", "sample")


def listed(
    session: Session, *, topic: str | None = None, status: str | None = None, nation: Nation | None = None
) -> list[AnswerVersion]:
    """The versions that fit, by topic and programme, oldest first; without a status those that are not replaced."""
    wanted = select(AnswerVersion).order_by(AnswerVersion.topic, AnswerVersion.programme, AnswerVersion.id)
    if topic is not None:
        wanted = wanted.where(AnswerVersion.topic == topic)
    wanted = wanted.where(AnswerVersion.status == status if status else AnswerVersion.status != "replaced")
    return [row for row in session.scalars(wanted) if nation is None or nation in row.nations]


def theirs(practice_ids: Collection[int]) -> ColumnElement[bool]:
    """A condition: everybody's wordings and these practices' own."""
    return or_(AnswerVersion.practice_id.is_(None), AnswerVersion.practice_id.in_(practice_ids))


def seen_by(session: Session, practice_ids: Collection[int]) -> Sequence[AnswerVersion]:
    """Every version that somebody of these practices may see, by topic and programme, newest first."""
    wanted = select(AnswerVersion).where(theirs(practice_ids))
    return session.scalars(wanted.order_by(AnswerVersion.topic, AnswerVersion.programme, AnswerVersion.id.desc())).all()


def before(session: Session, row: AnswerVersion) -> list[AnswerVersion]:
    """The earlier versions of the answer to the same question in at least one of the same nations, newest first."""
    earlier = select(AnswerVersion).where(
        AnswerVersion.id < row.id,
        AnswerVersion.topic == row.topic,
        AnswerVersion.programme == row.programme,
        AnswerVersion.language == row.language,
        AnswerVersion.practice_id.is_not_distinct_from(row.practice_id),
    )
    found = session.scalars(earlier.order_by(AnswerVersion.id.desc()))
    return [other for other in found if set(other.nations) & set(row.nations)]


def steps(session: Session, version: int) -> Sequence[AuditEntry]:
    """What happened to a version, by whom and when, oldest first."""
    return session.scalars(select(AuditEntry).where(AuditEntry.about == about(version)).order_by(AuditEntry.id)).all()


def in_use(session: Session, *, accepts_samples: bool) -> list[tuple[Answer, str]]:
    """The answers that patients may get, overdue ones among them, each with its owner."""
    wanted = IN_USE if accepts_samples else ("approved",)
    rows = session.scalars(select(AnswerVersion).where(AnswerVersion.status.in_(wanted)).order_by(AnswerVersion.id))
    return [(as_answer(row), row.owner) for row in rows]


def exportable(session: Session, statuses: Sequence[str]) -> tuple[list[AnswerVersion], list[AnswerVersion]]:
    """One version for each question in each nation, and those left out because another says it. No practice's own.

    The first of `statuses` goes before the next, a newer version before an older one.
    """
    everybodys = AnswerVersion.practice_id.is_(None)
    rows = session.scalars(select(AnswerVersion).where(AnswerVersion.status.in_(statuses), everybodys)).all()
    taken: set[tuple[str, str, str, Nation]] = set()
    kept, left_out = [], []
    for row in sorted(rows, key=lambda row: (statuses.index(row.status), -row.id)):
        questions = {(row.topic, row.programme, row.language, nation) for nation in serves(row)}
        if taken & questions:
            left_out.append(row)
        else:
            taken |= questions
            kept.append(row)
    return sorted(kept, key=lambda row: (row.topic, row.programme, row.id)), left_out


def everybodys_newest(session: Session) -> list[tuple[AnswerVersion, tuple[Nation, ...]]]:
    """The newest wording of all that may be or become live, for each question in each nation. No practice's own.

    A version comes with the nations in which none is newer, in the order of topics and programmes.
    """
    wanted = select(AnswerVersion).where(
        AnswerVersion.status.in_(("approved", "sample", "draft")), AnswerVersion.practice_id.is_(None)
    )
    taken: set[tuple[str, str, str, Nation]] = set()
    found = []
    for row in session.scalars(wanted.order_by(AnswerVersion.id.desc())):
        question = row.topic, row.programme, row.language
        nations = tuple(nation for nation in serves(row) if (*question, nation) not in taken)
        taken |= {(*question, nation) for nation in nations}
        if nations:
            found.append((row, nations))
    return sorted(found, key=lambda one: (one[0].topic, one[0].programme, one[0].id))
