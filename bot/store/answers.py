"""Answer versions: immutable wordings; a change is a new version. Taken in here, and read here for the worker."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.answer_lifecycle import is_a_name, same_wording
from bot.core.answers import Answer
from bot.core.lint.answer import errors_of_answer
from bot.core.messages import Nation
from bot.errors import Refused
from bot.store import audit
from bot.store.answer_rows import LOCK, Change, about, as_answer, serves, take_over
from bot.store.database import insert_or_skip, one_at_a_time
from bot.store.tables import AnswerVersion

IMPORTABLE = ("sample", "draft")  # nothing that is imported is approved
NOBODY_NAMED = "command line"  # the actor where nobody is named


class Written(Protocol):
    """An answer as a file or a form holds it."""

    @property
    def topic(self) -> str: ...
    @property
    def programme(self) -> str: ...
    @property
    def nations(self) -> tuple[Nation, ...]: ...
    @property
    def language(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def sources(self) -> tuple[str, ...]: ...
    @property
    def owner(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def reviewed(self) -> date: ...
    @property
    def review_by(self) -> date: ...


def import_all(session: Session, written: Iterable[Written], now: datetime, *, by: str | None = None) -> int:
    """Store wordings that are new; those stored before keep their version. Returns how many were new.

    `by` is who edited them. What was approved or withdrawn stays as it is. Raises Refused for what the lint or a rule
    refuses.
    """
    answers = {content_hash(answer): answer for answer in written}
    for answer in answers.values():
        refuse_unfit(answer)
    if by is not None and not is_a_name(by):
        raise Refused("an editor is named by name")
    one_at_a_time(session, LOCK)
    status = _statuses(session, answers)
    known = {key for row in session.scalars(select(AnswerVersion)) for key in keys_of(row)}
    new = {key: answer for key, answer in answers.items() if key not in known}
    rows = [
        as_row(answer, key) | {"status": status[key], "author": by, "created_at": now} for key, answer in new.items()
    ]
    insert_or_skip(session, AnswerVersion, rows)
    changes: list[Change] = [(row, "imported") for row in _versions(session, new)]
    changes += _follow_the_files(session, status)
    changes += _name_the_editor(session, answers, by)
    for version, action in changes:
        details = {"topic": version.topic, "programme": version.programme, "status": version.status}
        audit.record(session, now, actor=by or NOBODY_NAMED, action=action, about=about(version.id), details=details)
    return len(new)


def refuse_unfit(answer: Written) -> None:
    """Raises Refused for a status that no import gives, and for what the lint calls an error."""
    if answer.status not in IMPORTABLE:
        raise Refused(f"{answer.topic}: an import cannot make an answer {answer.status}")
    if errors := errors_of_answer(answer.text, answer.programme):
        first = errors[0]
        raise Refused(f"{answer.topic} for {answer.programme}, line {first.line}: {first.rule}: {first.problem}")


def _statuses(session: Session, answers: Mapping[str, Written]) -> dict[str, str]:
    """What each wording is to be. One that was withdrawn as unsafe is a draft: not even a demo shows it again."""
    unsafe = session.scalars(select(AnswerVersion).where(AnswerVersion.status == "withdrawn")).all()
    return {
        key: "draft" if any(is_rewritten(answer, row) for row in unsafe) else answer.status
        for key, answer in answers.items()
    }


def is_rewritten(answer: Written | AnswerVersion, row: AnswerVersion) -> bool:
    """Whether an answer says to the same question what `row` says."""
    same_question = (answer.topic, answer.programme, answer.language) == (row.topic, row.programme, row.language)
    return same_question and same_wording(answer.text, row.text)


def as_row(answer: Written, key: str) -> dict[str, object]:
    """The columns that say what is written."""
    return {
        "topic": answer.topic,
        "programme": answer.programme,
        "nations": [str(nation) for nation in answer.nations],
        "language": answer.language,
        "text": answer.text,
        "sources": list(answer.sources),
        "owner": answer.owner,
        "reviewed": answer.reviewed.isoformat(),
        "review_by": answer.review_by.isoformat(),
        "content_hash": key,
    }


def _versions(session: Session, hashes: Collection[str]) -> Sequence[AnswerVersion]:
    found = session.scalars(select(AnswerVersion).order_by(AnswerVersion.id)) if hashes else ()
    return [row for row in found if row.content_hash in hashes]


def _follow_the_files(session: Session, status: Mapping[str, str]) -> list[Change]:
    """Of what was never approved, the files say what is a sample and what a draft."""
    never_approved = select(AnswerVersion).where(
        AnswerVersion.approved_at.is_(None),
        AnswerVersion.status.in_((*IMPORTABLE, "replaced")),
        AnswerVersion.practice_id.is_(None),  # files hold nobody's own
    )
    found = session.scalars(never_approved.order_by(AnswerVersion.id)).all()
    changes: list[Change] = []
    for row in found:
        becomes = next((status[key] for key in keys_of(row) if key in status), row.status)
        if row.status != becomes:
            row.status = becomes
            changes.append((row, f"became {becomes}"))
    for row in found:
        if row.content_hash in status and row.status == "sample":
            row.live_nations = None
            changes += take_over(row, [other for other in found if other.status == "sample"])
    session.flush()
    return changes


def _name_the_editor(session: Session, answers: Mapping[str, Written], by: str | None) -> list[Change]:
    """Who imports wordings that nobody stood for yet stands for them now."""
    nameless = [row for row in _versions(session, answers) if row.author is None] if by else []
    for row in nameless:
        row.author = by
    session.flush()
    return [(row, "named as editor") for row in nameless]


def content_hash(answer: Written, practice_id: int | None = None) -> str:
    """What a version of this wording is known by; a practice's own is not everybody's."""
    dates = answer.reviewed.isoformat(), answer.review_by.isoformat()
    question = answer.topic, answer.programme, answer.language
    return _digest(*question, answer.nations, answer.text, answer.sources, answer.owner, *dates, practice_id)


def keys_of(row: AnswerVersion) -> tuple[str, ...]:
    """The hashes by which a file may mean this version: as it was written, and for the nations that it serves still."""
    if row.live_nations is None or not serves(row):
        return (row.content_hash,)
    return row.content_hash, hash_for(row, serves(row))


def hash_for(row: AnswerVersion, nations: Iterable[str], topic: str | None = None) -> str:
    """What this wording would be known by if it were written for these nations, and for another topic."""
    question = topic or row.topic, row.programme, row.language
    return _digest(*question, nations, row.text, row.sources, row.owner, row.reviewed, row.review_by, row.practice_id)


def _digest(
    topic: str,
    programme: str,
    language: str,
    nations: Iterable[str],
    text: str,
    sources: Iterable[str],
    owner: str,
    reviewed: str,
    review_by: str,
    practice_id: int | None = None,
) -> str:
    """What makes two wordings the same version. "sample" stands for every status: a draft of the same is the same."""
    parts = [topic, programme, *sorted(nations), language, text, *sources, owner, "sample", reviewed, review_by]
    parts += [] if practice_id is None else [f"practice {practice_id}"]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def current(session: Session) -> list[Answer]:
    """Every wording that may still be chosen."""
    rows = session.scalars(select(AnswerVersion).where(AnswerVersion.status.in_(("sample", "approved"))))
    return [as_answer(row) for row in rows]
