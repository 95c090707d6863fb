"""A trainer says what messages were about: they become examples, or are put away. Every such act can be undone.

Nothing becomes an example in any other way, and nothing that seems to hold personal data does. One in five is kept
back: it goes into the regression set instead and is never trained on.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.desk import Colleague
from bot.core.learning import is_kept_back
from bot.core.redact_plain import Mask
from bot.store import asked, audit, examples
from bot.store.asked import Part
from bot.store.learning_tables import LearningItem
from bot.store.teaching_changes import Step, step
from bot.store.teaching_tables import ExampleRow

OUT_OF_SCOPE = "off_topic"  # the topic of what is none of the service's business
LABELLED_AT_ONCE = 50  # shown on a page of what was labelled


@dataclass(frozen=True)
class Label:
    """What somebody says of messages: about a topic, out of scope (also a topic), or nothing to learn."""

    kind: str  # "topic", "out_of_scope" or "ignored"
    topic: str | None = None

    @classmethod
    def from_form(cls, value: str) -> "Label | None":
        """ "topic:does_it_hurt", "out_of_scope" or "ignored"; None for anything else."""
        kind, _, topic = value.partition(":")
        if kind == "topic" and topic:
            return cls("topic", topic)
        if value == "out_of_scope":
            return cls("out_of_scope", OUT_OF_SCOPE)
        return cls("ignored") if value == "ignored" else None


@dataclass(frozen=True)
class Done:
    """What came of an act: its name for undoing, and how many messages went where."""

    act: str
    labelled: int
    taught: int
    kept_back: int
    left_out: int  # labelled, but no example: known already, or with personal data


def open_items(
    session: Session, practice_ids: Collection[int], *, ids: Sequence[int] = (), part: Part | None = None
) -> Sequence[LearningItem]:
    """These open messages, or all of a part of a group, held until the transaction ends."""
    wanted = asked.of_part(session, practice_ids, part) if part else asked.of_ids(practice_ids, ids)
    return session.scalars(select(LearningItem).where(*wanted).order_by(LearningItem.id).with_for_update()).all()


def label(session: Session, items: Sequence[LearningItem], how: Label, who: Colleague, now: datetime) -> Done:
    """Raises Refused where there is no such topic."""
    act = secrets.token_hex(16)
    for item in items:
        item.state, item.label, item.topic, item.act = "labelled", how.kind, how.topic, act
        item.labelled_by, item.labelled_by_name, item.labelled_at = who.key, who.name, now
        item.kept_back = how.topic is not None and is_kept_back(item.text)
    session.flush()
    taught, kept_back = _teach(session, items, how.topic, who, now) if how.topic else (0, 0)
    left_out = len(items) - taught - kept_back if how.topic else 0
    done = Done(act, len(items), taught, kept_back, left_out)
    _record(session, "labelled messages", act, items, who, now, label=how.kind, topic=how.topic)
    return done


def _teach(
    session: Session, items: Sequence[LearningItem], topic: str, who: Colleague, now: datetime
) -> tuple[int, int]:
    examples.find_topic(session, topic)
    added = []
    for kind, kept_back in (("train", False), ("regression", True)):
        texts = [
            (item.text, source_of(item)) for item in items if item.kept_back is kept_back and not is_masked(item.text)
        ]
        added.append(_add(session, topic, texts, kind, who, now))
    return added[0], added[1]


def _add(session: Session, topic: str, texts: list[tuple[str, str]], kind: str, who: Colleague, now: datetime) -> int:
    if not texts:
        return 0
    return len(examples.add_examples(session, topic, texts, kind, who.key, now).rows)


def source_of(item: LearningItem) -> str:
    """How an example names the message that it came from."""
    return f"learning_item {item.id}"


def is_masked(text: str) -> bool:
    """Whether something was masked in this text: what is left would teach the mask."""
    return any(mask and mask.value in text for mask in Mask)


def undo(session: Session, practice_ids: Collection[int], act: str, who: Colleague, now: datetime) -> int:
    """Open again everything that was labelled in one act, and take back the examples. Returns how many."""
    items = session.scalars(
        select(LearningItem)
        .where(LearningItem.act == act, LearningItem.practice_id.in_(practice_ids), LearningItem.state == "labelled")
        .with_for_update()
    ).all()
    if not items:
        return 0
    made = select(ExampleRow).where(
        ExampleRow.source.in_([source_of(item) for item in items]), ExampleRow.digest.is_not(None)
    )
    with step(session, Step("retired", who.key, now)) as touch:
        for example in session.scalars(made).all():
            touch(example)
            example.digest = None
    empty = {"label": None, "topic": None, "act": None, "labelled_by": None, "labelled_by_name": None}
    session.execute(
        update(LearningItem)
        .where(LearningItem.id.in_([item.id for item in items]))
        .values(state="open", kept_back=False, labelled_at=None, **empty)
    )
    _record(session, "undid labelling", act, items, who, now)
    return len(items)


def newest(session: Session, practice_ids: Collection[int]) -> Sequence[LearningItem]:
    """What was labelled last, newest first."""
    return session.scalars(
        select(LearningItem)
        .where(LearningItem.practice_id.in_(practice_ids), LearningItem.labelled_at.is_not(None))
        .order_by(LearningItem.labelled_at.desc(), LearningItem.id.desc())
        .limit(LABELLED_AT_ONCE)
    ).all()


def _record(
    session: Session,
    action: str,
    act: str,
    items: Sequence[LearningItem],
    who: Colleague,
    now: datetime,
    **more: str | None,
) -> None:
    """One entry for each practice whose messages were touched."""
    for practice_id in sorted({item.practice_id for item in items}):
        count = sum(item.practice_id == practice_id for item in items)
        audit.record(
            session,
            now,
            actor=who.key,
            action=action,
            about=f"labelling {act}",
            practice_id=practice_id,
            details={"messages": count, **more},
        )
