"""Everybody's answers between the database and the files: what stands here, and taking in what the files changed.

To one question in one nation the newest wording stands that was not replaced, discarded or withdrawn: a draft that
waits too, since the files are where a team reads what is to come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.pack_sync import Changes, Standing
from bot.store import answer_upload, answers, audit
from bot.store.answer_changes import begin, close_review
from bot.store.answer_queries import everybodys_newest
from bot.store.answer_rows import about
from bot.store.answer_tables import AnswerFileEntry
from bot.store.answer_upload import Kind, Planned
from bot.store.answers import NOBODY_NAMED, Written, content_hash, hash_for, keys_of
from bot.store.tables import AnswerVersion


@dataclass(frozen=True)
class Taken:
    """How many answers of the files are new versions here, and how many drafts and samples made room."""

    new: int = 0
    gone: int = 0


def stored(session: Session, topics: Iterable[str]) -> list[tuple[Standing, AnswerVersion]]:
    """What stands here to questions of these topics, by topic and programme."""
    known = frozenset(topics)
    return [
        (_standing(hash_for(row, nations), row, nations, row.status, row.id), row)
        for row, nations in everybodys_newest(session)
        if row.topic in known
    ]


def of_file(answer: Written, place: str = "") -> Standing:
    """An answer of the files."""
    return _standing(content_hash(answer), answer, answer.nations, answer.status, place=place)


def _standing(
    key: str,
    one: Written | AnswerVersion | AnswerFileEntry,
    nations: Iterable[str],
    status: str,
    version: int | None = None,
    place: str = "",
) -> Standing:
    question = one.topic, one.programme, one.language
    return Standing(key, question, frozenset(map(str, nations)), status, version, place)


def synced(
    session: Session, disk: Sequence[Standing], here: Sequence[tuple[Standing, AnswerVersion]]
) -> list[Standing]:
    """What the files held when both sides were last the same.

    Before that was ever so: what is known here of what they hold now, and what came from files and stands here.
    """
    rows = session.scalars(select(AnswerFileEntry).order_by(AnswerFileEntry.key)).all()
    if rows:
        return [_standing(row.key, row, row.nations, row.status) for row in rows]
    known = {key for row in session.scalars(select(AnswerVersion)) for key in keys_of(row)}
    from_files = [one for one, row in here if row.author_key is None and row.status in ("sample", "approved")]
    return [one for one in disk if one.key in known] + from_files


def mark_synced(session: Session, disk: Iterable[Standing]) -> None:
    """From now on this is what both sides had when they were last the same."""
    session.execute(delete(AnswerFileEntry))
    for one in disk:
        topic, programme, language = one.question
        session.add(
            AnswerFileEntry(
                key=one.key,
                topic=topic,
                programme=programme,
                language=language,
                nations=sorted(one.nations),
                status=one.status,
            )
        )


def refusals(session: Session, written: Sequence[Written]) -> dict[str, str]:
    """Why answers of files cannot become versions: key -> what is wrong and what to do."""
    found = {}
    approved = [row for row, _ in everybodys_newest(session) if row.status == "approved"]
    known = {key: row.id for row in session.scalars(select(AnswerVersion)) for key in keys_of(row)}
    for one in answer_upload.plan(session, written):
        key = content_hash(one.answer)
        if problem := _refusal(one, known.get(key), approved):
            found[key] = problem
    return found


def _refusal(one: Planned, known: int | None, approved: Sequence[AnswerVersion]) -> str | None:
    if one.kind is Kind.UNSAFE:
        return f"the same words were withdrawn as version {one.version}. Write others, or take the entry out"
    if one.kind is Kind.OLD:
        return f"version {one.version} says the same with the same dates and was replaced. Set new dates"
    mine = of_file(one.answer)
    later = (row for row in approved if known is not None and known < row.id)
    if row := next((row for row in later if mine.meets(_standing("", row, row.nations, row.status))), None):
        return f"version {known} says the same, and version {row.id} was approved after it. Set new dates"
    return None


def take_in(
    session: Session,
    written: Sequence[Written],
    changes: Changes,
    *,
    keep: Iterable[str],
    by: str | None,
    now: datetime,
) -> Taken:
    """Store what the files changed, as samples and drafts; never as approved.

    `written` are the answers of `changes.on_disk`, `keep` the keys of everything in the files. A draft or sample that
    the files do not hold any more makes room. What is approved stays until another is approved or it is withdrawn.
    """
    begin(session)
    before = [row for row, _ in everybodys_newest(session) if row.status in answers.IMPORTABLE]
    new = answers.import_all(session, written, now, by=by)
    kept, gone = frozenset(keep), 0
    ids = {key: row.id for row in session.scalars(select(AnswerVersion)) for key in keys_of(row)}
    for row in before:
        here = _standing(row.content_hash, row, row.nations, row.status)
        anew = [ids[one.key] for one in changes.on_disk if one.meets(here) and one.key in ids]
        makes_room = row.status == "draft" or any(row.id > one for one in anew)
        is_dropped = any(one.meets(here) for one in changes.gone)
        if row.status != "replaced" and not kept & set(keys_of(row)) and (is_dropped or (anew and makes_room)):
            row.status = "replaced"
            close_review(session, row.id, now)
            session.flush()
            told = {"topic": row.topic, "programme": row.programme, "status": row.status}
            audit.record(
                session, now, actor=by or NOBODY_NAMED, action="became replaced", about=about(row.id), details=told
            )
            gone += 1
    return Taken(new, gone)
