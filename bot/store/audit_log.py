"""The audit as people look through it: by practice, person, action and day, a page at a time, newest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bot.store.people_tables import Membership, User
from bot.store.tables import AuditEntry

PAGE_SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """Which entries. `practice_ids`: None for every entry of the service; `start` and `end` bound the time."""

    practice_ids: Collection[int] | None = field(default=())
    actor: str = ""
    action: str = ""
    start: datetime | None = None
    end: datetime | None = None


def entries(session: Session, wanted: Wanted, *, before: int | None = None, limit: int) -> Sequence[AuditEntry]:
    """The newest that fit, with a smaller id than `before`."""
    found = select(AuditEntry).where(*_conditions(session, wanted))
    if before is not None:
        found = found.where(AuditEntry.id < before)
    return session.scalars(found.order_by(AuditEntry.id.desc()).limit(limit)).all()


def choices(session: Session, practice_ids: Collection[int] | None) -> tuple[list[str], list[str]]:
    """The actors and the actions that there are to choose from."""
    mine = _conditions(session, Wanted(practice_ids))
    actors = session.scalars(select(AuditEntry.actor).where(*mine).distinct().order_by(AuditEntry.actor))
    actions = session.scalars(select(AuditEntry.action).where(*mine).distinct().order_by(AuditEntry.action))
    return list(actors), list(actions)


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.practice_ids is not None:
        found.append(_of_practices(session, wanted.practice_ids))
    if wanted.actor:
        found.append(AuditEntry.actor == wanted.actor)
    if wanted.action:
        found.append(AuditEntry.action == wanted.action)
    if wanted.start:
        found.append(AuditEntry.at >= wanted.start)
    if wanted.end:
        found.append(AuditEntry.at < wanted.end)
    return found


def _of_practices(session: Session, practice_ids: Collection[int]) -> ColumnElement[bool]:
    """What happened at these practices; and how those who work nowhere else signed in and were managed."""
    elsewhere = select(Membership.user_id).where(Membership.practice_id.not_in(practice_ids))
    theirs = select(Membership.user_id).where(
        Membership.practice_id.in_(practice_ids), Membership.user_id.not_in(elsewhere)
    )
    ours = session.scalars(select(User.id).where(User.id.in_(theirs), User.is_system_admin.is_(False)))
    keys = [f"user {user_id}" for user_id in ours]
    of_people = and_(AuditEntry.practice_id.is_(None), AuditEntry.actor.in_(keys), AuditEntry.about.in_(keys))
    return or_(AuditEntry.practice_id.in_(practice_ids), of_people)
