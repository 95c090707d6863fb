"""The first queue: what Meta told us, stored before the 200 and worked off in order for each patient."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, and_, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from bot.core.events import Edit, Event, Ignored, TextMessage, Unsend, from_json, to_json
from bot.store.database import insert_or_skip
from bot.store.tables import Page, ReceivedEvent

LEASE = timedelta(seconds=30)  # three times the slowest honest turn: NLU 2 s, database 5 s
UNFINISHED = ("waiting", "working")
UNKNOWN_PAGE = "the page is not connected to this service"


@dataclass(frozen=True)
class Claim:
    """An event that this worker holds until its lease ends."""

    id: int
    practice_id: int
    event: Event
    received_at: datetime
    attempts: int
    worker: str


def save_all(session: Session, events: Sequence[Event], now: datetime) -> int:
    """Store a webhook's events; those stored before are no-ops. Returns how many were new."""
    connected = session.execute(select(Page.page_id, Page.practice_id))
    practices = {page_id: practice_id for page_id, practice_id in connected}  # noqa: C416 - rows are no pairs to dict()
    return insert_or_skip(session, ReceivedEvent, [_row(event, practices.get(event.page_id), now) for event in events])


def _row(event: Event, practice_id: int | None, now: datetime) -> dict[str, Any]:
    ignored = event.reason if isinstance(event, Ignored) else UNKNOWN_PAGE if practice_id is None else None
    # A stranger's page is none of our business: keep that something came, not what was said.
    payload = to_json(event) if practice_id is not None else {"kind": event.kind}
    return {
        "practice_id": practice_id,
        "page_ref": event.page_id,
        "psid": event.psid,
        "kind": event.kind,
        "event_key": event.key,
        "payload": payload,
        "order_at": min(event.happened_at or now, now),  # a clock ahead of ours must not hold the queue up
        "received_at": now,
        "state": "ignored" if ignored else "waiting",
        "reason": ignored[:255] if ignored else None,
        "due_at": now,
        "attempts": 0,
        "finished_at": now if ignored else None,
    }


def claim_next(session: Session, worker: str, now: datetime) -> Claim | None:
    """Take the oldest event whose conversation has nothing earlier unfinished, or None.

    The lock keeps two workers apart on PostgreSQL, the repeated condition keeps them apart everywhere.
    """
    earlier = aliased(ReceivedEvent)
    must_wait = exists().where(
        earlier.page_ref == ReceivedEvent.page_ref,
        earlier.psid == ReceivedEvent.psid,
        earlier.state.in_(UNFINISHED),
        tuple_(earlier.order_at, earlier.id) < tuple_(ReceivedEvent.order_at, ReceivedEvent.id),
    )
    next_id = (
        select(ReceivedEvent.id)
        .where(_is_free(now), ~must_wait)
        .order_by(ReceivedEvent.due_at, ReceivedEvent.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = session.scalars(
        update(ReceivedEvent)
        .where(ReceivedEvent.id == next_id, _is_free(now))
        .values(
            state="working",
            claimed_by=worker,
            lease_until=now + LEASE,
            attempts=ReceivedEvent.attempts + 1,
        )
        .returning(ReceivedEvent)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None or row.practice_id is None:
        return None
    try:
        event = from_json(row.payload)
    except ValueError:
        # Stored by a newer version, say. It must not stand in the way of the others; the next round takes them.
        row.state, row.reason, row.finished_at = "failed", "its stored form cannot be read", now
        return None
    return Claim(row.id, row.practice_id, event, row.received_at, row.attempts, worker)


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Waiting and due, or claimed by a worker whose lease ran out (it died)."""
    return or_(
        and_(ReceivedEvent.state == "waiting", ReceivedEvent.due_at <= now),
        and_(ReceivedEvent.state == "working", ReceivedEvent.lease_until < now),
    )


def finish(session: Session, claim: Claim, state: str, now: datetime, reason: str | None = None) -> bool:
    """Mark done, ignored or failed. False: the lease was lost, so roll back what was done under it."""
    changed = session.scalar(
        _held(claim).values(state=state, reason=reason, finished_at=now, lease_until=None).returning(ReceivedEvent.id)
    )
    return changed is not None


def give_back(session: Session, claim: Claim, due_at: datetime) -> None:
    """Release a claim that could not be worked on, to be tried again at `due_at`."""
    session.execute(_held(claim).values(state="waiting", due_at=due_at, lease_until=None))


def _held(claim: Claim) -> Update:
    return (
        update(ReceivedEvent)
        .where(
            ReceivedEvent.id == claim.id,
            ReceivedEvent.state == "working",
            ReceivedEvent.claimed_by == claim.worker,
            ReceivedEvent.attempts == claim.attempts,
        )
        .execution_options(synchronize_session=False)
    )


def latest_words(session: Session, message: TextMessage) -> str | None:
    """The message as it stands now: its newest edit that has come in, or None if the patient took it back."""
    later = session.scalars(
        select(ReceivedEvent.payload)
        .where(
            ReceivedEvent.page_ref == message.page_id,
            ReceivedEvent.psid == message.psid,
            ReceivedEvent.kind.in_(("edit", "unsend")),
            ReceivedEvent.state == "waiting",
        )
        .order_by(ReceivedEvent.order_at, ReceivedEvent.id)
    )
    words = message.text
    for change in _readable(later):
        if isinstance(change, Unsend) and change.mid == message.mid:
            return None
        if isinstance(change, Edit) and change.mid == message.mid:
            words = change.text
    return words


def _readable(payloads: Iterable[Mapping[str, Any]]) -> Iterator[Event]:
    for payload in payloads:
        with suppress(ValueError):  # claimed by itself it is marked as failed; here it must not hold the message up
            yield from_json(payload)


def stranded(session: Session, now: datetime) -> Sequence[int]:
    """Ids of events whose worker died; `claim_next` takes them again by itself."""
    expired = select(ReceivedEvent.id).where(ReceivedEvent.state == "working", ReceivedEvent.lease_until < now)
    return session.scalars(expired).all()


def oldest_unfinished(session: Session) -> datetime | None:
    """When the event that has waited longest came in."""
    return session.scalar(select(func.min(ReceivedEvent.received_at)).where(ReceivedEvent.state.in_(UNFINISHED)))
