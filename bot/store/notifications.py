"""The third queue: e-mails to staff. Claimed with a lease and tried again, like messages to patients."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from bot.core.notices import Notice
from bot.store.database import insert_or_skip
from bot.store.desk_tables import Notification

LEASE = timedelta(seconds=120)  # more than all timeouts of one e-mail


@dataclass(frozen=True)
class ToMail:
    """An e-mail that this worker holds until its lease ends."""

    id: int
    address: str
    notice: Notice
    attempts: int
    worker: str


def add(session: Session, practice_id: int, key: str, addresses: Iterable[str], notice: Notice, now: datetime) -> int:
    """Queue one e-mail for each address. Those that know `key` already get none. Returns how many are new."""
    rows = [
        {
            "practice_id": practice_id,
            "key": key,
            "address": address,
            "subject": notice.subject[:255],
            "body": notice.body,
            "state": "waiting",
            "attempts": 0,
            "due_at": now,
        }
        for address in addresses
    ]
    return insert_or_skip(session, Notification, rows)


def knows(session: Session, key: str) -> bool:
    """Whether somebody was told of it already."""
    return session.scalar(select(Notification.id).where(Notification.key == key).limit(1)) is not None


def claim_next(session: Session, worker: str, now: datetime) -> ToMail | None:
    """Take the e-mail that is due first, or None."""
    oldest = (
        select(Notification.id)
        .where(_is_free(now))
        .order_by(Notification.due_at, Notification.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.scalar(oldest)
    if found is None:
        return None
    row = session.scalars(
        update(Notification)
        .where(Notification.id == found, _is_free(now))
        .values(state="sending", claimed_by=worker, lease_until=now + LEASE, attempts=Notification.attempts + 1)
        .returning(Notification)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return ToMail(row.id, row.address, Notice(row.subject, row.body), row.attempts, worker) if row else None


def _is_free(now: datetime) -> ColumnElement[bool]:
    due = and_(Notification.state == "waiting", Notification.due_at <= now)
    return or_(due, and_(Notification.state == "sending", Notification.lease_until < now))


def mark_sent(session: Session, mail: ToMail, now: datetime) -> bool:
    """The mail server took it. False: the lease was lost meanwhile."""
    return _settle(session, mail, state="sent", sent_at=now, problem=None)


def mark_failed(session: Session, mail: ToMail, problem: str) -> bool:
    """It is given up."""
    return _settle(session, mail, state="failed", problem=problem[:255])


def try_again(session: Session, mail: ToMail, due_at: datetime, problem: str) -> bool:
    return _settle(session, mail, state="waiting", due_at=due_at, problem=problem[:255])


def _settle(session: Session, mail: ToMail, **values: object) -> bool:
    statement = (
        update(Notification)
        .where(
            Notification.id == mail.id,
            Notification.state == "sending",
            Notification.claimed_by == mail.worker,
            Notification.attempts == mail.attempts,
        )
        .values(lease_until=None, **values)
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None
