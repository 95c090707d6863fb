"""The daily deletion of what has been kept long enough: one worker does it, in small steps, and leaves proof."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.store import job_runs, retention
from bot.store.database import Database
from bot.store.retention_periods import RetentionPeriods, read_periods
from bot.wiring import Services

log = structlog.get_logger()

EVERY = 60.0  # seconds between two looks
JOB = "retention"
Progress = Callable[[str, int], object]  # class of data, rows removed so far


class NotOurs(Exception):
    """Another worker has the run now; what was done in this step is rolled back."""


def retain(services: Services, worker: str) -> bool:
    """Do the run of this day, if nobody has done it yet. Always False, so that the loop pauses after it."""
    now = services.now()
    day = f"{now:%Y-%m-%d}"
    with services.database.read() as session:
        if not job_runs.is_due(session, JOB, day, now):
            return False
    run_once(services.database, services.now, read_periods(services.settings.retention), worker, day)
    return False


def run_once(
    database: Database,
    clock: Callable[[], datetime],
    periods: RetentionPeriods,
    worker: str,
    run_key: str,
    progress: Progress = lambda _name, _rows: None,
) -> dict[str, int] | None:
    """Delete what has had its time. Returns the rows removed of each class; None if another worker has the run."""
    with database.write() as session:
        run = job_runs.claim(session, JOB, run_key, worker, clock())
    if run is None:
        return None
    try:
        removed = _remove_all(database, clock, periods, run, progress)
        with database.write() as session:
            job_runs.finish(session, run, removed, clock())
    except NotOurs:
        log.warning("retention_lease_lost")
        return None
    except Exception as error:
        with database.write() as session:
            job_runs.fail(session, run, type(error).__name__, clock())
        raise
    log.info("retention_done", removed=removed)
    return removed


def _remove_all(
    database: Database,
    clock: Callable[[], datetime],
    periods: RetentionPeriods,
    run: job_runs.Run,
    progress: Progress,
) -> dict[str, int]:
    removed = Counter({kind.name: run.removed.get(kind.name, 0) for kind in retention.CLASSES})
    for kind in retention.CLASSES:
        rows = -1
        while rows:
            with database.write() as session:
                rows = retention.remove_some(session, kind, periods, clock())
                removed[kind.name] += rows
                if not job_runs.renew(session, run, removed, clock()):
                    raise NotOurs
            progress(kind.name, removed[kind.name])
    if not database.scrub():
        log.warning("retention_log_not_emptied")  # someone was reading: the next checkpoint or run does it
    return dict(removed)
