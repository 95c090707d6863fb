"""Which message is sent next: safety first, then each page in its turn, one conversation at a time and in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.store.tables import OutgoingMessage, Page

UNFINISHED = ("waiting", "sending", "unknown")
DUE_STATES = ("unknown", "waiting")  # what can be due
EARLIER = aliased(OutgoingMessage)  # made once: making it costs more than the database needs to answer


@dataclass(frozen=True)
class Found:
    """A message that may be claimed, and what became of it so far."""

    id: int
    state: str


def next_to_send(session: Session, now: datetime, after: int, most: int) -> list[Found]:
    """Up to `most` messages that have nothing earlier unsent in their conversations, in the order in which they go.

    First safety replies, then what dead workers left, then what is due first of each page in its turn: the next one
    with anything due after the page `after`, so that a busy page does not keep the others waiting.
    """
    found: dict[int, Found] = {}
    for statement in (_due_safety(), _left_behind()):
        if len(found) < most:
            found |= _found(session, statement, {"now": now, "most": most - len(found)})
    if len(found) < most:
        found |= _in_turn(session, now, after, most - len(found))
    return list(found.values())[:most]


def is_free() -> ColumnElement[bool]:
    """Whether a message can be claimed at the moment `now`: the condition that the claim itself asks again."""
    return or_(_is_due(), _is_cut_off())


def _in_turn(session: Session, now: datetime, after: int, most: int) -> dict[int, Found]:
    """What is due first of the pages that have something to send: those after `after`, then those up to it."""
    found: dict[int, Found] = {}
    values = {"now": now, "after": after}
    pages = [page for which in _with_work() for page in session.connection().scalars(which, values)]
    share = -(-most // len(pages)) if pages else 0
    for page in pages:
        of_page: dict[int, Found] = {}
        for state in DUE_STATES:
            if left := share - len(of_page):
                of_page |= _found(session, _due_at_page(state), {"now": now, "page": page, "most": left})
        found |= of_page
        if len(found) >= most:
            break
    return found


def _found(session: Session, statement: Select[int, str], values: Mapping[str, object]) -> dict[int, Found]:
    """By id: a message may be found for two reasons."""
    return {row.id: Found(row.id, row.state) for row in session.connection().execute(statement, values)}


# The statements are made once, and carried out by the connection: making one, and the ORM's part in carrying it out,
# cost several times what the database needs to answer it.


@cache
def _due_safety() -> Select[int, str]:
    return _first(_is_due(), OutgoingMessage.safety.is_(True))


@cache
def _left_behind() -> Select[int, str]:
    return _first(_is_cut_off())


@cache
def _due_at_page(state: str) -> Select[int, str]:
    return _first(_is_due(state), OutgoingMessage.page_id == bindparam("page"))


@cache
def _with_work() -> tuple[Select[int], ...]:
    """The pages with anything due that are not stopped: those after the page `after`, then those up to it."""
    # One state at a time: its rows come in the order of an index, and the database stops at the first that fits.
    has_work = or_(*(exists().where(OutgoingMessage.page_id == Page.id, _is_due(state)) for state in DUE_STATES))
    sides = (Page.id > bindparam("after"), Page.id <= bindparam("after"))
    return tuple(select(Page.id).where(side, has_work, ~_is_stopped()).order_by(Page.id) for side in sides)


def _first(*which: ColumnElement[bool]) -> Select[int, str]:
    """The first `most` of some messages whose page is not stopped and that need not wait for an earlier one."""
    must_wait = exists().where(
        EARLIER.conversation_id == OutgoingMessage.conversation_id,
        EARLIER.state.in_(UNFINISHED),
        EARLIER.id < OutgoingMessage.id,
        # A safety reply does not wait for an ordinary one that is being tried again.
        or_(EARLIER.safety, OutgoingMessage.safety.is_(False)),
    )
    stopped_pages = select(Page.id).where(_is_stopped())
    found = select(OutgoingMessage.id, OutgoingMessage.state).where(
        *which, ~must_wait, OutgoingMessage.page_id.not_in(stopped_pages)
    )
    in_order = found.order_by(OutgoingMessage.due_at, OutgoingMessage.id)
    return in_order.limit(bindparam("most")).with_for_update(skip_locked=True)


def _is_due(*states: str) -> ColumnElement[bool]:
    return and_(OutgoingMessage.state.in_(states or DUE_STATES), OutgoingMessage.due_at <= bindparam("now"))


def _is_cut_off() -> ColumnElement[bool]:
    """Its worker died while sending it."""
    return and_(OutgoingMessage.state == "sending", OutgoingMessage.lease_until < bindparam("now"))


def _is_stopped() -> ColumnElement[bool]:
    return func.coalesce(Page.stopped_until > bindparam("now"), False)
