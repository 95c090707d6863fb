"""Signs of life of the processes that answer at no port: the workers and the trainer process."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.tables import Heartbeat

ALIVE = timedelta(seconds=30)  # since the last sign: six times as long as between two
WORKER, TRAINER = "worker", "trainer"


def beat(session: Session, name: str, now: datetime, process: str = WORKER) -> None:
    session.merge(Heartbeat(worker=name, process=process, beat_at=now))


def newest(session: Session, process: str = WORKER) -> datetime | None:
    """When any of them last went round; None if none ever did."""
    return session.scalar(select(func.max(Heartbeat.beat_at)).where(Heartbeat.process == process))


def alive(session: Session, now: datetime, process: str = WORKER) -> int:
    """How many gave a sign lately."""
    lately = (Heartbeat.process == process, Heartbeat.beat_at >= now - ALIVE)
    return session.scalar(select(func.count()).select_from(Heartbeat).where(*lately)) or 0
