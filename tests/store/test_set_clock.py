"""The clock was set back: what an earlier clock put hours ahead is due again, and honest pauses stay."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.errors import PageBlocked, TokenInvalid
from bot.messenger.retry import MOST_JITTER, WAITS
from bot.store import outgoing, received_events, set_clock
from bot.store.database import Database
from bot.store.tables import OutgoingMessage, Page, ReceivedEvent
from tests.builders import NOON, a_conversation, a_message_to_send, a_practice, a_text, claim_one

LATER = NOON + timedelta(hours=2)  # what the clock said before it was set back


@pytest.fixture
def queues(database: Database) -> Database:
    """One event and one message, both from the time that is to come again."""
    with database.write() as session:
        a_practice(session)
        received_events.save_all(session, [a_text("Does it hurt?")], LATER)
        a_message_to_send(session, a_conversation(session), "It can hurt.", due_at=LATER)
    return database


def put_right(database: Database, now: datetime = NOON) -> int:
    """As a worker does: it writes only where a look finds something."""
    with database.write() as session:
        is_ahead = set_clock.is_ahead(session, now)
        changed = set_clock.put_right(session, now)
    assert is_ahead == (changed > 0)
    return changed


def change(database: Database, table: type[ReceivedEvent | OutgoingMessage | Page], **values: object) -> None:
    with database.write() as session:
        session.execute(update(table).values(values))


def rows(database: Database) -> tuple[ReceivedEvent, OutgoingMessage]:
    with database.read() as session:
        return session.query(ReceivedEvent).one(), session.query(OutgoingMessage).one()


def test_what_was_put_off_is_due_now(queues: Database) -> None:
    assert put_right(queues) == 2
    event, message = rows(queues)
    assert (event.due_at, event.received_at, message.due_at) == (NOON, NOON, NOON)
    assert put_right(queues) == 0


def test_a_lease_lasts_as_long_as_one_that_begins_now(queues: Database) -> None:
    with queues.write() as session:
        assert claim_one(session, "worker-1", LATER) is not None
        assert outgoing.claim(session, "worker-1", LATER)
    assert put_right(queues) == 2
    event, message = rows(queues)
    assert event.lease_until == NOON + received_events.LEASE
    assert message.lease_until == NOON + outgoing.LEASE


@pytest.mark.parametrize("state", ["waiting", "unknown"])
def test_a_message_that_was_tried_is_tried_again_once_its_echo_had_time(queues: Database, state: str) -> None:
    change(queues, OutgoingMessage, state=state, attempts=1)
    put_right(queues)
    assert rows(queues)[1].due_at == NOON + set_clock.AGAIN


def test_what_waits_for_a_page_that_is_stopped_waits_on(queues: Database) -> None:
    change(queues, OutgoingMessage, attempts=1)
    change(queues, Page, stopped_until=LATER)
    put_right(queues)
    assert rows(queues)[1].due_at == LATER


def test_an_event_that_is_due_is_put_right_too_because_it_would_be_put_off_again(queues: Database) -> None:
    change(queues, ReceivedEvent, due_at=NOON)
    put_right(queues)
    assert rows(queues)[0].received_at == NOON


def test_honest_pauses_stay(queues: Database) -> None:
    soon, between_tries = NOON + timedelta(seconds=90), NOON + timedelta(minutes=19)
    change(queues, ReceivedEvent, due_at=soon, received_at=NOON)
    change(queues, OutgoingMessage, due_at=between_tries, attempts=5)
    assert put_right(queues) == 0
    assert [row.due_at for row in rows(queues)] == [soon, between_tries]


def test_no_wait_between_tries_is_taken_for_a_set_clock() -> None:
    """Those of a page that Meta stopped are longer, and they are left alone while it is."""
    longest = max(max(waits) for kind, waits in WAITS.items() if kind not in (PageBlocked, TokenInvalid))
    assert longest * (1 + MOST_JITTER) < set_clock.LONGEST_PAUSE
