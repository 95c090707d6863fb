"""The daily reconciliation: one process does it, and its result is in the metrics until the next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.store import audit, reconciling
from bot.store.database import Database
from bot.store.reconciling import CHECKS, Check
from bot.wiring import Services
from bot.worker import job

log = structlog.get_logger()

EVERY = 60.0  # seconds between two looks
JOB = "reconcile"
SHOWN = 10  # numbers of rows kept of each finding
AT_ONCE = 500  # rows repaired in one transaction


@dataclass(frozen=True)
class Found:
    """What one check found: how many, and the first of them."""

    check: Check
    count: int
    first: tuple[int, ...]
    repaired: int = 0


def reconcile(services: Services, worker: str) -> bool:
    """Do the run of this day, if nobody has done it yet. Always False, so that the loop pauses after it."""
    counts = job.once_a_day(services, JOB, worker, lambda _run: _counts(services))
    if counts is not None:
        wrong = {name: count for name, count in counts.items() if count}
        (log.error if wrong else log.info)("reconciled", found=wrong)
    return False


def _counts(services: Services) -> dict[str, int]:
    return {found.check.name: found.count for found in look(services.database, services.now)}


def look(database: Database, clock: Callable[[], datetime], *, repair_by: str = "", why: str = "") -> Iterator[Found]:
    """Every check in its order. With `repair_by`, what is safe to repair is repaired and put into the audit."""
    now = clock()
    for check in CHECKS:
        with database.read() as session:
            stretches = list(reconciling.stretches(session, check))
        keys: list[int] = []
        for stretch in stretches:
            with database.read() as session:
                keys.extend(reconciling.find(session, check, stretch, now))
        repaired = _repair(database, check, keys, now, repair_by, why) if repair_by and check.repair else 0
        yield Found(check, len(keys), tuple(keys[:SHOWN]), repaired)


def _repair(database: Database, check: Check, keys: list[int], now: datetime, by: str, why: str) -> int:
    repaired = 0
    for start in range(0, len(keys), AT_ONCE):
        with database.write() as session:
            changed = reconciling.repair(session, check, keys[start : start + AT_ONCE], now)
            details = {"what": check.name, "rows": changed, "why": why}
            audit.record(session, now, actor=by, action="reconcile_repair", about="the queues", details=details)
        repaired += changed
    return repaired
