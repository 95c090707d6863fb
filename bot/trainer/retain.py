"""The daily deletion of what has been kept long enough: one process does it, in small steps, and leaves proof."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

import structlog

from bot.store import job_runs, retention
from bot.store.database import Database
from bot.store.retention import DataClass, Keys
from bot.store.retention_periods import RetentionPeriods, read_periods
from bot.wiring import Services
from bot.worker import job

log = structlog.get_logger()

EVERY = 60.0  # seconds between two looks
JOB = "retention"
Progress = Callable[[str, int], object]  # class of data, rows removed so far


def retain(services: Services, worker: str) -> bool:
    """Do the run of this day, if nobody has done it yet. Always False, so that the loop pauses after it."""

    def work(run: job_runs.Run) -> Mapping[str, int]:
        periods = read_periods(services.settings.retention)
        return _remove_all(services.database, services.now, periods, _quiet, run)

    _told(job.once_a_day(services, JOB, worker, work))
    return False


def run_once(
    database: Database,
    clock: Callable[[], datetime],
    periods: RetentionPeriods,
    worker: str,
    run_key: str,
    progress: Progress,
) -> Mapping[str, int] | None:
    """Delete what has had its time. Returns the rows removed of each class; None if another worker has the run."""
    work = partial(_remove_all, database, clock, periods, progress)
    return _told(job.run_now(database, clock, JOB, run_key, worker, work))


def _quiet(_name: str, _rows: int) -> None:
    """Nobody looks on."""


def _told(removed: Mapping[str, int] | None) -> Mapping[str, int] | None:
    if removed is not None:
        log.info("retention_done", removed=dict(removed))
    return removed


def _found(
    database: Database, clock: Callable[[], datetime], periods: RetentionPeriods, kind: DataClass
) -> Iterator[Keys]:
    """What has had its time, a few rows at a time."""
    keys: Keys = ()
    while True:
        with database.read() as session:
            keys = retention.find_some(session, kind, periods, clock(), keys)
        if not keys:
            return
        yield keys


def _remove_all(
    database: Database,
    clock: Callable[[], datetime],
    periods: RetentionPeriods,
    progress: Progress,
    run: job_runs.Run,
) -> dict[str, int]:
    removed = Counter({kind.name: run.removed.get(kind.name, 0) for kind in retention.CLASSES})
    for kind in retention.CLASSES:
        for keys in _found(database, clock, periods, kind):
            with database.write() as session:
                removed[kind.name] += retention.remove(session, kind, periods, clock(), keys)
                if not job_runs.renew(session, run, removed, clock()):
                    raise job.NotOurs
            progress(kind.name, removed[kind.name])
    if not database.scrub():
        log.warning("retention_log_not_emptied")  # someone was reading: the next checkpoint or run does it
    return dict(removed)
