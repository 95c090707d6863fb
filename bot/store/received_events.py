"""The first queue: what Meta told us, stored before the 200 and worked off in order for each patient."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, exists, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningUpdate

from bot.core.events import Edit, Event, Ignored, TextMessage, Unsend, from_json, to_json
from bot.store import conversations, probes
from bot.store.answering_order import UNFINISHED as UNFINISHED
from bot.store.answering_order import is_free, next_to_answer
from bot.store.database import insert_or_skip
from bot.store.tables import Page, ReceivedEvent

LEASE = timedelta(seconds=30)  # three times the slowest honest turn: NLU 2 s, database 5 s
SPOKEN = ("text", "attachment", "sticker", "postback", "edit")  # kinds by which a patient says something
UNKNOWN_PAGE = "the page is not connected to this service"


@dataclass(frozen=True)
class Claim:
    """An event that this worker holds until its lease ends. A probe, a message of our own, is of no practice: 0."""

    id: int
    practice_id: int
    event: Event
    order_at: datetime
    received_at: datetime
    attempts: int
    worker: str
    was_put_off: bool = False  # it was looked at before and waited for more words
    is_probe: bool = False


@dataclass(frozen=True)
class Waiting:
    """An event that waits behind a claimed one of the same patient. `event` is None where it cannot be read."""

    id: int
    event: Event | None
    order_at: datetime
    received_at: datetime


def save_all(session: Session, events: Sequence[Event], now: datetime) -> int:
    """Store a webhook's events; those stored before are no-ops. Returns how many were new."""
    connected = session.connection().execute(_connected())
    practices = {page_id: practice_id for page_id, practice_id in connected}  # noqa: C416 - rows are no pairs to dict()
    return insert_or_skip(session, ReceivedEvent, [_row(event, practices.get(event.page_id), now) for event in events])


@cache
def _connected() -> Select[str, int]:
    return select(Page.page_id, Page.practice_id)


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


def claim(session: Session, worker: str, now: datetime, after: int = 0, most: int = 1) -> list[Claim]:
    """Take up to `most` events to work on, in the order in which they are due.

    It is the turn of the practice that comes after the practice `after`. The lock keeps two workers apart on
    PostgreSQL, the repeated condition keeps them apart everywhere.
    """
    wanted = next_to_answer(session, now, after, most)
    if not wanted:
        return []
    values = {"wanted": wanted, "now": now, "worker": worker, "until": now + LEASE}
    rows = {row.id: row for row in session.scalars(_claiming(), values)}
    claims = [_claim_of(session, rows[number], worker, now) for number in wanted if number in rows]
    return [one for one in claims if one is not None]


def _claim_of(session: Session, row: ReceivedEvent, worker: str, now: datetime) -> Claim | None:
    event = _readable(row.payload)
    if event is None:
        # Stored by a newer version, say. It must not stand in the way of the others.
        row.state, row.reason, row.finished_at = "failed", "its stored form cannot be read", now
        _tell_staff(session, row, now)
        return None
    return Claim(
        id=row.id,
        practice_id=row.practice_id or 0,
        event=event,
        order_at=row.order_at,
        received_at=row.received_at,
        attempts=row.attempts,
        worker=worker,
        was_put_off=row.attempts == 1 and row.due_at > row.received_at,
        is_probe=row.kind == probes.KIND,
    )


@cache
def _claiming() -> ReturningUpdate[ReceivedEvent]:
    """Made once: making a statement costs several times what the database needs to carry it out."""
    return (
        update(ReceivedEvent)
        .where(ReceivedEvent.id.in_(bindparam("wanted", expanding=True)), is_free())
        .values(
            state="working",
            claimed_by=bindparam("worker"),
            lease_until=bindparam("until"),
            attempts=ReceivedEvent.attempts + 1,
        )
        .returning(ReceivedEvent)
        .execution_options(synchronize_session=False)
    )


def _tell_staff(session: Session, row: ReceivedEvent, now: datetime) -> None:
    """Staff find the words in Facebook's own inbox; as nobody knows what they say, they are urgent."""
    if row.psid is not None and row.kind in SPOKEN:
        conversation = conversations.find_or_start(session, row.page_ref, row.psid, now)
        conversation.waiting_since, conversation.urgent = conversation.waiting_since or now, True
        conversation.waiting_why = "a message could not be read here: look into Facebook's own inbox"


def finish(session: Session, claim: Claim, state: str, now: datetime, reason: str | None = None) -> bool:
    """Mark done, ignored or failed. False: the lease was lost, so roll back what was done under it."""
    new = {"new_state": state, "new_reason": reason, "now": now}
    return session.connection().scalar(_finishing(), _whose(claim) | new) is not None


@cache
def _finishing() -> ReturningUpdate[int]:
    values: dict[str, Any] = {
        "state": bindparam("new_state"),
        "reason": bindparam("new_reason"),
        "finished_at": bindparam("now"),
    }
    return _held().values(values | {"lease_until": None}).returning(ReceivedEvent.id)


