"""Rows from before encryption, and rows of an older key: all encrypted anew, whatever happens meanwhile."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from bot.errors import StoreUnavailable
from bot.keyring import Keyring
from bot.store import encryption_rows, migrate, received_events
from bot.store.database import Database
from bot.store.encryption_rows import count_to_reseal, reseal
from bot.store.tables import Conversation, Message, OutgoingMessage, ReceivedEvent
from tests.builders import NOON, a_text
from tests.keys import KEY, KEYS, OTHER_KEY
from tests.store.queues import only_on_postgres
from tests.store.raw import ENCRYPTED, flip_a_byte, stored
from tests.store.test_encryption import FILLED, LUMP, fill

NEW_FIRST = Keyring.from_text(f"{OTHER_KEY},{KEY}")
NEW_ONLY = Keyring.from_text(OTHER_KEY)
EVENTS = 25


@pytest.fixture
def batches_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption_rows, "AT_ONCE", 10)


@pytest.fixture
def full(database: Database) -> Database:
    """One row with words in every encrypted column, and some more events."""
    fill(database)
    with database.write() as session:
        received_events.save_all(session, [a_text(f"{LUMP} {number}") for number in range(EVENTS)], NOON)
    return database


# Databases made before


@pytest.fixture
def old(empty_url: str) -> Iterator[Database]:
    """A database of the version before, with a conversation in plain text and messages to send."""
    keyless = Database(empty_url)
    migrate.upgrade(keyless, "0002")
    with keyless.write() as session:
        for statement in PLAIN_ROWS:
            session.execute(text(statement), {"words": LUMP, "payload": json.dumps({"text": LUMP}), "noon": NOON})
    keyless.close()
    database = Database(empty_url, KEYS)
    yield database
    database.close()


PLAIN_ROWS = (  # as that version wrote them, whatever columns there are since
    "INSERT INTO practice (id, slug, name, nation, facts, opening_hours, ice_breakers, paused)"
    " VALUES (1, 'riverside', 'Riverside Surgery', 'england', '{}', '{}', '[]', FALSE)",
    "INSERT INTO page (id, practice_id, page_id, name, stops) VALUES (1, 1, '1001', 'Page 1001', 0)",
    "INSERT INTO conversation (id, practice_id, page_id, psid, owner, opted_out, urgent, asked, referral, created_at)"
    " VALUES (7, 1, 1, 'ann', 'bot', FALSE, FALSE, '[]', :payload, :noon),"
    " (8, 1, 1, 'bea', 'bot', FALSE, FALSE, '[]', 'null', :noon)",
    "INSERT INTO received_event (id, practice_id, page_ref, psid, kind, event_key, payload, order_at, received_at,"
    " state, attempts, due_at) VALUES (7, 1, '1001', 'ann', 'text', 'm_1', :payload, :noon, :noon, 'done', 1, :noon)",
    "INSERT INTO message (id, practice_id, conversation_id, author, text, unsent, reaction, said_at)"
    " VALUES (7, 1, 7, 'patient', :words, FALSE, 'sad', :noon), (8, 1, 7, 'bot', '', FALSE, NULL, :noon)",
    "INSERT INTO outgoing_message (id, practice_id, page_id, conversation_id, message_id, position, author, safety,"
    " text, buttons, metadata_key, state, attempts, due_at)"
    " VALUES (7, 1, 1, 7, 8, 0, 'bot', FALSE, :words, '[[\"Yes\", \"ask:lump\"]]', 'k', 'sent', 1, :noon)",
)


def test_what_was_stored_in_plain_text_is_encrypted_where_it_stands(old: Database) -> None:
    migrate.upgrade(old)
    for table, column in ENCRYPTED:
        assert all(KEYS.prefix in value for value in stored(old, table, column)), (table, column)
    with old.read() as session:
        assert session.scalars(select(Message.text).order_by(Message.id)).all() == [LUMP, ""]
        assert session.scalars(select(Message.reaction).order_by(Message.id)).all() == ["sad", None]
        assert session.scalars(select(ReceivedEvent.payload)).one() == {"text": LUMP}
        assert session.scalars(select(OutgoingMessage.buttons)).one() == [["Yes", "ask:lump"]]
        referrals = select(Conversation.referral).order_by(Conversation.id)
        assert session.scalars(referrals).all() == [{"text": LUMP}, None]


def test_no_file_keeps_what_was_there_in_plain_text(old: Database) -> None:
    before = _bytes_of(old)
    migrate.upgrade(old)
    old.close()
    assert before.count(LUMP.encode()) >= 2
    assert LUMP.encode() not in _bytes_of(old)
    assert b"ask:lump" not in _bytes_of(old)


def _bytes_of(database: Database) -> bytes:
    """Everything on the disk; on PostgreSQL, of the tables (its log holds old rows until it is recycled)."""
    if database.is_sqlite:
        file = Path(make_url(str(database.engine.url)).database or "")
        return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        read = "SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c WHERE c.oid = ANY(:oids)"
        oids = [
            oid
            for table, _ in ENCRYPTED
            for oid in connection.scalars(text(f"SELECT to_regclass('{table}')::oid::bigint"))
            if oid is not None  # of a later version
        ]
        return b"".join(bytes(part) for part in connection.scalars(text(read), {"oids": oids}))


def test_a_migration_that_was_cut_off_is_finished_by_the_next(old: Database, batches_of_ten: None) -> None:
    def cut_off(_rows: int) -> None:
        raise KeyboardInterrupt

    keyless = Database(old.engine.url.render_as_string(hide_password=False))
    migrate.upgrade(keyless)
    keyless.close()
    with pytest.raises(KeyboardInterrupt):
        reseal(old, KEYS, cut_off)
    migrate.upgrade(old)
    with old.read() as session:
        assert session.scalars(select(Message.text).order_by(Message.id)).all() == [LUMP, ""]
    assert count_to_reseal(old, KEYS) == 0


# Another key


def test_every_row_is_encrypted_with_the_new_key_and_reads_the_same(full: Database, batches_of_ten: None) -> None:
    total = count_to_reseal(full, NEW_FIRST)
    ticks: list[int] = []
    done = reseal(full, NEW_FIRST, ticks.append)
    assert (done.rows, done.damaged) == (total, [])
    assert sum(ticks) == total == EVENTS + FILLED
    assert max(ticks) == 10
    for table, column in ENCRYPTED:
        for value in stored(full, table, column):
            assert NEW_ONLY.unseal(value.strip('"'), f"{table}.{column}")
    assert reseal(full, NEW_FIRST).rows == 0


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(full: Database, batches_of_ten: None) -> None:
    def cut_off(_rows: int) -> None:
        raise KeyboardInterrupt

    total = count_to_reseal(full, NEW_FIRST)
    with pytest.raises(KeyboardInterrupt):
        reseal(full, NEW_FIRST, cut_off)
    left = count_to_reseal(full, NEW_FIRST)
    assert 0 < left < total
    assert reseal(full, NEW_FIRST).rows == left


def test_a_damaged_row_is_named_and_the_others_are_done(full: Database, batches_of_ten: None) -> None:
    flip_a_byte(full, "message", "text")
    done = reseal(full, NEW_FIRST)
    assert done.damaged == ["message 1"]
    assert count_to_reseal(full, NEW_FIRST) == 1
    assert KEYS.prefix in stored(full, "message", "text")[0]


def test_words_that_change_meanwhile_are_not_overwritten(
    full: Database, database_url: str, batches_of_ten: None
) -> None:
    """After the first batches somebody stores more, still with the old key, and edits what was stored."""
    running = Database(database_url, Keyring.from_text(f"{KEY},{OTHER_KEY}"))

    def edit(_rows: int) -> None:
        if len(edits) == 5:
            return
        with running.write() as session:
            session.scalars(select(Message)).one().text = f"I meant a bump, {len(edits)}"
            received_events.save_all(session, [a_text("and one more")], NOON)
        edits.append(1)

    edits: list[int] = []
    reseal(full, NEW_FIRST, edit)
    assert len(edits) == 5
    assert count_to_reseal(full, NEW_FIRST) > 0
    reseal(full, NEW_FIRST)
    assert count_to_reseal(full, NEW_FIRST) == 0
    said = NEW_ONLY.unseal(stored(running, "message", "text")[0], "message.text")
    assert said == "I meant a bump, 4"
    running.close()


@only_on_postgres
def test_a_row_that_a_worker_holds_is_waited_for_and_not_the_other_way_round(
    full: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption_rows, "PATIENCE", 0.5)
    with full.write() as session:
        session.scalars(select(Message).with_for_update()).one()
        with pytest.raises(StoreUnavailable, match="some rows of message stay in use"):
            reseal(full, NEW_FIRST)
    assert reseal(full, NEW_FIRST).damaged == []
    assert count_to_reseal(full, NEW_FIRST) == 0
