"""Once a day: whose answers are due for review, or withheld already, gets one e-mail about those that are new."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from bot.core.answer_gaps import Due
from bot.core.notices import to_review
from bot.store import answer_tasks, job_runs, notifications, practices
from bot.wiring import Services

log = structlog.get_logger()

EVERY = 60.0  # seconds between two looks
JOB = "answer_reviews"


def remind_owners(services: Services, worker: str) -> bool:
    """Do the run of this day, if nobody has done it yet. Always False, so that the loop pauses after it.

    All of it is one transaction, which does not last: a run that breaks off leaves nothing and is done anew.
    """
    now = services.now()
    day = f"{now:%Y-%m-%d}"
    with services.database.read() as session:
        if not job_runs.is_due(session, JOB, day, now):
            return False
    with services.database.write() as session:
        run = job_runs.claim(session, JOB, day, worker, now)
        if run is None:
            return False
        opened, told = _open_and_tell(services, session, day)
        job_runs.finish(session, run, {}, now)
    log.info("answer_reviews_done", opened=opened, told=told)
    return False


def _open_and_tell(services: Services, session: Session, day: str) -> tuple[int, int]:
    """Returns how many tasks are new, and how many owners were written to."""
    now = services.now()
    tasks = answer_tasks.open_tasks(session, now.date(), accepts_samples=services.settings.is_demo)
    opened = answer_tasks.note(session, [task.due for task in tasks], now)
    by_owner: dict[tuple[str, int | None], list[Due]] = defaultdict(list)
    for task in tasks:
        if task.told_at is None:
            by_owner[task.due.owner.casefold(), task.due.practice_id].append(task.due)
    told = [_tell(services, session, owner, whose, theirs, day) for (owner, whose), theirs in by_owner.items()]
    return opened, sum(told)


def _tell(
    services: Services, session: Session, owner: str, practice_id: int | None, theirs: Sequence[Due], day: str
) -> bool:
    """False: nobody can be told. The task stays untold, and the next day's run tries again."""
    sender = practices.first(session) if practice_id is None else practices.find(session, practice_id)
    addresses = answer_tasks.addresses_of(session, owner, practice_id)
    if services.mailer is None or sender is None or not addresses:
        return False
    whose = hashlib.sha256(f"{practice_id} {owner}".encode()).hexdigest()[:32]
    notice = to_review(theirs, services.settings.public_url)
    notifications.add(session, sender.id, f"answer review {day} {whose}", addresses, notice, services.now())
    answer_tasks.mark_told(session, theirs, services.now())
    return True