def finish_with(session: Session, claim: Claim, others: Sequence[int], now: datetime) -> bool:
    """Mark events that waited behind a claimed one as done, because it was read together with them.

    Call it after `finish` in the same transaction: until that commits nobody can claim them. False: one of them is
    not waiting any more, so the lease was lost; roll back.
    """
    if not others:
        return True
    changed = session.scalars(
        update(ReceivedEvent)
        .where(ReceivedEvent.id.in_(others), ReceivedEvent.state == "waiting")
        .values(state="done", reason=f"read as one turn with event {claim.id}", finished_at=now)
        .returning(ReceivedEvent.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(changed) == len(others)


def give_back(session: Session, claim: Claim, due_at: datetime) -> None:
    """Release a claim that could not be worked on, to be tried again at `due_at`."""
    session.connection().execute(_releasing(), _whose(claim) | {"due": due_at, "tries": claim.attempts})


def put_off(session: Session, claim: Claim, seen: Sequence[int], due_at: datetime) -> None:
    """Release a claim to wait for more words until `due_at`, or until something comes that is not among `seen`.

    The events seen behind it wait as long, so that one that is due behind it is news (`_due`). It is no try:
    attempts count what failed.
    """
    values = {"due": due_at, "tries": claim.attempts - 1}
    released = session.connection().scalar(_releasing(), _whose(claim) | values)
    if released is not None and seen:
        session.execute(
            update(ReceivedEvent)
            .where(ReceivedEvent.id.in_(seen), ReceivedEvent.state == "waiting", ReceivedEvent.due_at < due_at)
            .values(due_at=due_at)
            .execution_options(synchronize_session=False)
        )


@cache
def _releasing() -> ReturningUpdate[int]:
    values: dict[str, Any] = {
        "state": "waiting",
        "due_at": bindparam("due"),
        "attempts": bindparam("tries"),
        "lease_until": None,
    }
    return _held().values(values).returning(ReceivedEvent.id)


def waiting_behind(session: Session, claim: Claim) -> list[Waiting]:
    """What has come in of the same patient and page after a claimed event and is not worked on yet, in order."""
    if claim.event.psid is None:
        return []
    after = {"page_ref": claim.event.page_id, "psid": claim.event.psid, "at": claim.order_at, "id": claim.id}
    rows = session.connection().execute(_behind(), after).all()
    return [Waiting(row.id, _readable(row.payload), row.order_at, row.received_at) for row in rows]


@cache
def _behind() -> Select[Any]:
    columns = (ReceivedEvent.id, ReceivedEvent.payload, ReceivedEvent.order_at, ReceivedEvent.received_at)
    return (
        select(*columns)
        .where(
            ReceivedEvent.page_ref == bindparam("page_ref"),
            ReceivedEvent.psid == bindparam("psid"),
            ReceivedEvent.state == "waiting",
            tuple_(ReceivedEvent.order_at, ReceivedEvent.id)
            > tuple_(bindparam("at", type_=ReceivedEvent.order_at.type), bindparam("id")),
        )
        .order_by(ReceivedEvent.order_at, ReceivedEvent.id)
    )


def _held() -> Update:
    """The event of a claim (`_whose`), as long as it is held."""
    return (
        update(ReceivedEvent)
        .where(
            ReceivedEvent.id == bindparam("held"),
            ReceivedEvent.state == "working",
            ReceivedEvent.claimed_by == bindparam("worker"),
            ReceivedEvent.attempts == bindparam("try"),
        )
        .execution_options(synchronize_session=False)
    )


def _whose(claim: Claim) -> dict[str, Any]:
    return {"held": claim.id, "worker": claim.worker, "try": claim.attempts}


def latest_words(messages: Sequence[TextMessage], behind: Sequence[Waiting]) -> list[str | None]:
    """Messages of one patient as they stand now: the newest edit that has come in, or None if it was taken back."""
    changes = [row.event for row in behind]
    return [_as_changed(message, changes) for message in messages]


def _as_changed(message: TextMessage, changes: Iterable[Event | None]) -> str | None:
    words = message.text
    for change in changes:
        if isinstance(change, Unsend) and change.mid == message.mid:
            return None
        if isinstance(change, Edit) and change.mid == message.mid:
            words = change.text
    return words


def _readable(payload: Mapping[str, Any]) -> Event | None:
    try:
        return from_json(payload)
    except ValueError:  # claimed by itself it is marked as failed; here it must not hold the message up
        return None


def not_looked_at(session: Session, waiting_since: datetime, limit: int) -> list[tuple[int, Event | None]]:
    """The events that have been due since then, and that the safety net has not read yet; longest due first."""
    rows = session.scalars(
        select(ReceivedEvent)
        .where(ReceivedEvent.state == "waiting", ReceivedEvent.urgent.is_(None), ReceivedEvent.due_at <= waiting_since)
        .order_by(ReceivedEvent.due_at)
        .limit(limit)
    )
    return [(row.id, _readable(row.payload)) for row in rows]


def mark_looked_at(session: Session, ids: Sequence[int], dangers: Sequence[int]) -> None:
    """The safety net has read these. `dangers`, and all else that waits of the same patients, are answered first.

    What a worker is just taking is left to it: nobody waits here for a lock.
    """
    of_same = aliased(ReceivedEvent)
    beside = exists().where(
        of_same.id.in_(dangers), of_same.page_ref == ReceivedEvent.page_ref, of_same.psid == ReceivedEvent.psid
    )
    waits = ReceivedEvent.state == "waiting"
    for which, urgent in ((ReceivedEvent.id.in_(ids), False), (beside, True))[: 2 if dangers else 1]:
        free = session.scalars(select(ReceivedEvent.id).where(which, waits).with_for_update(skip_locked=True)).all()
        session.execute(
            update(ReceivedEvent)
            .where(ReceivedEvent.id.in_(free))
            .values(urgent=urgent)
            .execution_options(synchronize_session=False)
        )


def stranded(session: Session, now: datetime) -> Sequence[int]:
    """Ids of events whose worker died; `claim` takes them again by itself."""
    expired = select(ReceivedEvent.id).where(ReceivedEvent.state == "working", ReceivedEvent.lease_until < now)
    return session.scalars(expired).all()


def oldest_unfinished(session: Session) -> datetime | None:
    """When the event of a patient that has waited longest came in."""
    unfinished = ReceivedEvent.state.in_(UNFINISHED), ReceivedEvent.kind != probes.KIND
    return session.scalar(select(func.min(ReceivedEvent.received_at)).where(*unfinished))
