"""Times in the queues that lie further ahead than anything puts them: the clock was set back since. They are put right.

Nobody would lose a message to such a clock, but wait for hours until it is due.
"""

from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store import outgoing, received_events
from bot.store.tables import OutgoingMessage, Page, ReceivedEvent

AHEAD = timedelta(minutes=2)  # clocks of several hosts differ; an event waits for seconds only
LONGEST_PAUSE = timedelta(minutes=20)  # between two tries to send, save from a page that is stopped
AGAIN = timedelta(minutes=1)  # time for the echo of what may have arrived


def put_right(session: Session, now: datetime) -> int:
    """Make due what a clock ahead of this one put off, and end its leases as if they began now. Returns how many."""
    came_later = ReceivedEvent.received_at > now + AHEAD
    changes = (
        update(ReceivedEvent)
        .where(ReceivedEvent.state == "waiting", or_(ReceivedEvent.due_at > now + AHEAD, came_later))
        # How long a turn waits for more words is reckoned from when they came in.
        .values(due_at=now, received_at=case((came_later, now), else_=ReceivedEvent.received_at))
        .returning(ReceivedEvent.id),
        update(ReceivedEvent)
        .where(ReceivedEvent.state == "working", ReceivedEvent.lease_until > now + received_events.LEASE + AHEAD)
        .values(lease_until=now + received_events.LEASE)
        .returning(ReceivedEvent.id),
        update(OutgoingMessage)
        .where(OutgoingMessage.state == "waiting", OutgoingMessage.attempts == 0, OutgoingMessage.due_at > now + AHEAD)
        .values(due_at=now)
        .returning(OutgoingMessage.id),
        update(OutgoingMessage)
        .where(
            OutgoingMessage.state.in_(("waiting", "unknown")),
            OutgoingMessage.due_at > now + LONGEST_PAUSE,
            OutgoingMessage.page_id.not_in(select(Page.id).where(func.coalesce(Page.stopped_until > now, False))),
        )
        .values(due_at=now + AGAIN)
        .returning(OutgoingMessage.id),
        update(OutgoingMessage)
        .where(OutgoingMessage.state == "sending", OutgoingMessage.lease_until > now + outgoing.LEASE + AHEAD)
        .values(lease_until=now + outgoing.LEASE)
        .returning(OutgoingMessage.id),
    )
    return sum(len(session.scalars(change.execution_options(synchronize_session=False)).all()) for change in changes)
