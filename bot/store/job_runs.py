"""Daily jobs: that only one worker does one, and proof of when it ran, what it removed and how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from bot.store.database import insert_or_skip
from bot.store.tables import JobRun

LEASE = timedelta(minutes=10)  # renewed with every few rows
AFTER_A_FAILURE = timedelta(hours=1)


@dataclass(frozen=True)
class Run:
    """A run that this worker holds until its lease ends. `removed` is what was removed before it was taken over."""

    id: int
    worker: str
    attempts: int
    removed: Mapping[str, int] = field(default_factory=dict)


def is_due(session: Session, job: str, run_key: str, now: datetime) -> bool:
    """Whether `claim` could give the run: a look that takes no lock."""
    row = session.scalars(select(JobRun).where(JobRun.job == job, JobRun.run_key == run_key)).one_or_none()
    return row is None or row.state == "waiting" or (row.state != "done" and (row.lease_until or now) < now)


def claim(session: Session, job: str, run_key: str, worker: str, now: datetime) -> Run | None:
    """Take the run; None if another worker has it, or it is done. One that failed is tried again after an hour."""
    new = {"job": job, "run_key": run_key, "state": "waiting", "attempts": 0, "started_at": now, "removed": {}}
    insert_or_skip(session, JobRun, [new])
    row = session.scalars(
        update(JobRun)
        .where(JobRun.job == job, JobRun.run_key == run_key, _is_free(now))
        .values(state="working", claimed_by=worker, lease_until=now + LEASE, attempts=JobRun.attempts + 1)
        .returning(JobRun)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Run(row.id, worker, row.attempts, dict(row.removed)) if row else None


def _is_free(now: datetime) -> ColumnElement[bool]:
    ended = and_(JobRun.state.in_(("working", "failed")), JobRun.lease_until < now)
    return or_(JobRun.state == "waiting", ended)


def renew(session: Session, run: Run, removed: Mapping[str, int], now: datetime) -> bool:
    """Say how far it is and keep it. False: the lease was lost, so roll back what was done under it."""
    return _update(session, run, removed=dict(removed), lease_until=now + LEASE)


def finish(session: Session, run: Run, removed: Mapping[str, int], now: datetime) -> bool:
    """It is done. False: the lease was lost."""
    return _update(session, run, state="done", removed=dict(removed), finished_at=now, lease_until=None, problem=None)


def fail(session: Session, run: Run, problem: str, now: datetime) -> bool:
    """It broke off; what was removed stays removed."""
    again = now + AFTER_A_FAILURE
    return _update(session, run, state="failed", problem=problem[:255], finished_at=now, lease_until=again)


def _update(session: Session, run: Run, **values: object) -> bool:
    held = (JobRun.id == run.id, JobRun.claimed_by == run.worker, JobRun.attempts == run.attempts)
    changed = session.scalar(
        update(JobRun)
        .where(*held, JobRun.state == "working")
        .values(**values)
        .returning(JobRun.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


def newest(session: Session, job: str, limit: int) -> Sequence[JobRun]:
    """The last runs, newest first."""
    return session.scalars(select(JobRun).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(limit)).all()
