"""The teaching data as files: what the database would write, and how that compares with what is on disk."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import example_files, topic_entries
from bot.core.example_files import Block, ExampleFile, Line
from bot.core.messages import Programme
from bot.core.topic_entries import Entry, TopicFile
from bot.core.topics import Topic, Topics
from bot.store.examples import topics_in_use
from bot.store.teaching_tables import ExampleBlock, ExampleRow, TeachingFile, TopicRow

TOPICS_FILE = "topics.yml"
FOLDERS = {"examples": "train", "regression": "regression"}  # below nlu_data -> kind


@dataclass(frozen=True)
class Differences:
    """Files that are not the same on both sides, by the side that changed since both were the same."""

    on_disk: list[str]
    in_database: list[str]
    on_both: list[str]


def is_empty(session: Session) -> bool:
    """Whether nothing was ever taken in."""
    return session.scalars(select(TeachingFile.id).limit(1)).first() is None


def texts(session: Session) -> dict[str, str]:
    """Every file below `nlu_data` that holds topics or examples: path -> text. Unchanged ones byte for byte."""
    lines: dict[int, list[Line]] = {}
    rows = select(ExampleRow).where(ExampleRow.digest.is_not(None)).order_by(ExampleRow.position, ExampleRow.id)
    for row in session.scalars(rows):
        lines.setdefault(row.block_id, []).append(Line(row.text, row.written))
    blocks: dict[int, list[Block]] = {}
    for one in session.scalars(select(ExampleBlock).order_by(ExampleBlock.position, ExampleBlock.id)):
        own = tuple(lines.get(one.id, ()))
        block = Block(one.topic, one.decision, one.before, one.opening, one.indent, own, one.programme)
        blocks.setdefault(one.file_id, []).append(block)
    found = {}
    for file in session.scalars(select(TeachingFile).order_by(TeachingFile.path)):
        if file.kind == "topics":
            found[file.path] = _topics_text(session, file)
        else:
            found[file.path] = example_files.render(ExampleFile(file.head, tuple(blocks.get(file.id, ())), file.tail))
    return {path: text for path, text in found.items() if text}


def _topics_text(session: Session, file: TeachingFile) -> str:
    rows = session.scalars(select(TopicRow).order_by(TopicRow.position, TopicRow.id))
    entries = [Entry(row.name, row.before, "" if row.retired else row.written) for row in rows]
    return topic_entries.join(TopicFile(file.head, tuple(entries), file.tail))


def topics(session: Session, *, with_retired: bool = False) -> Topics:
    """The topics in use, as `read_topics` reads them from the file."""
    rows = session.scalars(select(TopicRow).order_by(TopicRow.id)) if with_retired else topics_in_use(session)
    return Topics(tuple(as_topic(row) for row in rows))


def as_topic(row: TopicRow) -> Topic:
    return Topic(
        name=row.name,
        group=row.group,
        route=row.route,
        programmes=tuple(Programme(name) for name in row.programmes),
        question=row.question,
        button=row.button,
        numbers=tuple(row.numbers),
    )


def compare(session: Session, on_disk: Mapping[str, str]) -> Differences:
    """What changed on which side. `on_disk`: the files as they are now, path below nlu_data -> text."""
    mine, found = texts(session), Differences([], [], [])
    synced = dict(session.execute(select(TeachingFile.path, TeachingFile.synced)).all())
    for path in sorted({*mine, *on_disk}):
        disk, database = on_disk.get(path, ""), mine.get(path, "")
        if disk == database:
            continue
        last = synced.get(path) or sha256("")
        changed_on_disk, changed_here = sha256(disk) != last, sha256(database) != last
        side = found.on_both if changed_on_disk and changed_here else found.on_disk if changed_on_disk else None
        (found.in_database if side is None else side).append(path)
    return found


def mark_synced(session: Session, on_disk: Mapping[str, str]) -> None:
    """From now on these are what both sides had when they were last the same."""
    for file in session.scalars(select(TeachingFile)):
        file.synced = sha256(on_disk.get(file.path, ""))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
