"""Files of teaching data into the database. Rows that stay keep their ids, so that earlier steps can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import example_files, topic_entries
from bot.core.example_files import NEW_HEAD, ExampleFile, Line
from bot.core.example_text import digest_of
from bot.core.topics import Topic, Topics
from bot.errors import DataError
from bot.store import audit
from bot.store.database import one_at_a_time
from bot.store.teaching_changes import LOCK
from bot.store.teaching_files import FOLDERS, TOPICS_FILE, sha256
from bot.store.teaching_tables import ExampleBlock, ExampleRow, TeachingChange, TeachingFile, TopicRow

EMPTY = ExampleFile(NEW_HEAD, (), "")  # a file that is gone: examples may come back to it


@dataclass
class Taken:
    """How many examples are new, were changed (text or place), and are not in the files any more."""

    added: int = 0
    changed: int = 0
    gone: int = 0


def take_in(session: Session, files: Mapping[str, str], topics: Topics, *, actor: str, now: datetime) -> Taken:
    """Make these files the database's content: path below nlu_data -> text, "" where the file is gone.

    `topics` is what the file of topics holds. Other files in the database stay as they are. Raises DataError where a
    message stands twice or a file has a shape that cannot be kept.
    """
    one_at_a_time(session, LOCK)
    if TOPICS_FILE in files:
        _take_topics(session, files[TOPICS_FILE], topics)
    paths = [path for path in files if path != TOPICS_FILE]
    cut = {path: example_files.parse(files[path], path) if files[path] else EMPTY for path in paths}
    rows = {path: _file(session, path, FOLDERS[path.partition("/")[0]]) for path in paths}
    for path, file in rows.items():
        file.head, file.tail = cut[path].head, cut[path].tail
    taken = _Examples(session, now).take({rows[path]: cut[path] for path in paths})
    for path, text in files.items():
        _file(session, path, "topics").synced = sha256(text)
    session.add(TeachingChange(at=now, actor=actor, action="imported", topics=[], count=taken.added, rows={}))
    session.flush()
    told = {"files": len(files), "added": taken.added, "changed": taken.changed, "gone": taken.gone}
    audit.record(session, now, actor=actor, action="teaching_imported", about="teaching files", details=told)
    return taken


def _file(session: Session, path: str, kind: str) -> TeachingFile:
    row = session.scalars(select(TeachingFile).where(TeachingFile.path == path)).one_or_none()
    if row is None:
        row = TeachingFile(path=path, kind=kind, head="", tail="")
        session.add(row)
        session.flush()
    return row


def _take_topics(session: Session, text: str, topics: Topics) -> None:
    file, cut = _file(session, TOPICS_FILE, "topics"), topic_entries.cut(text, TOPICS_FILE)
    file.head, file.tail = cut.head, cut.tail
    known = {row.name: row for row in session.scalars(select(TopicRow))}
    for position, entry in enumerate(cut.entries):
        row = known.pop(entry.name, None)
        if row is None:
            row = TopicRow(name=entry.name)
            session.add(row)
        row.position, row.before, row.written, row.retired = position, entry.before, entry.written, False
        put(row, topics[entry.name])
    for row in known.values():
        row.retired, row.before = True, ""


def put(row: TopicRow, topic: Topic) -> None:
    """The values of a topic into its row."""
    row.group, row.route, row.question, row.button = topic.group, topic.route, topic.question, topic.button
    row.programmes, row.numbers = [str(name) for name in topic.programmes], list(topic.numbers)


class _Examples:
    """Puts the examples of files where the files have them."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.taken = Taken()

    def take(self, files: Mapping[TeachingFile, ExampleFile]) -> Taken:
        wanted = _places_of(files)
        ids = [file.id for file in files]
        self._refuse_used_elsewhere(wanted, ids)
        in_files = select(ExampleRow).join(ExampleBlock, ExampleBlock.id == ExampleRow.block_id)
        in_files = in_files.where(ExampleBlock.file_id.in_(ids), ExampleRow.digest.is_not(None))
        known = {row.digest: row for row in self.session.scalars(in_files)}
        for digest in known.keys() - wanted.keys():
            known[digest].digest = None
            self.taken.gone += 1
        self.session.flush()
        for file, cut in files.items():
            for block, lines in zip(self._blocks(file, cut), cut.blocks, strict=True):
                for position, line in enumerate(lines.lines):
                    self._put(known.get(digest_of(line.text)), block, position, line)
        self.session.flush()
        return self.taken

    def _refuse_used_elsewhere(self, wanted: Mapping[str, str], ids: Sequence[int]) -> None:
        others = select(ExampleRow.digest, TeachingFile.path).join(ExampleBlock, ExampleBlock.id == ExampleRow.block_id)
        others = others.join(TeachingFile, TeachingFile.id == ExampleBlock.file_id)
        for digest, path in self.session.execute(others.where(TeachingFile.id.not_in(ids))):
            if digest is not None and (place := wanted.get(digest)):
                raise DataError(f"the same message stands in {path} of the database", place)

    def _blocks(self, file: TeachingFile, cut: ExampleFile) -> list[ExampleBlock]:
        """The row of each block. Those that the file has no more stay, empty, at its end."""
        there = select(ExampleBlock).where(ExampleBlock.file_id == file.id).order_by(ExampleBlock.position)
        left, found = list(self.session.scalars(there)), []
        for position, block in enumerate(cut.blocks):
            said = {"topic": block.topic, "decision": block.decision, "programme": block.programme}
            row = next((one for one in left if all(getattr(one, name) == it for name, it in said.items())), None)
            if row is None:
                row = ExampleBlock(file_id=file.id, **said)
                self.session.add(row)
            else:
                left.remove(row)
            row.position, row.before, row.opening, row.indent = position, block.before, block.opening, block.indent
            found.append(row)
        for number, row in enumerate(left, start=len(cut.blocks)):
            row.before, row.position = "\n", number
        self.session.flush()
        return found

    def _put(self, row: ExampleRow | None, block: ExampleBlock, position: int, line: Line) -> None:
        values = {"block_id": block.id, "position": position, "text": line.text, "written": line.written}
        if row is None:
            digest = digest_of(line.text)
            self.session.add(ExampleRow(**values, digest=digest, source=None, added_by=None, added_at=self.now))
            self.taken.added += 1
        elif any(getattr(row, field) != value for field, value in values.items()):
            for field, value in values.items():
                setattr(row, field, value)
            self.taken.changed += 1


def _places_of(files: Mapping[TeachingFile, ExampleFile]) -> dict[str, str]:
    """Where each message stands: digest -> "file:line". Raises DataError for one that stands twice."""
    found: dict[str, str] = {}
    for file, cut in files.items():
        for line in (line for block in cut.blocks for line in block.lines):
            place = f"{file.path}:{line.number}"
            if (first := found.setdefault(digest_of(line.text), place)) != place:
                raise DataError(f"the same message stands at {first}", file.path, line.number)
    return found
