"""Signs of life of the workers, for `/readyz`."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.tables import Heartbeat


def beat(session: Session, worker: str, now: datetime) -> None:
    session.merge(Heartbeat(worker=worker, beat_at=now))


def newest(session: Session) -> datetime | None:
    """When any worker last went round; None if none ever did."""
    return session.scalar(select(func.max(Heartbeat.beat_at)))
