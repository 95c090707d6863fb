"""Events without the person: what stays of a received event when its patient's data are erased.

Meta delivers an event again for hours if it missed our answer. The row therefore stays until the retention period of
received events is over, but without words and id, and with a hash in place of its key: a redelivery of what was erased
is known and skipped, and what was never seen (a sign of danger that was long on its way) is answered like any message.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from bot.core.events import Echo, Event
from bot.store.database import insert_or_skip
from bot.store.received_events import UNFINISHED, Claim
from bot.store.tables import Conversation, OutgoingMessage, Page, ReceivedEvent

PREFIX = "erased:"
WHY = "its patient's data were erased"


def erased_key(page_ref: str, kind: str, key: str) -> str:
    """The key of an erased event. Meta's message ids cannot be guessed, so the hash needs no secret."""
    return PREFIX + hashlib.sha256("\0".join((page_ref, kind, key)).encode()).hexdigest()


def _key_of(event: Event) -> str:
    """An echo of ours is known by its metadata: it may come after the message that it is of was erased."""
    return erased_key(event.page_id, event.kind, (isinstance(event, Echo) and event.metadata) or event.key)


def without_erased(session: Session, events: Sequence[Event]) -> list[Event]:
    """The events of a webhook that were not received and erased before."""
    keys = [_key_of(event) for event in events]
    about = {"pages": {event.page_id for event in events}, "kinds": {event.kind for event in events}, "keys": keys}
    erased = set(session.connection().scalars(_known(), about))
    return [event for event, key in zip(events, keys, strict=True) if key not in erased]


@cache
def _known() -> Select[str]:
    """Made once, and carried out by the connection: Meta waits for it with every webhook."""
    return select(ReceivedEvent.event_key).where(
        ReceivedEvent.page_ref.in_(bindparam("pages", expanding=True)),
        ReceivedEvent.kind.in_(bindparam("kinds", expanding=True)),
        ReceivedEvent.event_key.in_(bindparam("keys", expanding=True)),
    )


def forget_all(session: Session, page_ref: str, psid: str, *, kinds: Iterable[str] = ()) -> int:
    """Take the person out of their finished events (of these kinds, or all). Returns how many."""
    of_kind = [ReceivedEvent.kind.in_(list(kinds))] if kinds else []
    rows = session.scalars(
        select(ReceivedEvent).where(
            ReceivedEvent.page_ref == page_ref,
            ReceivedEvent.psid == psid,
            ReceivedEvent.state.not_in(UNFINISHED),
            *of_kind,
        )
    ).all()
    for row in rows:
        _forget(row)
    session.flush()
    return len(rows)


def forget(session: Session, claim: Claim) -> None:
    """Take the person out of an event that is worked on: nothing of theirs is held that it could be about."""
    _forget(session.get_one(ReceivedEvent, claim.id))


def _forget(row: ReceivedEvent) -> None:
    if not row.event_key.startswith(PREFIX):
        row.event_key = erased_key(row.page_ref, row.kind, row.event_key)
    row.psid, row.payload, row.reason = None, {"kind": row.kind}, WHY


def expect_echoes(session: Session, row: Conversation, now: datetime) -> None:
    """Know the echoes of the messages that will be deleted: one that comes later must not look like a person's."""
    page_ref = session.get_one(Page, row.page_id).page_id
    sent = session.scalars(select(OutgoingMessage.metadata_key).where(OutgoingMessage.conversation_id == row.id))
    echoes = [
        {
            "practice_id": row.practice_id,
            "page_ref": page_ref,
            "kind": "echo",
            "event_key": erased_key(page_ref, "echo", key),
            "payload": {"kind": "echo"},
            "order_at": now,
            "received_at": now,
            "state": "ignored",
            "reason": WHY,
            "attempts": 0,
            "due_at": now,
            "finished_at": now,
        }
        for key in sent
    ]
    insert_or_skip(session, ReceivedEvent, echoes)


def unfinished(session: Session, page_ref: str, psid: str) -> bool:
    """Whether something of the patient still waits for an answer."""
    waiting = select(ReceivedEvent.id).where(
        ReceivedEvent.page_ref == page_ref, ReceivedEvent.psid == psid, ReceivedEvent.state.in_(UNFINISHED)
    )
    return session.scalar(waiting.limit(1)) is not None
