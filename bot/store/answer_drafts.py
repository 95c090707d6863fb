"""Wordings that are written on a page: each save is a new version, and a page that is out of date saves nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague
from bot.errors import Refused
from bot.store import audit
from bot.store.answer_changes import begin, close_review, find
from bot.store.answer_rows import about
from bot.store.answers import Written, as_row, content_hash, is_rewritten, refuse_unfit
from bot.store.tables import AnswerVersion


@dataclass(frozen=True)
class Saved:
    """The version that holds the wording; `is_stale`: nothing was saved, because this one came meanwhile."""

    version: int
    is_stale: bool = False


def newest(session: Session) -> int:
    """The number of the newest version of all: what a page that is shown now has seen. 0 where there is none."""
    return session.scalar(select(func.max(AnswerVersion.id))) or 0


def save(
    session: Session,
    written: Written,
    who: Colleague,
    now: datetime,
    *,
    practice_id: int | None,
    seen: int,
    base: int | None = None,
) -> Saved:
    """Store a wording as a draft. `base` is the version that was edited: if it is a draft, this one replaces it.

    `practice_id`: whose own wording it is; None: everybody's. Raises Refused for what the lint or a rule refuses.
    """
    refuse_unfit(written)
    begin(session)
    if came := _came_meanwhile(session, written, practice_id, seen):
        return Saved(came.id, is_stale=True)
    _refuse_withdrawn_words(session, written)
    key = content_hash(written, practice_id)
    row = session.scalars(select(AnswerVersion).where(AnswerVersion.content_hash == key)).one_or_none()
    changed = row is None or row.status == "replaced"
    row = _again(row) if row else _add(session, written, who, now, key, practice_id)
    if base is not None and base != row.id:
        _replace_draft(session, base, row, who, now)
    if changed:
        _note(session, row, who, now, "drafted", {"topic": row.topic, "programme": row.programme})
    return Saved(row.id)


def discard(session: Session, version: int, who: Colleague, now: datetime) -> None:
    """A draft is not wanted any more. Raises Refused for what is no draft."""
    begin(session)
    row = find(session, version)
    if row.status != "draft":
        raise Refused(f"version {version} is {row.status}: only a draft can be discarded")
    row.status = "replaced"
    close_review(session, version, now)
    _note(session, row, who, now, "discarded", {})


def _came_meanwhile(session: Session, written: Written, practice_id: int | None, seen: int) -> AnswerVersion | None:
    later = select(AnswerVersion).where(
        AnswerVersion.id > seen,
        AnswerVersion.topic == written.topic,
        AnswerVersion.programme == written.programme,
        AnswerVersion.language == written.language,
        AnswerVersion.practice_id.is_not_distinct_from(practice_id),
    )
    found = session.scalars(later.order_by(AnswerVersion.id.desc()))
    return next((row for row in found if set(row.nations) & set(written.nations)), None)


def _refuse_withdrawn_words(session: Session, written: Written) -> None:
    unsafe = session.scalars(select(AnswerVersion).where(AnswerVersion.status == "withdrawn"))
    if old := next((row for row in unsafe if is_rewritten(written, row)), None):
        raise Refused(f"the same words were withdrawn as unsafe: version {old.id}")


def _again(row: AnswerVersion) -> AnswerVersion:
    """The same words, dates and sources were written before."""
    if row.approved_at is not None:
        raise Refused(f"version {row.id} says the same with the same dates: set a new review date")
    if row.status == "replaced":
        row.status = "draft"
    return row


def _add(
    session: Session, written: Written, who: Colleague, now: datetime, key: str, practice_id: int | None
) -> AnswerVersion:
    more = {"practice_id": practice_id, "status": "draft", "author": who.name, "author_key": who.key}
    row = AnswerVersion(**as_row(written, key), **more, created_at=now)
    session.add(row)
    session.flush()
    return row


def _replace_draft(session: Session, base: int, row: AnswerVersion, who: Colleague, now: datetime) -> None:
    old = find(session, base)
    if old.status == "draft":
        old.status = "replaced"
        close_review(session, base, now)
        _note(session, old, who, now, "replaced", {"by": about(row.id)})


def _note(
    session: Session, row: AnswerVersion, who: Colleague, now: datetime, action: str, details: dict[str, Any]
) -> None:
    session.flush()
    told = details | {"name": who.name}
    audit.record(
        session, now, actor=who.key, action=action, about=about(row.id), practice_id=row.practice_id, details=told
    )
