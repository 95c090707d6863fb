"""Who did what, in a chain that shows whether it was changed afterwards.

Each entry's digest covers the one before it, so a changed, added or missing entry breaks the chain at its place. The
database refuses to change or delete entries (triggers of migration 0002). Cutting off the newest entries leaves a
chain that still holds together: compare the last digest with one that was written down elsewhere.

No entry holds a patient's words or Meta's id of a patient: `about` names rows ("conversation 12").
"""

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.database import one_at_a_time
from bot.store.tables import AuditEntry

BEFORE_THE_FIRST = "0" * 64
AT_ONCE = 1_000  # entries read together


@dataclass(frozen=True)
class ChainCheck:
    """`broken_at` is the first entry that does not follow from the one before it; None where all do."""

    entries: int
    last_digest: str
    broken_at: int | None


def record(
    session: Session,
    now: datetime,
    *,
    actor: str,
    action: str,
    about: str,
    practice_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one entry in the transaction of what it tells of, so that neither is stored without the other.

    Call it last in a transaction: on PostgreSQL every other writer of entries waits for its end.
    """
    one_at_a_time(session, "audit")
    last = select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)
    entry = AuditEntry(
        at=now,
        actor=actor,
        action=action,
        about=about,
        practice_id=practice_id,
        details=details or {},
        previous=session.scalar(last) or BEFORE_THE_FIRST,
    )
    entry.digest = _digest(entry)
    session.add(entry)
    session.flush()


def check_chain(session: Session) -> ChainCheck:
    """Read the whole chain, oldest first."""
    in_order = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=AT_ONCE)
    with session.scalars(in_order) as entries:
        return _follow(entries)


def newest(session: Session, limit: int) -> Sequence[AuditEntry]:
    """The last entries, newest first."""
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)).all()


def _follow(entries: Iterable[AuditEntry]) -> ChainCheck:
    count, digest = 0, BEFORE_THE_FIRST
    for entry in entries:
        if count % AT_ONCE == 0:
            time.sleep(0)  # whoever waits for this process goes first
        if entry.previous != digest or entry.digest != _digest(entry):
            return ChainCheck(count, digest, entry.id)
        count, digest = count + 1, entry.digest
    return ChainCheck(count, digest, None)


def _digest(entry: AuditEntry) -> str:
    at = entry.at.isoformat(timespec="microseconds")
    told = [entry.previous, at, entry.actor, entry.action, entry.practice_id, entry.about, entry.details]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
