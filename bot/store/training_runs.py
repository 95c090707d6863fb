"""Training runs: one at a time, each held by one process for as long as it says that it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store import audit
from bot.store.database import insert_or_skip
from bot.store.training_tables import TrainingRun

LEASE = timedelta(seconds=60)  # renewed about once a second
MOST_ATTEMPTS = 3  # after that something in the run itself ends the process
OPEN = "open"
BROKE_OFF = "The training broke off again and again. The log of the trainer says why."


@dataclass(frozen=True)
class Run:
    """A run that this process holds until its lease ends."""

    id: int
    worker: str
    attempts: int
    asked_by: str
    asked_at: datetime


def ask(session: Session, now: datetime, *, actor: str, name: str) -> int | None:
    """Ask for a training; its id. None: another one is waiting or running."""
    row = {"open_key": OPEN, "state": "waiting", "asked_by": actor, "asked_name": name, "asked_at": now}
    if not insert_or_skip(session, TrainingRun, [row | {"step": "", "done": 0, "total": 0, "attempts": 0}]):
        return None
    run_id = session.scalars(select(TrainingRun.id).where(TrainingRun.open_key == OPEN)).one()
    audit.record(session, now, actor=actor, action="training_asked_for", about=f"training {run_id}")
    return run_id


def claim(session: Session, worker: str, now: datetime, only: int | None = None) -> Run | None:
    """Take the run that waits, or one whose process is gone; None: there is none. `only`: this run or none."""
    _give_up(session, now)
    wanted = [_is_free(now)] if only is None else [_is_free(now), TrainingRun.id == only]
    row = session.scalars(
        update(TrainingRun)
        .where(*wanted)
        .values(
            state="working",
            claimed_by=worker,
            lease_until=now + LEASE,
            attempts=TrainingRun.attempts + 1,
            started_at=now,
            step="",
            done=0,
            total=0,
        )
        .returning(TrainingRun)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Run(row.id, worker, row.attempts, row.asked_by, row.asked_at) if row else None


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(TrainingRun.state == "waiting", _is_abandoned(now))


def _is_abandoned(now: datetime) -> ColumnElement[bool]:
    return and_(TrainingRun.state == "working", TrainingRun.lease_until < now)


def _give_up(session: Session, now: datetime) -> None:
    """What was cancelled, or tried too often, while nobody held it is over."""
    over = {"open_key": None, "finished_at": now, "lease_until": None}
    abandoned = update(TrainingRun).where(_is_abandoned(now)).execution_options(synchronize_session=False)
    session.execute(abandoned.where(TrainingRun.cancelled_by.is_not(None)).values(state="cancelled", **over))
    tried = abandoned.where(TrainingRun.attempts >= MOST_ATTEMPTS)
    session.execute(tried.values(state="failed", problem=BROKE_OFF, **over))


def advance(session: Session, run: Run, now: datetime, *, step: str, done: int, total: int) -> bool:
    """Say how far it is and keep it. False: it was cancelled, or the lease was lost: stop."""
    values = {"step": step, "done": done, "total": total, "lease_until": now + LEASE}
    return _update(session, run, TrainingRun.cancelled_by.is_(None), **values)


def give_back(session: Session, run: Run) -> bool:
    """The process ends: another may go on at once. It does not count as a try."""
    return _update(session, run, state="waiting", lease_until=None, attempts=run.attempts - 1, claimed_by=None)


def finish(session: Session, run: Run, now: datetime, state: str, **more: object) -> bool:
    """It is over; `more` are `problem`, `release`, `compared_with` and `found`. False: the lease was lost."""
    over = {"state": state, "open_key": None, "finished_at": now, "lease_until": None}
    return _update(session, run, **over, **more)


def _update(session: Session, run: Run, *conditions: ColumnElement[bool], **values: object) -> bool:
    held = (TrainingRun.id == run.id, TrainingRun.claimed_by == run.worker, TrainingRun.state == "working")
    changed = session.scalar(
        update(TrainingRun)
        .where(*held, *conditions)
        .values(**values)
        .returning(TrainingRun.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


def cancel(session: Session, run_id: int, now: datetime, *, actor: str) -> bool:
    """Stop it: at once while nobody holds it, else as soon as its process looks. False: it is over already."""
    row = session.get(TrainingRun, run_id, with_for_update=True)
    if row is None or row.open_key is None:
        return False
    if row.cancelled_by is None:
        row.cancelled_by = actor
        audit.record(session, now, actor=actor, action="training_cancelled", about=f"training {run_id}")
    if row.state == "waiting":
        row.state, row.open_key, row.finished_at = "cancelled", None, now
    return True


def find(session: Session, run_id: int) -> TrainingRun | None:
    return session.get(TrainingRun, run_id)


def open_run(session: Session) -> TrainingRun | None:
    """The run that waits or goes on."""
    return session.scalars(select(TrainingRun).where(TrainingRun.open_key == OPEN)).one_or_none()


def of_release(session: Session, name: str) -> TrainingRun | None:
    """The last run that evaluated a release."""
    theirs = select(TrainingRun).where(TrainingRun.release == name).order_by(TrainingRun.id.desc())
    return session.scalars(theirs.limit(1)).one_or_none()


def ids_by_release(session: Session, names: Sequence[str]) -> dict[str, int]:
    """The last run that evaluated each of these releases; those that none evaluated are left out."""
    theirs = select(TrainingRun.release, func.max(TrainingRun.id)).where(TrainingRun.release.in_(names))
    return {name: run_id for name, run_id in session.execute(theirs.group_by(TrainingRun.release)) if name}


def newest(session: Session, limit: int) -> Sequence[RowMapping]:
    """The last runs, newest first, without what they found."""
    columns = [column for column in TrainingRun.__table__.columns if column.name != "found"]
    rows = session.execute(select(*columns).order_by(TrainingRun.id.desc()).limit(limit))
    return rows.mappings().all()
