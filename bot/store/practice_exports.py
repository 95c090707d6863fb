"""What a practice may take away: how much was closed, which answers were given, one patient's conversation."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.opening_hours import LONDON
from bot.core.redact import redact
from bot.store import subject_data
from bot.store.tables import AnswerVersion, AuditEntry, Conversation, OutgoingMessage, Page

# What says who the patient is, and opens nothing for who only reads.
WHO = frozenset({"psid", "mid", "event_key", "payload", "referral", "page_ref"})


Closed = tuple[str, str, str, int, int, str, str]
ENDS_A_WAIT = ("replied", "closed", "dealt with", "gave back to the bot")
AT_ONCE = 500  # conversations looked up in one statement


def closed(session: Session, practice_id: int, start: datetime, end: datetime) -> list[Closed]:
    """What staff closed in that time, by day, outcome and programme.

    Each: day, outcome, programme, how many; of how many of them it is known how long the patient waited for staff; and
    of those the median and the longest wait in minutes, empty where there is none. What was closed before waits were
    kept, or answered in Facebook's own inbox, has none.
    """
    rows = session.execute(
        select(Conversation.id, Conversation.closed_at, Conversation.outcome, Conversation.programme).where(
            Conversation.practice_id == practice_id, Conversation.closed_at >= start, Conversation.closed_at < end
        )
    ).all()
    waits = _waits(session, {row.id: row.closed_at for row in rows if row.closed_at})
    found: dict[tuple[str, str, str], list[int | None]] = defaultdict(list)
    for row in rows:
        day = f"{row.closed_at.astimezone(LONDON):%Y-%m-%d}"
        found[day, row.outcome or "", row.programme or ""].append(waits.get(row.id))
    return [_closed(*key, of_key) for key, of_key in sorted(found.items())]


def _closed(day: str, outcome: str, programme: str, waits: Sequence[int | None]) -> Closed:
    known = [wait for wait in waits if wait is not None]
    median, longest = (f"{statistics.median(known):.0f}", str(max(known))) if known else ("", "")
    return day, outcome, programme, len(waits), len(known), median, longest


def _waits(session: Session, closed_at: Mapping[int, datetime]) -> dict[int, int]:
    """The longest wait in minutes that each closing put an end to, or a reply before it since the closing before."""
    found: dict[int, int] = {}
    ids = list(closed_at)
    for start in range(0, len(ids), AT_ONCE):
        abouts = {f"conversation {one}": one for one in ids[start : start + AT_ONCE]}
        entries = select(AuditEntry).where(AuditEntry.about.in_(abouts), AuditEntry.action.in_(ENDS_A_WAIT))
        since: dict[int, int] = {}
        for entry in session.scalars(entries.order_by(AuditEntry.id)):
            one = abouts[entry.about]
            if "waited_minutes" in entry.details:
                since[one] = max(since.get(one, 0), int(entry.details["waited_minutes"]))
            if entry.action != "replied":
                wait = since.pop(one, None)
                if wait is not None and entry.at == closed_at[one]:
                    found[one] = wait
    return found


def answers_given(
    session: Session, practice_id: int, start: datetime, end: datetime
) -> list[tuple[int, str, str, str, int]]:
    """(version, topic, programme, status, how many times it was sent) in that time, the most used first."""
    count = func.count(OutgoingMessage.id)
    rows = session.execute(
        select(AnswerVersion.id, AnswerVersion.topic, AnswerVersion.programme, AnswerVersion.status, count)
        .join(OutgoingMessage, OutgoingMessage.answer_version_id == AnswerVersion.id)
        .where(
            OutgoingMessage.practice_id == practice_id,
            OutgoingMessage.state == "sent",
            OutgoingMessage.sent_at >= start,
            OutgoingMessage.sent_at < end,
        )
        .group_by(AnswerVersion.id)
        .order_by(count.desc(), AnswerVersion.id)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def conversation(session: Session, row: Conversation, *, masked: bool) -> dict[str, Any]:
    """Everything that is held on its patient; `masked`: redacted, without what leads to them in Messenger."""
    page = session.get_one(Page, row.page_id)
    held = subject_data.held_on(session, page.page_id, row.psid) or {}
    return {name: _without_who(value) for name, value in held.items() if name != "events"} if masked else held


def _without_who(value: Any) -> Any:
    """Times stay readable: a date in them is not a date of birth."""
    if isinstance(value, dict):
        return {key: one if key.endswith("_at") else _without_who(one) for key, one in value.items() if key not in WHO}
    if isinstance(value, list):
        return [_without_who(one) for one in value]
    return redact(value) if isinstance(value, str) else value
