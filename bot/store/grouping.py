"""What the grouping of patients' messages reads and keeps; how they are grouped is in `bot.core.grouping`."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from bot.store.learning_tables import LearningItem

MOST = 10_000  # the newest open messages are compared, older ones keep the group that they are in
VECTORS_AT_ONCE = 500  # messages that the model is asked about in one run
_IS_OPEN = LearningItem.state == "open"


@dataclass(frozen=True)
class Unread:
    """A message of which nobody knows yet what it means. `text` is redacted."""

    id: int
    text: str


def is_due(session: Session) -> bool:
    """Whether a message came that was not compared yet."""
    new = select(LearningItem.id).where(_IS_OPEN, LearningItem.likeness.is_(None)).limit(1)
    return session.scalar(new) is not None


def unread(session: Session, most: int = VECTORS_AT_ONCE) -> list[Unread]:
    """Open messages without a vector: what staff answered, and what came while the model was down."""
    found = select(LearningItem.id, LearningItem.text).where(_IS_OPEN, LearningItem.likeness.is_(None))
    found = found.where(LearningItem.vector.is_(None)).order_by(LearningItem.id.desc()).limit(most)
    return [Unread(*row) for row in session.execute(found)]


def keep_vector(session: Session, item_id: int, text: str, vector: str) -> None:
    """What a message means, unless its words changed meanwhile. Without a vector it stays alone."""
    item = session.get(LearningItem, item_id)
    if item is not None and item.text == text and item.vector is None:
        item.vector, item.likeness = vector or None, None if vector else 1.0


def to_compare(session: Session) -> Sequence[int]:
    """The numbers of the newest open messages that have a vector, oldest first."""
    newest = (
        select(LearningItem.id)
        .where(_IS_OPEN, LearningItem.vector.is_not(None))
        .order_by(LearningItem.id.desc())
        .limit(MOST)
    )
    return session.scalars(newest).all()[::-1]


def vectors(session: Session, numbers: Sequence[int]) -> Sequence[tuple[int, str]]:
    """Of these messages the number and the vector, oldest first; without one that cannot be decrypted any more."""
    found = select(LearningItem.id, LearningItem.vector).where(LearningItem.id.in_(numbers)).order_by(LearningItem.id)
    return [(row.id, row.vector) for row in session.execute(found) if row.vector]


def keep_groups(session: Session, groups: Sequence[tuple[int, int, float]]) -> None:
    """(message, oldest of its group, how alike they are) for each; what was labelled meanwhile stays as it is."""
    rows = [{"id": one, "group_id": group, "likeness": likeness} for one, group, likeness in groups]
    here = session.scalars(select(LearningItem.id).where(LearningItem.id.in_([row["id"] for row in rows]), _IS_OPEN))
    still_there = set(here)
    changed = [row for row in rows if row["id"] in still_there]
    if changed:
        session.execute(update(LearningItem), changed)


def leave_alone(session: Session, oldest_compared: int) -> None:
    """What is older than all that was compared will not be: it stays in its group."""
    older: ColumnElement[bool] = and_(LearningItem.id < oldest_compared, LearningItem.likeness.is_(None), _IS_OPEN)
    values = {"likeness": 1.0, "group_id": func.coalesce(LearningItem.group_id, LearningItem.id)}
    session.execute(update(LearningItem).where(older).values(values).execution_options(synchronize_session=False))
