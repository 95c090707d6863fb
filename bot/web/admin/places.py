"""Which practices an admin looks after. What is not theirs does not exist: 404."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.roles import Role
from bot.store.tables import Practice
from bot.web.access import my_practice_ids
from bot.web.sign_in.current import current_user

ADMINS = (Role.PRACTICE_ADMIN.value, Role.SYSTEM_ADMIN.value)  # of pages that show nothing of patients


def mine(session: Session) -> Sequence[Practice]:
    """By name; a system admin has all."""
    found = select(Practice).order_by(Practice.name, Practice.id)
    if not current_user().is_system_admin:
        found = found.where(Practice.id.in_(my_practice_ids()))
    return session.scalars(found).all()


def is_mine(practice_id: int | None) -> bool:
    return current_user().is_system_admin or practice_id in my_practice_ids()


def practice(session: Session, practice_id: int) -> Practice:
    """One of theirs. 404 where it is not, or where there is none."""
    found = session.get(Practice, practice_id) if is_mine(practice_id) else None
    return found or abort(404)
