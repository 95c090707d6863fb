"""A job that one of all workers does: see that it is due, take it, do it, and leave proof of how it ended."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.store import job_runs
from bot.store.database import Database
from bot.store.job_runs import Run
from bot.wiring import Services

log = structlog.get_logger()

Counts = Mapping[str, int]
Work = Callable[[Run], Counts]


class NotOurs(Exception):
    """Another worker has the run now; what was done in this step is rolled back."""


def once_a_day(services: Services, job: str, worker: str, work: Work) -> Counts | None:
    """Do the run of this day (UTC). See `if_due`."""
    return if_due(services, job, f"{services.now():%Y-%m-%d}", worker, work)


def slot_of(now: datetime, seconds: int) -> str:
    """The key of a run of which there is at most one in so many seconds."""
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=now.tzinfo).isoformat(timespec="minutes")


def if_due(services: Services, job: str, run_key: str, worker: str, work: Work) -> Counts | None:
    """Do this run unless it is done or another worker has it: then None. The look takes no lock."""
    with services.database.read() as session:
        if not job_runs.is_due(session, job, run_key, services.now()):
            return None
    return run_now(services.database, services.now, job, run_key, worker, work)


def run_now(
    database: Database, clock: Callable[[], datetime], job: str, run_key: str, worker: str, work: Work
) -> Counts | None:
    """Returns the counts that `work` ends with, which are kept; None if another worker has the run or took it over.

    `work` is done with no transaction open, and again from its start where a worker died over it or it raised: what
    it has stored it must not do twice. What it raises is kept as the problem of the run, and goes on.
    """
    with database.write() as session:
        run = job_runs.claim(session, job, run_key, worker, clock())
    if run is None:
        return None
    try:
        counts = work(run)
        with database.write() as session:
            job_runs.finish(session, run, counts, clock())
    except NotOurs:
        log.warning("job_lease_lost", job=job)
        return None
    except Exception as error:
        with database.write() as session:
            job_runs.fail(session, run, type(error).__name__, clock())
        raise
    return counts
