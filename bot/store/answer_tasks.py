"""What owners of answers have to do: review those that are due or already withheld, and whether they were told.

A task is open as long as its answer is in use and due. It ends by itself when the answer is renewed or withdrawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.answer_gaps import Due, due
from bot.core.roles import Role
from bot.store import answer_queries
from bot.store.answer_tables import AnswerTask
from bot.store.database import insert_or_skip
from bot.store.people_tables import Membership, User

WHO_STANDS_IN = (Role.CLINICAL_APPROVER, Role.PRACTICE_ADMIN)


@dataclass(frozen=True)
class OpenTask:
    """An answer to review. `opened_at` is None until the daily job has seen it, `told_at` until somebody was told."""

    due: Due
    opened_at: datetime | None
    told_at: datetime | None


def open_tasks(session: Session, today: date, *, accepts_samples: bool) -> list[OpenTask]:
    """Every open task, by owner, the oldest review date first."""
    found = due(answer_queries.in_use(session, accepts_samples=accepts_samples), today)
    noted = {(row.version_id, row.stage): row for row in session.scalars(select(AnswerTask))}
    return [_open(one, noted.get((one.version, one.stage))) for one in found]


def _open(one: Due, row: AnswerTask | None) -> OpenTask:
    return OpenTask(one, row.opened_at, row.told_at) if row else OpenTask(one, None, None)


def note(session: Session, found: Iterable[Due], now: datetime) -> int:
    """Open a task for each that has none at its stage. Returns how many are new."""
    rows = [{"version_id": one.version, "stage": one.stage, "opened_at": now} for one in found]
    return insert_or_skip(session, AnswerTask, rows)


def mark_told(session: Session, found: Iterable[Due], now: datetime) -> None:
    """An e-mail about these is queued."""
    for one in found:
        task = (AnswerTask.version_id == one.version, AnswerTask.stage == one.stage)
        session.execute(update(AnswerTask).where(*task, AnswerTask.told_at.is_(None)).values(told_at=now))


def addresses_of(session: Session, owner: str, practice_id: int | None = None) -> Sequence[str]:
    """Where to reach an owner, who is written as a person, a role or an address: whom it names, else who stands in.

    Those are the clinical approvers and practice admins: all of them, or those of the practice whose own wording it
    is. Of such a wording no user hears who is nothing at that practice. Who is disabled hears of none.
    """
    members = select(Membership.user_id)
    users = select(User).order_by(User.email)
    if practice_id is not None:
        members = members.where(Membership.practice_id == practice_id)
        users = users.where(User.id.in_(members))
    known = session.scalars(users).all()
    written = " ".join(owner.casefold().split())
    named = [user for user in known if written in (user.email, " ".join(user.name.casefold().split()))]
    if len(named) == 1 and named[0].disabled_at is None:
        return [named[0].email]
    if "@" in written and " " not in written and not named:
        return [written]
    standing_in = set(session.scalars(members.where(Membership.role.in_([role.value for role in WHO_STANDS_IN]))))
    return [user.email for user in known if user.id in standing_in and user.disabled_at is None]
