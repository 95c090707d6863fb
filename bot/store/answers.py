"""Answer versions: immutable wordings; a change is a new version."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.answers import Answer
from bot.core.messages import Nation
from bot.store.database import insert_or_skip
from bot.store.tables import AnswerVersion


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


def import_all(session: Session, written: Iterable[Written], now: datetime) -> int:
    """Store wordings that are new; those stored before keep their version. Returns how many were new.

    A sample that is no longer in the files is marked replaced, so that it is not shown any more.
    """
    rows = {_hash(answer): answer for answer in written}
    new = insert_or_skip(
        session,
        AnswerVersion,
        [
            {
                "topic": answer.topic,
                "programme": answer.programme,
                "nations": [str(nation) for nation in answer.nations],
                "language": answer.language,
                "text": answer.text,
                "sources": list(answer.sources),
                "owner": answer.owner,
                "status": answer.status,
                "reviewed": answer.reviewed.isoformat(),
                "review_by": answer.review_by.isoformat(),
                "content_hash": content_hash,
                "created_at": now,
            }
            for content_hash, answer in rows.items()
        ],
    )
    in_files = AnswerVersion.content_hash.in_(rows)
    for was, becomes, which in (("sample", "replaced", ~in_files), ("replaced", "sample", in_files)):
        session.execute(
            update(AnswerVersion)
            .where(AnswerVersion.status == was, which)
            .values(status=becomes)
            .execution_options(synchronize_session=False)
        )
    return new


def _hash(answer: Written) -> str:
    parts = [
        answer.topic,
        answer.programme,
        *sorted(answer.nations),
        answer.language,
        answer.text,
        *answer.sources,
        answer.owner,
        answer.status,
        answer.reviewed.isoformat(),
        answer.review_by.isoformat(),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def current(session: Session) -> list[Answer]:
    """Every wording that may still be chosen."""
    rows = session.scalars(select(AnswerVersion).where(AnswerVersion.status.in_(("sample", "approved"))))
    return [
        Answer(
            version=row.id,
            topic=row.topic,
            programme=row.programme,
            nations=tuple(Nation(nation) for nation in row.nations),
            text=row.text,
            status=row.status,
            review_by=date.fromisoformat(row.review_by),
            language=row.language,
        )
        for row in rows
    ]
