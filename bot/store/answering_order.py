"""Which event is worked on next: dangers first, then each practice in its turn, each conversation in its order."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
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
    found = _abandoned(session, now) or _due(session, now, ReceivedEvent.urgent.is_(True))
    return found or _in_turn(session, now, after)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Whether an event can be claimed: the condition that the claim itself asks again."""
    return or_(_is_due(now), _is_put_off(ReceivedEvent, now), _is_abandoned(now))


def _abandoned(session: Session, now: datetime) -> int | None:
    """The event whose worker died longest ago."""
    must_wait = _after_unfinished()
    found = select(ReceivedEvent.id).where(_is_abandoned(now), ~must_wait).order_by(ReceivedEvent.lease_until)
    return session.scalar(found.limit(1).with_for_update(skip_locked=True))


def _in_turn(session: Session, now: datetime, after: int) -> int | None:
    """The event that is due first of the first practice after `after` that has one to take; then from the start."""
    for practice_id in _practices_with_work(session, now, after):
        found = _due(session, now, ReceivedEvent.practice_id == practice_id)
        if found is not None:
            return found
    return None


def _practices_with_work(session: Session, now: datetime, after: int) -> Iterator[int]:
    has_work = exists().where(ReceivedEvent.practice_id == Practice.id, _is_due(now))
    for which in (Practice.id > after, Practice.id <= after):
        yield from session.scalars(select(Practice.id).where(which, has_work).order_by(Practice.id))


def _due(session: Session, now: datetime, *which: ColumnElement[bool]) -> int | None:
    """The event that is due first of some; where one that was put off is before it, that one."""
    must_wait = _after_unfinished(~_is_put_off(EARLIER, now))
    # One state and the order of an index: the database stops at the first that fits, however many wait.
    columns = select(ReceivedEvent.id, ReceivedEvent.page_ref, ReceivedEvent.psid)
    found = columns.where(_is_due(now), ~must_wait, *which).order_by(ReceivedEvent.due_at, ReceivedEvent.id)
    row = session.execute(found.limit(1).with_for_update(skip_locked=True)).one_or_none()
    if row is None or row.psid is None:
        return row.id if row else None
    unfinished = select(ReceivedEvent.id).where(
        ReceivedEvent.page_ref == row.page_ref,
        ReceivedEvent.psid == row.psid,
        ReceivedEvent.state.in_(UNFINISHED),
    )
    return session.scalar(unfinished.order_by(ReceivedEvent.order_at, ReceivedEvent.id).limit(1))


def _after_unfinished(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an event has earlier ones of its conversation that are unfinished."""
    return exists().where(
        EARLIER.page_ref == ReceivedEvent.page_ref,
        EARLIER.psid == ReceivedEvent.psid,
        EARLIER.state.in_(UNFINISHED),
        tuple_(EARLIER.order_at, EARLIER.id) < tuple_(ReceivedEvent.order_at, ReceivedEvent.id),
        *which,
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(ReceivedEvent.state == "waiting", ReceivedEvent.due_at <= now)


def _is_put_off(event: type[ReceivedEvent], now: datetime) -> ColumnElement[bool]:
    """It waits for more words; unlike one that failed and pauses, it has not been tried."""
    return and_(event.state == "waiting", event.attempts == 0, event.due_at > now)


def _is_abandoned(now: datetime) -> ColumnElement[bool]:
    """Claimed by a worker whose lease ran out: it died."""
    return and_(ReceivedEvent.state == "working", ReceivedEvent.lease_until < now)
