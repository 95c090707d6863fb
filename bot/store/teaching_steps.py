"""What trainers do with topics and examples: each is one step, in the audit, that can be undone.

Topics of the safety net (emergency, crisis, red flag) take examples like any other, but stay what they are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import topic_entries
from bot.core.example_files import edited
from bot.core.example_text import digest_of, one_line, problem_of
from bot.core.messages import SAFETY_KINDS
from bot.core.topics import Topic
from bot.errors import Refused
from bot.store import topic_answers
from bot.store.examples import Placed, block_for, find, find_topic, next_position, of_topic, used_already
from bot.store.teaching_changes import Step, Touch, step
from bot.store.teaching_files import TOPICS_FILE, as_topic
from bot.store.teaching_import import put
from bot.store.teaching_tables import ExampleBlock, TeachingFile, TopicRow

SAFETY_ROUTES = frozenset(str(kind) for kind in SAFETY_KINDS)


def add_topic(session: Session, topic: Topic, *, actor: str, now: datetime) -> TopicRow:
    """A topic without examples. Raises Refused where the name was ever used, or it would be a safety topic."""
    with step(session, Step("added", actor, now)) as touch:
        return _new_topic(session, topic, touch)


def edit_topic(session: Session, topic: Topic, *, actor: str, now: datetime) -> None:
    """Question, button, group, route and programmes of the topic of that name. Raises Refused."""
    row = find_topic(session, topic.name)
    before = as_topic(row)
    if before.route != topic.route and SAFETY_ROUTES & {before.route, topic.route}:
        raise Refused("What the safety net does with a topic is not changed here")
    with step(session, Step("edited", actor, now)) as touch:
        touch(row)
        put(row, topic)
        row.written = topic_entries.edited(row.written, before, topic)


def edit_example(session: Session, example_id: int, text: str, *, actor: str, now: datetime) -> None:
    """Other words for one example. Raises Refused."""
    placed, text = _in_use(session, [example_id])[0], one_line(text)
    row = placed.row
    if text == row.text:
        return
    is_same_words = digest_of(text) == row.digest
    if why := problem_of(text) or (None if is_same_words else used_already(session, text)):
        raise Refused(why)
    with step(session, Step("edited", actor, now)) as touch:
        touch(row)
        row.written = edited(row.written, text, session.get_one(ExampleBlock, row.block_id).indent)
        row.text, row.digest = text, digest_of(text)


def move(session: Session, example_ids: Sequence[int], topic: str, *, actor: str, now: datetime) -> int:
    """Put examples into another topic, each as what it is: taught or examined on. Returns how many. Raises Refused."""
    target, chosen = find_topic(session, topic), _in_use(session, example_ids)
    with step(session, Step("moved", actor, now)) as touch:
        return _move(session, chosen, target, touch)


def merge(session: Session, topic: str, into: str, *, actor: str, now: datetime, moves_answers: bool = False) -> int:
    """Put all examples of a topic into another, and retire it with its answers. Returns how many. Raises Refused.

    `moves_answers`: its answers become drafts for the other topic.
    """
    row, target = _may_go(session, topic), find_topic(session, into)
    if row.id == target.id:
        raise Refused("Choose another topic to merge with")
    what = Step("merged", actor, now)
    with step(session, what) as touch:
        moved = _move(session, of_topic(session, topic), target, touch)
        touch(row)
        row.retired = True
        topic_answers.end(session, topic, what, touch, into=into if moves_answers else None)
    return moved


def split(session: Session, example_ids: Sequence[int], topic: Topic, *, actor: str, now: datetime) -> int:
    """Make a topic of some examples of others. Returns how many. Raises Refused."""
    chosen = _in_use(session, example_ids)
    with step(session, Step("split", actor, now)) as touch:
        return _move(session, chosen, _new_topic(session, topic, touch), touch)


def retire(session: Session, example_ids: Sequence[int], *, actor: str, now: datetime) -> int:
    """Take examples out of use. Returns how many. Raises Refused."""
    chosen = _in_use(session, example_ids)
    with step(session, Step("retired", actor, now)) as touch:
        for placed in chosen:
            touch(placed.row)
            placed.row.digest = None
    return len(chosen)


def retire_topic(session: Session, topic: str, *, actor: str, now: datetime) -> None:
    """Take a topic, all its examples and its answers out of use. Raises Refused."""
    row, what = _may_go(session, topic), Step("retired", actor, now)
    with step(session, what) as touch:
        touch(row)
        row.retired = True
        for placed in of_topic(session, topic):
            touch(placed.row)
            placed.row.digest = None
        topic_answers.end(session, topic, what, touch)


def _may_go(session: Session, topic: str) -> TopicRow:
    row = find_topic(session, topic)
    if row.route in SAFETY_ROUTES:
        raise Refused("The safety net needs this topic. It cannot be retired or merged")
    return row


def _in_use(session: Session, example_ids: Iterable[int]) -> list[Placed]:
    found = [find(session, example_id) for example_id in dict.fromkeys(example_ids)]
    if not found:
        raise Refused("Choose at least one example")
    chosen = [placed for placed in found if placed]
    if len(chosen) < len(found):
        raise Refused("Some of these examples are not in use any more. Look at the topic again")
    return chosen


def _move(session: Session, chosen: Iterable[Placed], target: TopicRow, touch: Touch) -> int:
    positions: dict[int, int] = {}
    moved = 0
    for placed in chosen:
        if placed.topic == target.name:
            continue
        touch(placed.row)
        block = block_for(session, target, placed.kind, placed.decision, placed.programme)
        position = positions.get(block.id, next_position(session, block))
        # The usual line: where it stood, blank lines or marks of a word may have gone before it.
        placed.row.block_id, placed.row.position, placed.row.written = block.id, position, None
        positions[block.id] = position + 1
        moved += 1
    return moved


def _new_topic(session: Session, topic: Topic, touch: Touch) -> TopicRow:
    if topic.route in SAFETY_ROUTES:
        raise Refused("A topic of the safety net is not added here")
    if session.scalars(select(TopicRow.id).where(TopicRow.name == topic.name)).first() is not None:
        raise Refused(f"The name {topic.name} is or was in use. Choose another")
    if session.scalars(select(TeachingFile.id).where(TeachingFile.path == TOPICS_FILE)).first() is None:
        raise Refused("Topics were not set up yet")
    row = TopicRow(name=topic.name, before="", written=topic_entries.new_entry(topic), retired=False)
    put(row, topic)
    row.position = _place_in_group(session, topic.group)
    touch(row)
    session.add(row)
    session.flush()
    return row


def _place_in_group(session: Session, group: str) -> int:
    """After the last topic of the group, else at the end. Of topics with one position the later made comes later."""
    last = session.scalar(select(func.max(TopicRow.position)).where(TopicRow.group == group))
    if last is None:
        last = session.scalar(select(func.max(TopicRow.position)))
    return last or 0
