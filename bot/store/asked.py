"""What patients asked and the bot did not know, in groups of alike messages: the largest first.

A viewer sees the messages of their own practices only; a group that spans several shows their part of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.core.learning import Why
from bot.store import learning_words
from bot.store.learning_tables import LearningItem

PAGE_SIZE = 20  # groups
SHOWN = 3  # messages of each group in the list
MOST_OF_A_GROUP = 100  # messages on the page of one group


@dataclass(frozen=True)
class Group:
    """Alike messages: how many there are, the number of the newest, and those that are most like the oldest."""

    id: int
    size: int
    newest: int
    items: Sequence[LearningItem]


@dataclass(frozen=True)
class Part:
    """What somebody saw of a group: its messages up to the number `newest`, of one reason or with words looked for."""

    group_id: int
    newest: int
    why: Why | None = None
    query: str = ""


@dataclass(frozen=True)
class Listed:
    """One page of groups. `groups_in_all` and `messages_in_all` are of the whole list; 0 on a page after the last."""

    groups: Sequence[Group]
    groups_in_all: int
    messages_in_all: int


def listed(
    session: Session, practice_ids: Collection[int], why: Why | None = None, query: str = "", page: int = 1
) -> Listed:
    """`query`: each of its words begins a word of a message, as it is after redaction."""
    wanted = _wanted(session, practice_ids, why, query)
    size, newest, groups = func.count().label("size"), func.max(LearningItem.id).label("newest"), func.count().over()
    in_all = func.sum(func.count()).over().label("all")
    rows = session.execute(
        select(LearningItem.group_id, size, newest, groups.label("groups"), in_all)
        .where(*wanted)
        .group_by(LearningItem.group_id)
        .order_by(size.desc(), LearningItem.group_id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    ).all()
    shown = _most_alike(session, wanted, [row.group_id for row in rows])
    found = [Group(row.group_id, row.size, row.newest, shown.get(row.group_id, [])) for row in rows]
    return Listed(found, rows[0].groups, int(rows[0].all)) if rows else Listed([], 0, 0)


def counts(session: Session, practice_ids: Collection[int]) -> dict[Why, int]:
    """How many open messages there are for each reason."""
    found = select(LearningItem.why, func.count()).where(*_open(practice_ids, None)).group_by(LearningItem.why)
    numbers = {Why(why): number for why, number in session.execute(found)}
    return {why: numbers.get(why, 0) for why in Why}


def group(session: Session, practice_ids: Collection[int], group_id: int) -> Group | None:
    """One group with its messages, the most alike first. None: it has none that is open and may be seen."""
    wanted = [*_open(practice_ids, None), LearningItem.group_id == group_id]
    size, newest = session.execute(select(func.count(), func.max(LearningItem.id)).where(*wanted)).one()
    items = session.scalars(select(LearningItem).where(*wanted).order_by(*_in_order()).limit(MOST_OF_A_GROUP)).all()
    return Group(group_id, size, newest, items) if items else None


def of_part(session: Session, practice_ids: Collection[int], part: Part) -> list[ColumnElement[bool]]:
    """What holds for the open messages of this part of a group."""
    wanted = _wanted(session, practice_ids, part.why, part.query)
    return [*wanted, LearningItem.group_id == part.group_id, LearningItem.id <= part.newest]


def of_ids(practice_ids: Collection[int], ids: Sequence[int]) -> list[ColumnElement[bool]]:
    """What holds for those of these messages that are open."""
    return [*_open(practice_ids, None), LearningItem.id.in_(ids)]


def _wanted(session: Session, practice_ids: Collection[int], why: Why | None, query: str) -> list[ColumnElement[bool]]:
    wanted = _open(practice_ids, why)
    if query.strip():
        wanted.append(LearningItem.id.in_(learning_words.matching(session, practice_ids, query)))
    return wanted


def _open(practice_ids: Collection[int], why: Why | None) -> list[ColumnElement[bool]]:
    wanted = [LearningItem.practice_id.in_(practice_ids), LearningItem.state == "open"]
    return [*wanted, LearningItem.why == why.value] if why else wanted


def _in_order() -> tuple[ColumnElement[float | None], ColumnElement[int]]:
    """The most alike first; what was not compared yet last. The databases disagree about NULLs."""
    return LearningItem.likeness.desc().nulls_last(), LearningItem.id.asc()


def _most_alike(
    session: Session, wanted: Sequence[ColumnElement[bool]], group_ids: Sequence[int]
) -> dict[int, list[LearningItem]]:
    place = func.row_number().over(partition_by=LearningItem.group_id, order_by=_in_order())
    placed = select(LearningItem.id, place.label("place")).where(LearningItem.group_id.in_(group_ids), *wanted)
    first = placed.subquery()
    items = session.scalars(
        select(LearningItem)
        .join(first, first.c.id == LearningItem.id)
        .where(first.c.place <= SHOWN)
        .order_by(LearningItem.group_id, first.c.place)
    ).all()
    found: dict[int, list[LearningItem]] = {}
    for item in items:
        found.setdefault(item.group_id or item.id, []).append(item)
    return found
