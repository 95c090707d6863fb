"""The `state` values of OpenID sign-ins that came back: each may come back once."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.store.database import insert_or_skip
from bot.store.people_tables import UsedState
from bot.store.tokens import hash_of


def is_first_use(session: Session, now: datetime, state: str) -> bool:
    """Whether nobody came back with it before. The primary key decides between two at once."""
    return insert_or_skip(session, UsedState, [{"state_hash": hash_of(state), "used_at": now}]) == 1
