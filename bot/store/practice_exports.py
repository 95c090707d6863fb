"""What a practice may take away: how much was closed, which answers were given, one patient's conversation."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.opening_hours import LONDON
from bot.core.redact import redact
from bot.store import subject_data
from bot.store.tables import AnswerVersion, Conversation, OutgoingMessage, Page

# What says who the patient is, and opens nothing for who only reads.
WHO = frozenset({"psid", "mid", "event_key", "payload", "referral", "page_ref"})


def closed(session: Session, practice_id: int, start: datetime, end: datetime) -> list[tuple[str, str, str, int]]:
    """(day, outcome, programme, how many) of what staff closed in that time, by day."""
    rows = session.execute(
        select(Conversation.closed_at, Conversation.outcome, Conversation.programme).where(
            Conversation.practice_id == practice_id, Conversation.closed_at >= start, Conversation.closed_at < end
        )
    )
    counts = Counter(
        (f"{closed_at.astimezone(LONDON):%Y-%m-%d}", outcome or "", programme or "")
        for closed_at, outcome, programme in rows
        if closed_at
    )
    return [(*key, number) for key, number in sorted(counts.items())]


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
