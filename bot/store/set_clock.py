"""Times in the queues that lie further ahead than anything puts them: the clock was set back since. They are put right.

Nobody would lose a message to such a clock, but wait for hours until it is due.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store import outgoing, received_events
from bot.store.tables import OutgoingMessage, Page, ReceivedEvent

AHEAD = timedelta(minutes=2)  # clocks of several hosts differ; an event waits for seconds only
LONGEST_PAUSE = timedelta(minutes=20)  # between two tries to send, save from a page that is stopped
AGAIN = timedelta(minutes=1)  # time for the echo of what may have arrived


Table = type[ReceivedEvent] | type[OutgoingMessage]


def is_ahead(session: Session, now: datetime) -> bool:
    """Whether there is anything to put right: looking keeps nobody from writing."""
    return any(session.scalar(select(table.id).where(*which).limit(1)) for table, which, _ in _ahead(now))


def put_right(session: Session, now: datetime) -> int:
    """Make due what a clock ahead of this one put off, and end its leases as if they began now. Returns how many."""
    changes = [update(table).where(*which).values(values).returning(table.id) for table, which, values in _ahead(now)]
    return sum(len(session.scalars(change.execution_options(synchronize_session=False)).all()) for change in changes)


def _ahead(now: datetime) -> list[tuple[Table, Sequence[ColumnElement[bool]], dict[str, object]]]:
    """Which rows of which table, and what they should say."""
    came_later = ReceivedEvent.received_at > now + AHEAD
    # How long a turn waits for more words is reckoned from when they came in.
    came_now = case((came_later, now), else_=ReceivedEvent.received_at)
    stopped = select(Page.id).where(func.coalesce(Page.stopped_until > now, False))
    event, message = ReceivedEvent, OutgoingMessage
    return [
        (
            event,
            (event.state == "waiting", or_(event.due_at > now + AHEAD, came_later)),
            {"due_at": now, "received_at": came_now},
        ),
        (
            event,
            (event.state == "working", event.lease_until > now + received_events.LEASE + AHEAD),
            {"lease_until": now + received_events.LEASE},
        ),
        (
            message,
            (message.state == "waiting", message.attempts == 0, message.due_at > now + AHEAD),
            {"due_at": now},
        ),
        (
            message,
            (
                message.state.in_(("waiting", "unknown")),
                message.due_at > now + LONGEST_PAUSE,
                message.page_id.not_in(stopped),
            ),
            {"due_at": now + AGAIN},
        ),
        (
            message,
            (message.state == "sending", message.lease_until > now + outgoing.LEASE + AHEAD),
            {"lease_until": now + outgoing.LEASE},
        ),
    ]
