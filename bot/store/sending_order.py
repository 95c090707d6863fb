"""Which message is sent next: safety first, then each page in its turn, one conversation at a time and in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.store.tables import OutgoingMessage, Page

UNFINISHED = ("waiting", "sending", "unknown")
EARLIER = aliased(OutgoingMessage)  # made once: making it costs more than the database needs to answer


@dataclass(frozen=True)
class Found:
    """A message that may be claimed, and what became of it so far."""

    id: int
    state: str


def next_to_send(session: Session, now: datetime, after: int) -> Found | None:
    """A message that has nothing earlier unsent in its conversation, or None.

    First safety replies, then what a dead worker left, then the message due first of the page whose turn it is: the
    next one with anything due after the page `after`, so that a busy page does not keep the others waiting.
    """
    found = _first(session, now, _is_due(now), OutgoingMessage.safety.is_(True))
    return found or _first(session, now, _is_cut_off(now)) or _in_turn(session, now, after)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Whether a message can be claimed: the condition that the claim itself asks again."""
    return or_(_is_due(now), _is_cut_off(now))


def _in_turn(session: Session, now: datetime, after: int) -> Found | None:
    """The message that is due first of the first page after `after` that has one to send; then from the start."""
    # One state at a time: its rows come in the order of an index, and the database stops at the first that fits.
    states = [_is_due(now, state) for state in ("unknown", "waiting")]
    has_work = or_(*(exists().where(OutgoingMessage.page_id == Page.id, due) for due in states))
    for which in (Page.id > after, Page.id <= after):
        for page in session.scalars(select(Page.id).where(which, has_work, ~_is_stopped(now)).order_by(Page.id)):
            for due in states:
                if found := _first(session, now, due, OutgoingMessage.page_id == page):
                    return found
    return None


def _first(session: Session, now: datetime, *which: ColumnElement[bool]) -> Found | None:
    """The first of some messages whose page is not stopped and that need not wait for an earlier one."""
    must_wait = exists().where(
        EARLIER.conversation_id == OutgoingMessage.conversation_id,
        EARLIER.state.in_(UNFINISHED),
        EARLIER.id < OutgoingMessage.id,
        # A safety reply does not wait for an ordinary one that is being tried again.
        or_(EARLIER.safety, OutgoingMessage.safety.is_(False)),
    )
    stopped_pages = select(Page.id).where(_is_stopped(now))
    found = session.execute(
        select(OutgoingMessage.id, OutgoingMessage.state)
        .where(*which, ~must_wait, OutgoingMessage.page_id.not_in(stopped_pages))
        .order_by(OutgoingMessage.due_at, OutgoingMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return Found(found.id, found.state) if found else None


def _is_due(now: datetime, *states: str) -> ColumnElement[bool]:
    return and_(OutgoingMessage.state.in_(states or ("waiting", "unknown")), OutgoingMessage.due_at <= now)


def _is_cut_off(now: datetime) -> ColumnElement[bool]:
    """Its worker died while sending it."""
    return and_(OutgoingMessage.state == "sending", OutgoingMessage.lease_until < now)


def _is_stopped(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(Page.stopped_until > now, False)
