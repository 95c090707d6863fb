"""Messages for trainers are put into groups again when new ones came: one process does it, and says how far it is.

What nobody has read yet is read by the worker (`bot.worker.read_again`), which may ask the model.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np
import structlog

from bot.core.grouping import Grouped, group
from bot.core.likeness import NUMBERS, Halves, vectors_of
from bot.lasting import give_back
from bot.store import grouping, job_runs
from bot.store.database import ROWS_AT_ONCE, Database
from bot.wiring import Services
from bot.worker import job

log = structlog.get_logger()

EVERY = 10.0  # seconds between two looks
SLOT = 300  # seconds: at most one run in each
JOB = "grouping"
KEPT_AT_ONCE = 500
TELL_EVERY = 0.5  # seconds between two words of progress


def group_next(services: Services, worker: str) -> bool:
    """Do the run of this moment, if new messages came and nobody has done it. Always False: the loop pauses."""
    slot = job.slot_of(services.now(), SLOT)
    with services.database.read() as session:
        if not grouping.is_due(session):
            return False
    grouped = job.if_due(
        services, JOB, slot, worker, lambda run: group_all(services.database, _Progress(services, run).of)
    )
    if grouped is not None:
        give_back()
        log.info("grouping_done", messages=grouped["of"])
    return False


class _Progress:
    """Says in the database how many of how many messages are compared, now and then. Raises job.NotOurs."""

    def __init__(self, services: Services, run: job_runs.Run) -> None:
        self._services, self._run, self._next = services, run, 0.0

    def of(self, total: int) -> Callable[[int], None]:
        return lambda done: self._tell(done, total)

    def _tell(self, done: int, total: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + TELL_EVERY
        with self._services.database.write() as session:
            if not job_runs.renew(session, self._run, {"compared": done, "of": total}, self._services.now()):
                raise job.NotOurs


def group_all(database: Database, tell: Callable[[int], Callable[[int], None]]) -> dict[str, int]:
    """How many of how many messages are compared. `tell(total)` gives what is called with how many are done."""
    ids, vectors = _read(database)
    if ids:
        _keep(database, ids, group(vectors, tell(len(ids))))
    return {"compared": len(ids), "of": len(ids)}


def _read(database: Database) -> tuple[list[int], Halves]:
    """The messages to compare, oldest first. As text, all at once, they would take three times the memory."""
    ids: list[int] = []
    with database.read() as session:
        wanted = grouping.to_compare(session)
        rows = np.empty((len(wanted), NUMBERS), dtype=np.float16)
        for start in range(0, len(wanted), ROWS_AT_ONCE):
            portion = grouping.vectors(session, wanted[start : start + ROWS_AT_ONCE])
            rows[len(ids) : len(ids) + len(portion)] = vectors_of([vector for _, vector in portion])
            ids += [number for number, _ in portion]
    return ids, rows[: len(ids)]


def _keep(database: Database, ids: Sequence[int], found: Grouped) -> None:
    groups = [
        (ids[row], ids[founder], round(float(likeness), 4))
        for row, (founder, likeness) in enumerate(zip(found.founder, found.likeness, strict=True))
    ]
    for start in range(0, len(groups), KEPT_AT_ONCE):
        with database.write() as session:
            grouping.keep_groups(session, groups[start : start + KEPT_AT_ONCE])
    with database.write() as session:
        grouping.leave_alone(session, ids[0])
