"""Which event is worked on next: dangers first, then each practice in its turn, each conversation in its order."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from bot.store.tables import Practice, ReceivedEvent

UNFINISHED = ("waiting", "working")
EARLIER = aliased(ReceivedEvent)  # made once: making it costs more than the database needs to answer


def next_to_answer(session: Session, now: datetime, after: int, most: int) -> list[int]:
    """The ids of up to `most` events whose conversations have nothing earlier unfinished, each of another one.

    First what a dead worker left, then dangers, then the oldest of each practice in its turn, beginning with the next
    one with anything due after the practice `after`, so that one whose post went viral does not keep the others
    waiting. An event that was put off is taken as soon as something new waits behind it.
    """
    limits = {"now": now, "most": most}
    found = [*session.connection().scalars(_abandoned(), limits)]
    if len(found) < most:
        found += session.connection().scalars(_due_danger(), limits)
    if len(found) < most:
        found += _in_turn(session, limits, after, most)
    return list(dict.fromkeys(found))[:most]


def is_free() -> ColumnElement[bool]:
    """Whether an event can be claimed at the moment `now`: the condition that the claim itself asks again."""
    return or_(_is_due(), _is_put_off(ReceivedEvent), _is_abandoned())


def _in_turn(session: Session, limits: dict[str, Any], after: int, most: int) -> Iterator[int]:
    """Of each practice what is due first, then of each what is due next, and so on."""
    queues = []
    for practice_id in _practices_with_work(session, limits["now"], after):
        due = limits | {"practice": practice_id}
        if queue := session.connection().scalars(_due_at_practice(), due).all():
            queues.append(queue)
        if len(queues) == most:
            break
    for row in zip_longest(*queues):
        yield from (one for one in row if one is not None)


def _practices_with_work(session: Session, now: datetime, after: int) -> Iterator[int]:
    for which in _with_work():
        yield from session.connection().scalars(which, {"now": now, "after": after})


# The statements are made once, and carried out by the connection: making one, and the ORM's part in carrying it out,
# cost several times what the database needs to answer it.


@cache
def _abandoned() -> Select[int]:
    """The events whose workers died longest ago."""
    found = select(ReceivedEvent.id).where(_is_abandoned(), ~_after_unfinished())
    return found.order_by(ReceivedEvent.lease_until).limit(bindparam("most")).with_for_update(skip_locked=True)


@cache
def _due_danger() -> Select[int]:
    return _due(ReceivedEvent.urgent.is_(True))


@cache
def _due_at_practice() -> Select[int]:
    return _due(ReceivedEvent.practice_id == bindparam("practice"))


def _due(which: ColumnElement[bool]) -> Select[int]:
    """Those that are due first; where one of the same patient that was put off is before it, that one."""
    must_wait = _after_unfinished(~_is_put_off(EARLIER))
    first_of_patient = (
        select(EARLIER.id)
        .where(
            EARLIER.page_ref == ReceivedEvent.page_ref,
            EARLIER.psid == ReceivedEvent.psid,
            EARLIER.state.in_(UNFINISHED),
        )
        .order_by(EARLIER.order_at, EARLIER.id)
        .limit(1)
        .scalar_subquery()
    )
    # One state and the order of an index: the database stops at the first that fit, however many wait.
    found = select(func.coalesce(first_of_patient, ReceivedEvent.id)).where(_is_due(), ~must_wait, which)
    in_order = found.order_by(ReceivedEvent.due_at, ReceivedEvent.id).limit(bindparam("most"))
    return in_order.with_for_update(skip_locked=True, of=ReceivedEvent)


@cache
def _with_work() -> tuple[Select[int], ...]:
    """The practices with anything due: those after the practice `after`, then those up to it."""
    has_work = exists().where(ReceivedEvent.practice_id == Practice.id, _is_due())
    sides = (Practice.id > bindparam("after"), Practice.id <= bindparam("after"))
    return tuple(select(Practice.id).where(side, has_work).order_by(Practice.id) for side in sides)


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
