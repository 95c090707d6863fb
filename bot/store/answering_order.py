"""Which event is worked on next: dangers first, then each practice in its turn, each conversation in its order."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from bot.store.tables import Practice, ReceivedEvent

UNFINISHED = ("waiting", "working")
EARLIER = aliased(ReceivedEvent)  # made once: making it costs more than the database needs to answer


def next_to_answer(session: Session, now: datetime, after: int) -> int | None:
    """The id of an event whose conversation has nothing earlier unfinished, or None.

    First what a dead worker left, then dangers, then the oldest of the practice whose turn it is: the next one with
    anything due after the practice `after`, so that one whose post went viral does not keep the others waiting. An
    event that was put off is taken as soon as something new waits behind it.
    """
    found = session.scalar(_abandoned(), {"now": now})
    return found or _first(session, _due_danger(), {"now": now}) or _in_turn(session, now, after)


def is_free() -> ColumnElement[bool]:
    """Whether an event can be claimed at the moment `now`: the condition that the claim itself asks again."""
    return or_(_is_due(), _is_put_off(ReceivedEvent), _is_abandoned())


def _in_turn(session: Session, now: datetime, after: int) -> int | None:
    """The event that is due first of the first practice after `after` that has one to take; then from the start."""
    for practice_id in _practices_with_work(session, now, after):
        found = _first(session, _due_at_practice(), {"now": now, "practice": practice_id})
        if found is not None:
            return found
    return None


def _practices_with_work(session: Session, now: datetime, after: int) -> Iterator[int]:
    for which in _with_work():
        yield from session.scalars(which, {"now": now, "after": after})


def _first(session: Session, due: Select[int, str, str | None], values: Mapping[str, object]) -> int | None:
    """The event that is due first of some; where one that was put off is before it, that one."""
    row = session.execute(due, values).one_or_none()
    if row is None or row.psid is None:
        return row.id if row else None
    return session.scalar(_unfinished_of_patient(), {"page_ref": row.page_ref, "psid": row.psid})


# The statements are made once: making one costs several times what the database needs to answer it.


@cache
def _abandoned() -> Select[int]:
    """The event whose worker died longest ago."""
    found = select(ReceivedEvent.id).where(_is_abandoned(), ~_after_unfinished())
    return found.order_by(ReceivedEvent.lease_until).limit(1).with_for_update(skip_locked=True)


@cache
def _due_danger() -> Select[int, str, str | None]:
    return _due(ReceivedEvent.urgent.is_(True))


@cache
def _due_at_practice() -> Select[int, str, str | None]:
    return _due(ReceivedEvent.practice_id == bindparam("practice"))


def _due(which: ColumnElement[bool]) -> Select[int, str, str | None]:
    must_wait = _after_unfinished(~_is_put_off(EARLIER))
    # One state and the order of an index: the database stops at the first that fits, however many wait.
    columns = select(ReceivedEvent.id, ReceivedEvent.page_ref, ReceivedEvent.psid)
    found = columns.where(_is_due(), ~must_wait, which).order_by(ReceivedEvent.due_at, ReceivedEvent.id)
    return found.limit(1).with_for_update(skip_locked=True)


@cache
def _with_work() -> tuple[Select[int], ...]:
    """The practices with anything due: those after the practice `after`, then those up to it."""
    has_work = exists().where(ReceivedEvent.practice_id == Practice.id, _is_due())
    sides = (Practice.id > bindparam("after"), Practice.id <= bindparam("after"))
    return tuple(select(Practice.id).where(side, has_work).order_by(Practice.id) for side in sides)


@cache
def _unfinished_of_patient() -> Select[int]:
    found = select(ReceivedEvent.id).where(
        ReceivedEvent.page_ref == bindparam("page_ref"),
        ReceivedEvent.psid == bindparam("psid"),
        ReceivedEvent.state.in_(UNFINISHED),
    )
    return found.order_by(ReceivedEvent.order_at, ReceivedEvent.id).limit(1)


def _after_unfinished(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an event has earlier ones of its conversation that are unfinished."""
    return exists().where(
        EARLIER.page_ref == ReceivedEvent.page_ref,
        EARLIER.psid == ReceivedEvent.psid,
        EARLIER.state.in_(UNFINISHED),
        tuple_(EARLIER.order_at, EARLIER.id) < tuple_(ReceivedEvent.order_at, ReceivedEvent.id),
        *which,
    )


def _is_due() -> ColumnElement[bool]:
    return and_(ReceivedEvent.state == "waiting", ReceivedEvent.due_at <= bindparam("now"))


def _is_put_off(event: type[ReceivedEvent]) -> ColumnElement[bool]:
    """It waits for more words; unlike one that failed and pauses, it has not been tried."""
    return and_(event.state == "waiting", event.attempts == 0, event.due_at > bindparam("now"))


def _is_abandoned() -> ColumnElement[bool]:
    """Claimed by a worker whose lease ran out: it died."""
    return and_(ReceivedEvent.state == "working", ReceivedEvent.lease_until < bindparam("now"))
