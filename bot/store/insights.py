"""A practice's numbers: messages a day, what became of them, topics, waiting for staff, thumbs. No words of anybody."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from bot.store.tables import DecisionRow, Message

MOST_TOPICS = 10
KINDS_OF = {
    "answered": ("answer",),
    "asked_back": ("clarify",),
    "handed_off": ("hand_off", "red_flag", "emergency", "crisis", "other_language"),
    "out_of_scope": ("out_of_scope",),
    "unavailable": ("unavailable",),
}


@dataclass(frozen=True)
class Day:
    """What came on one day (UTC): turns of patients by what the bot did."""

    day: date
    by_kind: dict[str, int]

    @property
    def turns(self) -> int:
        return sum(self.by_kind.values())

    def of(self, name: str) -> int:
        """`name`: a key of KINDS_OF, or "other"."""
        if name == "other":
            known = {kind for kinds in KINDS_OF.values() for kind in kinds}
            return sum(number for kind, number in self.by_kind.items() if kind not in known)
        return sum(self.by_kind.get(kind, 0) for kind in KINDS_OF[name])


@dataclass(frozen=True)
class Numbers:
    """Of one practice from `since` on. `staff_minutes`: the median from a patient's last message to a colleague's."""

    days: Sequence[Day]
    topics: Sequence[tuple[str, int]]
    not_understood: int
    thumbs_up: int
    thumbs_down: int
    staff_replies: int
    staff_minutes: float | None
    totals: dict[str, int] = field(default_factory=dict)


def of_practice(session: Session, practice_id: int, since: datetime) -> Numbers:
    """The numbers of decisions and replies since then."""
    here = (DecisionRow.practice_id == practice_id, DecisionRow.decided_at >= since)
    counted = _counted(session, here)
    waits = _waits(session, practice_id, since)
    days = _days(counted)
    return Numbers(
        days=days,
        topics=_topics(session, here),
        not_understood=sum(one.number for one in counted if one.is_unknown),
        thumbs_up=sum(one.number for one in counted if one.feedback == "good"),
        thumbs_down=sum(one.number for one in counted if one.feedback == "bad"),
        staff_replies=len(waits),
        staff_minutes=statistics.median(waits) if waits else None,
        totals={name: sum(day.of(name) for day in days) for name in (*KINDS_OF, "other")},
    )


@dataclass(frozen=True)
class _Counted:
    """How many decisions of one day had the same kind, the same thumb, and were about words that are not known."""

    day: date
    kind: str
    is_unknown: bool
    feedback: str | None
    number: int


def _counted(session: Session, here: tuple[ColumnElement[bool], ...]) -> list[_Counted]:
    """In one reading of an index: see `DecisionRow`."""
    day, is_unknown = func.date(DecisionRow.decided_at), (DecisionRow.rule == "not_understood").label("is_unknown")
    by = (day, DecisionRow.kind, is_unknown, DecisionRow.feedback)
    found = session.execute(select(*by, func.count()).where(*here).group_by(*by)).all()
    return [
        _Counted(when if isinstance(when, date) else date.fromisoformat(when), *others)  # SQLite gives words
        for when, *others in found
    ]


def _days(counted: Sequence[_Counted]) -> list[Day]:
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for one in counted:
        found[one.day][one.kind] += one.number
    return [Day(day, found[day]) for day in sorted(found, reverse=True)]


def _topics(session: Session, here: tuple[ColumnElement[bool], ...]) -> list[tuple[str, int]]:
    """What was answered most often; an answer to two questions counts for the first."""
    first = DecisionRow.topics[0].as_string()
    answered = select(first, func.count()).where(*here, DecisionRow.kind == "answer").group_by(first)
    counted = Counter({str(topic): number for topic, number in session.execute(answered) if topic})
    return counted.most_common(MOST_TOPICS)


def _waits(session: Session, practice_id: int, since: datetime) -> list[float]:
    """Minutes from a patient's last message to the first reply of a colleague after it."""
    said = aliased(Message)
    last_of_patient = (
        select(said.id)
        .where(said.conversation_id == Message.conversation_id, said.author == "patient", said.id < Message.id)
        .order_by(said.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    replies = select(last_of_patient.label("asked"), func.min(Message.said_at).label("at")).where(
        Message.practice_id == practice_id, Message.author == "staff", Message.said_at >= since
    )
    first = replies.group_by("asked").subquery()
    asked = aliased(Message)
    rows = session.execute(select(asked.said_at, first.c.at).join(first, first.c.asked == asked.id)).all()
    return [max(timedelta(0), at - said_at) / timedelta(minutes=1) for said_at, at in rows]
