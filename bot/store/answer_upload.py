"""Many wordings at once, from a file: what taking them in would change, and doing it. Everybody's answers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague
from bot.errors import Refused
from bot.store import answer_drafts, answers
from bot.store.answer_changes import begin
from bot.store.answers import Written, content_hash, is_rewritten
from bot.store.tables import AnswerVersion


class Kind(StrEnum):
    """What becomes of one wording."""

    NEW = "new"  # it becomes a draft
    SAME = "same"  # it is here already: nothing changes
    OLD = "old"  # it was approved once and replaced: with the same dates it cannot start again
    UNSAFE = "unsafe"  # the same words were withdrawn


@dataclass(frozen=True)
class Planned:
    """One wording. `version` says the same; `instead` is what answers the same question now."""

    answer: Written
    kind: Kind
    version: int | None
    instead: AnswerVersion | None


def plan(session: Session, written: Sequence[Written]) -> list[Planned]:
    """What taking in would change, in the order of the file."""
    rows = session.scalars(select(AnswerVersion).order_by(AnswerVersion.id)).all()
    everybodys = [row for row in rows if row.practice_id is None]
    known = {key: row for row in everybodys for key in answers.keys_of(row)}
    unsafe = [row for row in rows if row.status == "withdrawn"]
    return [_planned(answer, known.get(content_hash(answer)), everybodys, unsafe) for answer in written]


def _planned(
    answer: Written, same: AnswerVersion | None, rows: Sequence[AnswerVersion], unsafe: Sequence[AnswerVersion]
) -> Planned:
    question = answer.topic, answer.programme, answer.language
    now = [
        row
        for row in rows
        if row.status in ("approved", "sample", "draft")
        and (row.topic, row.programme, row.language) == question
        and set(row.nations) & set(answer.nations)
    ]
    instead = max(now, key=lambda row: (row.status == "approved", row.id), default=None)
    old = next((row for row in unsafe if is_rewritten(answer, row)), None)
    if old is not None:
        return Planned(answer, Kind.UNSAFE, old.id, instead)
    if same is None or (same.status == "replaced" and same.approved_at is None):
        return Planned(answer, Kind.NEW, None, instead)
    return Planned(answer, Kind.OLD if same.status == "replaced" else Kind.SAME, same.id, instead)


def take_in(session: Session, written: Sequence[Written], who: Colleague, now: datetime, *, seen: int) -> list[int]:
    """Store what is new as drafts. Returns their versions. All or nothing: raises Refused.

    `seen`: the newest version when the plan was shown; after that somebody else may have changed what it says.
    """
    begin(session)
    if answer_drafts.newest(session) != seen:
        raise Refused("answers were changed since the preview was made: look at it again")
    new = [one.answer for one in plan(session, written) if one.kind is Kind.NEW]
    return [answer_drafts.save(session, one, who, now, practice_id=None, seen=seen).version for one in new]
