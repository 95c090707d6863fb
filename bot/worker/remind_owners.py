"""Once a day: whose answers are due for review, or withheld already, gets one e-mail about those that are new."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from bot.core.answer_gaps import Due
from bot.core.notices import to_review
from bot.store import answer_tasks, notifications, practices
from bot.wiring import Services
from bot.worker import job

log = structlog.get_logger()

EVERY = 60.0  # seconds between two looks
JOB = "answer_reviews"


def remind_owners(services: Services, worker: str) -> bool:
    """Do the run of this day, if nobody has done it yet. Always False, so that the loop pauses after it."""
    done = job.once_a_day(services, JOB, worker, lambda _run: _open_and_tell(services))
    if done is not None:
        log.info("answer_reviews_done", opened=done["opened"], told=done["told"])
    return False


def _open_and_tell(services: Services) -> dict[str, int]:
    """How many tasks are new, and how many owners were written to. All or nothing: one transaction."""
    with services.database.write() as session:
        return _open_and_tell_in(services, session)


def _open_and_tell_in(services: Services, session: Session) -> dict[str, int]:
    now = services.now()
    tasks = answer_tasks.open_tasks(session, now.date(), accepts_samples=services.settings.is_demo)
    opened = answer_tasks.note(session, [task.due for task in tasks], now)
    by_owner: dict[tuple[str, int | None], list[Due]] = defaultdict(list)
    for task in tasks:
        if task.told_at is None:
            by_owner[task.due.owner.casefold(), task.due.practice_id].append(task.due)
    told = [_tell(services, session, owner, whose, theirs) for (owner, whose), theirs in by_owner.items()]
    return {"opened": opened, "told": sum(told)}


def _tell(services: Services, session: Session, owner: str, practice_id: int | None, theirs: Sequence[Due]) -> bool:
    """False: nobody can be told. The task stays untold, and the next day's run tries again."""
    sender = practices.first(session) if practice_id is None else practices.find(session, practice_id)
    addresses = answer_tasks.addresses_of(session, owner, practice_id)
    if services.mailer is None or sender is None or not addresses:
        return False
    whose = hashlib.sha256(f"{practice_id} {owner}".encode()).hexdigest()[:32]
    notice = to_review(theirs, services.settings.public_url)
    now = services.now()
    notifications.add(session, sender.id, f"answer review {now:%Y-%m-%d} {whose}", addresses, notice, now)
    answer_tasks.mark_told(session, theirs, now)
    return True
