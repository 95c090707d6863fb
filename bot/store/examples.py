"""Examples: what the model learns from, and regression messages, which it is examined on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.core.example_files import INDENT, NEW_HEAD, new_opening
from bot.core.example_text import digest_of, one_line, problem_of
from bot.core.messages import DecisionKind, Programme
from bot.errors import Refused
from bot.store.database import ROWS_AT_ONCE, one_at_a_time
from bot.store.teaching_changes import LOCK, Step, step
from bot.store.teaching_tables import KINDS, ExampleBlock, ExampleRow, TeachingFile, TopicRow

LABELLED = "regression/labelled.yml"  # the messages of the first authors stay as they wrote them
LABELLED_HEAD = (
    f"# Messages that trainers labelled or added. None of them may be used as a training example.\n{NEW_HEAD}"
)


@dataclass(frozen=True)
class Placed:
    """An example with what its block and file say of it."""

    row: ExampleRow
    topic: str
    kind: str
    decision: str | None
    programme: str | None


@dataclass(frozen=True)
class Added:
    """What became of several texts: the rows that are new, and (text, why) of those that were refused."""

    rows: list[ExampleRow]
    refused: list[tuple[str, str]]


def add_example(
    session: Session,
    topic: str,
    text: str,
    kind: str,
    actor: str,
    now: datetime,
    source: str | None = None,
    decision: str | None = None,
    programme: str | None = None,
) -> ExampleRow:
    """Teach, or examine on, one message. `source`: the row it comes from, as "learning_item 12".

    `decision` ("answer", "red_flag" ...) is for regression messages that must be answered this way, and with it
    `programme`, about which. Raises Refused where the topic is not in use, the message is in use already, or it seems
    to hold personal data.
    """
    added = add_examples(session, topic, [(text, source)], kind, actor, now, decision, programme)
    if added.refused:
        raise Refused(added.refused[0][1])
    return added.rows[0]


def add_examples(
    session: Session,
    topic: str,
    texts: Iterable[tuple[str, str | None]],
    kind: str,
    actor: str,
    now: datetime,
    decision: str | None = None,
    programme: str | None = None,
) -> Added:
    """Several (text, source) as one step that can be undone. Raises Refused where none of them could be taken."""
    one_at_a_time(session, LOCK)
    block = block_for(session, find_topic(session, topic), kind, decision, programme)
    added = Added([], [])
    position = next_position(session, block)
    with step(session, Step("added", actor, now)) as touch:
        for typed, source in texts:
            text = one_line(typed)
            if why := problem_of(text) or used_already(session, text):
                added.refused.append((text, why))
                continue
            row = ExampleRow(
                block_id=block.id,
                position=position + len(added.rows),
                text=text,
                written=None,
                digest=digest_of(text),
                source=source,
                added_by=actor,
                added_at=now,
            )
            touch(row)
            session.add(row)
            session.flush()  # the next text may be the same
            added.rows.append(row)
    return added


def find_topic(session: Session, name: str) -> TopicRow:
    """A topic in use. Raises Refused."""
    row = session.scalars(select(TopicRow).where(TopicRow.name == name, TopicRow.retired.is_(False))).one_or_none()
    if row is None:
        raise Refused(f"There is no topic {name}")
    return row


def find(session: Session, example_id: int) -> Placed | None:
    """An example in use."""
    found = session.execute(_placed().where(ExampleRow.id == example_id)).one_or_none()
    return Placed(*found) if found else None


def of_topic(session: Session, topic: str, kind: str | None = None) -> list[Placed]:
    """The examples in use of a topic, in the order of the files; of one kind or of both."""
    wanted = _placed().where(ExampleBlock.topic == topic)
    if kind:
        wanted = wanted.where(TeachingFile.kind == kind)
    return [Placed(*found) for found in session.execute(wanted)]


def all_in_use(session: Session) -> list[Placed]:
    """Every example of every topic, in the order of the files."""
    return [Placed(*found) for found in session.execute(_placed())]


def checks(session: Session) -> list[Placed]:
    """The regression messages of which somebody said what must be decided, by topic."""
    wanted = _placed().where(ExampleBlock.decision.is_not(None), TeachingFile.kind == "regression")
    return sorted((Placed(*found) for found in session.execute(wanted)), key=lambda one: one.topic)


def counts(session: Session) -> dict[str, dict[str, int]]:
    """How many examples each topic has: topic -> kind -> number."""
    grouped = (
        select(ExampleBlock.topic, TeachingFile.kind, func.count())
        .join(ExampleRow, ExampleRow.block_id == ExampleBlock.id)
        .join(TeachingFile, TeachingFile.id == ExampleBlock.file_id)
        .where(ExampleRow.digest.is_not(None))
        .group_by(ExampleBlock.topic, TeachingFile.kind)
    )
    found: dict[str, dict[str, int]] = {}
    for topic, kind, number in session.execute(grouped):
        found.setdefault(topic, dict.fromkeys(KINDS, 0))[kind] = number
    return found


def _placed() -> Select[ExampleRow, str, str, str | None, str | None]:
    return (
        select(ExampleRow, ExampleBlock.topic, TeachingFile.kind, ExampleBlock.decision, ExampleBlock.programme)
        .join(ExampleBlock, ExampleBlock.id == ExampleRow.block_id)
        .join(TeachingFile, TeachingFile.id == ExampleBlock.file_id)
        .where(ExampleRow.digest.is_not(None))
        .order_by(TeachingFile.path, ExampleBlock.position, ExampleRow.position, ExampleRow.id)
    )


def used_already(session: Session, text: str) -> str | None:
    """Where the same words are in use, in words for the person who typed them."""
    where = _placed().where(ExampleRow.digest == digest_of(text))
    found = session.execute(where).one_or_none()
    if found is None:
        return None
    _, topic, kind, *_ = found
    what = "an example" if kind == "train" else "a regression message"
    return f"The same words are {what} of {topic} already"


def next_position(session: Session, block: ExampleBlock) -> int:
    """The place after the last example of a block, retired ones included."""
    last = session.scalar(select(func.max(ExampleRow.position)).where(ExampleRow.block_id == block.id))
    return 0 if last is None else last + 1


def block_for(
    session: Session, topic: TopicRow, kind: str, decision: str | None = None, programme: str | None = None
) -> ExampleBlock:
    """The block that takes new examples of a topic; made, with its file, where there is none. Raises Refused."""
    if kind not in KINDS:
        raise Refused(f"The kind {kind} is none of {', '.join(KINDS)}")
    if decision is not None and (kind != "regression" or decision not in list(DecisionKind)):
        raise Refused("Only a regression message says what must be decided, with the name of a decision")
    if programme is not None and (decision is None or programme not in list(Programme)):
        raise Refused("Only with what must be decided is it said about which programme, by its name")
    own = f"examples/{topic.group}/{topic.name}.yml" if kind == "train" else LABELLED
    wanted = select(ExampleBlock).join(TeachingFile, TeachingFile.id == ExampleBlock.file_id)
    wanted = wanted.where(ExampleBlock.topic == topic.name, TeachingFile.kind == kind)
    wanted = wanted.where(
        ExampleBlock.decision == decision if decision else ExampleBlock.decision.is_(None),
        ExampleBlock.programme == programme if programme else ExampleBlock.programme.is_(None),
    )
    if kind == "regression":
        wanted = wanted.where(TeachingFile.path == own)
    first = wanted.order_by((TeachingFile.path == own).desc(), ExampleBlock.id.desc()).limit(1)
    known = session.scalars(first).one_or_none()
    return known or _new_block(session, topic.name, kind, own, decision=decision, programme=programme)


def _new_block(
    session: Session, topic: str, kind: str, path: str, *, decision: str | None, programme: str | None
) -> ExampleBlock:
    file = session.scalars(select(TeachingFile).where(TeachingFile.path == path)).one_or_none()
    if file is None:
        file = TeachingFile(path=path, kind=kind, head=LABELLED_HEAD if path == LABELLED else NEW_HEAD, tail="")
        session.add(file)
        session.flush()
    last = session.scalar(select(func.max(ExampleBlock.position)).where(ExampleBlock.file_id == file.id))
    block = ExampleBlock(
        file_id=file.id,
        position=0 if last is None else last + 1,
        topic=topic,
        decision=decision,
        programme=programme,
        before="" if last is None else "\n",
        opening=new_opening(topic, decision, programme),
        indent=INDENT,
    )
    session.add(block)
    session.flush()
    return block


def topics_in_use(session: Session) -> Sequence[TopicRow]:
    """Every topic in the order of the file."""
    return session.scalars(
        select(TopicRow).where(TopicRow.retired.is_(False)).order_by(TopicRow.position, TopicRow.id)
    ).all()


def digests(session: Session) -> dict[int, str]:
    """Of every example in use, which words it has, without reading them: id -> digest."""
    found = select(ExampleRow.id, ExampleRow.digest).where(ExampleRow.digest.is_not(None))
    return {row_id: digest for row_id, digest in session.execute(found) if digest}


def some(session: Session, ids: Sequence[int]) -> list[Placed]:
    """Those of these examples that are in use."""
    found: list[Placed] = []
    for start in range(0, len(ids), ROWS_AT_ONCE):
        wanted = _placed().where(ExampleRow.id.in_(ids[start : start + ROWS_AT_ONCE]))
        found += [Placed(*one) for one in session.execute(wanted)]
    return found
