"""The texts that a practice's staff often send."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import audit
from bot.store.desk_tables import CannedReply

LONGEST_TITLE = 80  # characters
LONGEST_TEXT = 10_000  # like any reply of staff


def of_practice(session: Session, practice_id: int) -> Sequence[CannedReply]:
    """By title."""
    found = select(CannedReply).where(CannedReply.practice_id == practice_id)
    return session.scalars(found.order_by(CannedReply.title)).all()


def save(session: Session, practice_id: int, now: datetime, *, actor: str, title: str, text: str) -> CannedReply:
    """Add one, or change the one of this title. Raises ValueError where a part is missing or too long."""
    title, text = _checked(title, text)
    row = _find(session, practice_id, title)
    if row is None:
        row = CannedReply(practice_id=practice_id, title=title)
        session.add(row)
    row.text, row.changed_at = text, now
    session.flush()
    _record(session, practice_id, now, actor, "saved a canned reply", row.id)
    return row


def find(session: Session, reply_id: int) -> CannedReply | None:
    """Whichever practice has it."""
    return session.get(CannedReply, reply_id)


def change(session: Session, reply_id: int, now: datetime, *, actor: str, title: str, text: str) -> bool:
    """False: another one of the practice has this title. Raises ValueError like `save`."""
    row = session.get_one(CannedReply, reply_id)
    title, text = _checked(title, text)
    other = _find(session, row.practice_id, title)
    if other is not None and other.id != row.id:
        return False
    row.title, row.text, row.changed_at = title, text, now
    session.flush()
    _record(session, row.practice_id, now, actor, "changed a canned reply", row.id)
    return True


def has(session: Session, practice_id: int, title: str) -> bool:
    """Whether the practice has one of this title."""
    return _find(session, practice_id, " ".join(title.split())) is not None


def remove(session: Session, practice_id: int, now: datetime, *, actor: str, reply_id: int) -> bool:
    """False: the practice has no such one."""
    row = session.get(CannedReply, reply_id)
    if row is None or row.practice_id != practice_id:
        return False
    session.delete(row)
    session.flush()
    _record(session, practice_id, now, actor, "removed a canned reply", reply_id)
    return True


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = " ".join(title.split()), text.strip()
    if not title or len(title) > LONGEST_TITLE or not text or len(text) > LONGEST_TEXT:
        raise ValueError(f"a canned reply has a text, and a title of at most {LONGEST_TITLE} characters")
    return title, text


def _find(session: Session, practice_id: int, title: str) -> CannedReply | None:
    same = select(CannedReply).where(CannedReply.practice_id == practice_id, CannedReply.title == title)
    return session.scalars(same).one_or_none()


def _record(session: Session, practice_id: int, now: datetime, actor: str, action: str, reply_id: int) -> None:
    about = f"canned_reply {reply_id}"
    audit.record(session, now, actor=actor, action=action, about=about, practice_id=practice_id)
