"""Steps of trainers: each is kept with what it touched, before and after, so that any of them can be undone.

    with step(session, Step("moved", actor, now)) as touch:
        touch(row)
        row.block_id = ...

Undoing is a step too: it is refused where somebody changed the same since, and can be undone itself.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.store import audit
from bot.store.answer_rows import LOCK as ANSWERS
from bot.store.answer_rows import about
from bot.store.database import ROWS_AT_ONCE, one_at_a_time
from bot.store.tables import AnswerVersion, Base
from bot.store.teaching_tables import ExampleBlock, ExampleRow, TeachingChange, TopicRow

LOCK = "teaching"  # for one_at_a_time: each change looks for duplicates and free places
KEPT: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "examples": (ExampleRow, ("block_id", "position", "text", "written", "digest")),
    "topics": (
        TopicRow,
        ("group", "route", "programmes", "question", "button", "numbers", "position", "before", "written", "retired"),
    ),
    "answers": (AnswerVersion, ("status",)),
}
GONE: dict[str, dict[str, Any]] = {
    "examples": {"digest": None},
    "topics": {"retired": True},
    "answers": {"status": "replaced"},
}
"""How a row that a step made looks when that step is undone."""
Kept = ExampleRow | TopicRow | AnswerVersion
Touch = Callable[[Kept], None]


@dataclass(frozen=True)
class Step:
    """What somebody does: "added", "edited", "moved", "merged", "split", "retired", "undid"."""

    action: str
    actor: str
    now: datetime


@contextmanager
def step(session: Session, what: Step) -> Iterator[Touch]:
    """Keep what the block does to rows it touches before it changes them. Records nothing where nothing changed."""
    one_at_a_time(session, LOCK)
    touched: dict[int, tuple[Kept, dict[str, Any] | None]] = {}

    def touch(row: Kept) -> None:
        if id(row) not in touched:  # the row is kept in there, so that no other can get its id
            touched[id(row)] = (row, None if row.id is None else _snapshot(row))

    yield touch
    session.flush()
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in KEPT}
    for row, before in touched.values():
        if before != (after := _snapshot(row)):
            rows[_name(row)].append({"id": row.id, "before": before, "after": after})
    if any(rows.values()):
        _record(session, what, rows)


def _record(session: Session, what: Step, rows: dict[str, list[dict[str, Any]]]) -> TeachingChange:
    topics = _topics(session, rows)
    change = TeachingChange(
        at=what.now, actor=what.actor, action=what.action, topics=topics, count=len(rows["examples"]), rows=rows
    )
    session.add(change)
    session.flush()
    audit.record(
        session,
        what.now,
        actor=what.actor,
        action=f"teaching_{what.action}",
        about=f"teaching_change {change.id}",
        details={"topics": topics, "examples": change.count, "answers": len(rows["answers"])},
    )
    return change


def _topics(session: Session, rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    """The names of what was touched: those that examples come from, then those that they go to."""
    sides = [[one[side]["block_id"] for one in rows["examples"] if one[side]] for side in ("before", "after")]
    blocks = {block for side in sides for block in side}
    found = select(ExampleBlock.id, ExampleBlock.topic).where(ExampleBlock.id.in_(blocks))
    names = dict(session.execute(found).all()) if blocks else {}
    in_order = [names[block] for side in sides for block in side]
    topic_rows = [session.get_one(TopicRow, one["id"]).name for one in rows["topics"]]
    of_answers = [session.get_one(AnswerVersion, one["id"]).topic for one in rows["answers"]]
    return list(dict.fromkeys((*in_order, *topic_rows, *of_answers)))


def undo(session: Session, change_id: int, *, actor: str, now: datetime) -> TeachingChange:
    """Put everything back as it was before a step. Raises Refused."""
    one_at_a_time(session, LOCK)
    one_at_a_time(session, ANSWERS)
    change = session.get(TeachingChange, change_id)
    if change is None or not any(change.rows.values()):
        raise Refused("There is nothing here to undo")
    if change.undone_by is not None:
        raise Refused("This was undone already")
    rows = [(name, _row(session, name, one["id"]), one) for name in KEPT for one in change.rows.get(name, ())]
    if any(_snapshot(row) != one["after"] for _, row, one in rows):
        raise Refused("Somebody changed the same since. Undo the later change first")
    _refuse_twice(session, [one["before"]["digest"] for _, row, one in rows if _comes_back(row, one["before"])])
    with step(session, Step("undid", actor, now)) as touch:
        for name, row, one in rows:
            touch(row)
            for field, value in (one["before"] or GONE[name]).items():
                setattr(row, field, value)
    session.flush()
    _note_answers(session, [row for name, row, _ in rows if isinstance(row, AnswerVersion)], actor, now)
    newest = session.scalars(select(TeachingChange).order_by(TeachingChange.id.desc()).limit(1)).one()
    change.undone_by = newest.id
    return newest


def _note_answers(session: Session, rows: Sequence[AnswerVersion], actor: str, now: datetime) -> None:
    """An answer's own history says too that it came back, or went."""
    for row in rows:
        told = {"topic": row.topic, "status": row.status}
        audit.record(
            session,
            now,
            actor=actor,
            action="undid",
            about=about(row.id),
            practice_id=row.practice_id,
            details=told,
        )


def _refuse_twice(session: Session, digests: Sequence[str]) -> None:
    """The words of what comes back must not have been used anew meanwhile."""
    for start in range(0, len(digests), ROWS_AT_ONCE):
        found = select(ExampleRow.id).where(ExampleRow.digest.in_(digests[start : start + ROWS_AT_ONCE]))
        if session.scalars(found.limit(1)).first() is not None:
            raise Refused("The same example was added again since. Retire that one first")


def newest(session: Session, topic: str | None = None, limit: int = 20) -> Sequence[TeachingChange]:
    """The last steps, newest first; of one topic or of all."""
    found = session.scalars(select(TeachingChange).order_by(TeachingChange.id.desc()).limit(2_000 if topic else limit))
    return [change for change in found if topic is None or topic in change.topics][:limit]


def _comes_back(row: Kept, before: dict[str, Any] | None) -> bool:
    return isinstance(row, ExampleRow) and before is not None and before["digest"] not in (None, row.digest)


def _name(row: Kept) -> str:
    return next(name for name, (kind, _) in KEPT.items() if isinstance(row, kind))


def _snapshot(row: Kept) -> dict[str, Any]:
    return {field: getattr(row, field) for field in KEPT[_name(row)][1]}


def _row(session: Session, name: str, row_id: int) -> Kept:
    row = session.get_one(KEPT[name][0], row_id)
    assert isinstance(row, Kept)
    return row
