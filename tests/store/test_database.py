"""Transactions, times and faults are the same on both databases, and no fault quotes a patient."""

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import literal, select, text, update

from bot.errors import SettingsError, StoreFault, StoreUnavailable
from bot.store import database as database_module
from bot.store import heartbeats
from bot.store.database import Database, holds, insert_or_skip
from bot.store.tables import Heartbeat, Message, Practice
from tests.builders import NOON, a_conversation, a_practice, after
from tests.store.queues import in_threads, only_on_postgres

SECRET = "I found a lump and I am frightened"


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.mark.parametrize("url", ["mysql://localhost/bot", "oracle://localhost/bot", "postgres://localhost/bot"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="must start with sqlite: or postgresql:"):
        Database(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="needs a file"):
        Database(url)


@pytest.mark.parametrize(
    "url", ["", "var/bot.db", "postgresql://bot:hunter2/messages", "postgresql://bot@host:port/bot"]
)
def test_what_is_not_an_address_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(SettingsError, match="BOT_DATABASE_URL") as refusal:
        Database(url)
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'var' / 'data' / 'bot.db'}") as database, database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_what_is_written_is_there_for_the_next_reader(database: Database) -> None:
    with database.write() as session:
        heartbeats.beat(session, "worker-1", NOON)
    with database.read() as session:
        assert heartbeats.newest(session) == NOON


def test_a_block_that_raises_changes_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.write() as session:
            heartbeats.beat(session, "worker-1", NOON)
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    with database.read() as session:
        assert heartbeats.newest(session) is None


def test_a_row_can_be_used_after_its_transaction(database: Database) -> None:
    with database.write() as session:
        practice = a_practice(session)
    assert practice.name == "Riverside Surgery"


def test_rows_that_are_known_already_are_skipped_and_not_counted(database: Database) -> None:
    def insert(*workers: str) -> int:
        with database.write() as session:
            return insert_or_skip(session, Heartbeat, [{"worker": name, "beat_at": NOON} for name in workers])

    assert insert("a", "b") == 2
    assert insert("b", "c", "c") == 1
    assert insert("a") == 0
    assert insert() == 0


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(StoreFault), database.write() as session:
        session.add(Message(practice_id=1, conversation_id=1, author="bot", text="Hello", said_at=NOON))


def test_a_word_that_is_not_on_the_list_is_refused(database: Database) -> None:
    with pytest.raises(StoreFault), database.write() as session:
        session.add(Practice(slug="s", name="S", nation="atlantis"))


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StoreFault), database.write() as session:
        heartbeats.beat(session, "worker-1", datetime(2026, 11, 24, 12))  # noqa: DTZ001 - the point of the test


def test_times_come_back_as_utc_whatever_zone_they_were_in(database: Database) -> None:
    in_madrid = datetime(2026, 11, 24, 13, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))
    with database.write() as session:
        heartbeats.beat(session, "worker-1", in_madrid)
    with database.read() as session:
        found = session.scalars(select(Heartbeat.beat_at)).one()
    assert found == in_madrid
    assert found.tzinfo is UTC


def test_times_are_compared_as_moments(database: Database) -> None:
    noon_in_new_york = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=-5)))
    with database.write() as session:
        heartbeats.beat(session, "london", after(hours=1))
        heartbeats.beat(session, "new-york", noon_in_new_york)
    with database.read() as session:
        earlier = select(Heartbeat.worker).where(Heartbeat.beat_at < noon_in_new_york)
        assert session.scalars(earlier).all() == ["london"]
        assert heartbeats.newest(session) == noon_in_new_york


def test_eight_writers_that_read_first_do_not_undo_each_others_work(database: Database) -> None:
    with database.write() as session:
        a_practice(session)

    def count_up(number: int) -> None:
        for _ in range(5):
            with database.write() as session:
                practice = session.scalars(select(Practice).with_for_update()).one()
                practice.facts = {"count": practice.facts.get("count", 0) + 1}

    in_threads(count_up)
    with database.read() as session:
        assert session.scalars(select(Practice.facts)).one() == {"count": 40}


def test_a_reader_sees_no_half_of_a_transaction(database: Database) -> None:
    with database.write() as writer:
        heartbeats.beat(writer, "worker-1", NOON)
        writer.flush()
        with database.read() as reader:
            assert heartbeats.newest(reader) is None


def test_a_locked_file_is_unavailable_once_patience_ends(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 200)
    file = tmp_path / "bot.db"
    file.write_bytes(migrated_file.read_bytes())
    with opened(f"sqlite:///{file}") as database, database.write() as holder:
        heartbeats.beat(holder, "holder", NOON)
        holder.flush()
        started = time.monotonic()
        with pytest.raises(StoreUnavailable), database.write() as session:
            heartbeats.beat(session, "waiter", NOON)
        assert 0.15 < time.monotonic() - started < 3


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with (
        opened(f"sqlite:///{tmp_path}") as database,  # a folder
        pytest.raises(StoreUnavailable),
        database.read() as session,
    ):
        session.scalar(text("SELECT 1"))


def test_a_missing_server_is_unavailable() -> None:
    with (
        opened("postgresql://bot:hunter2@127.0.0.1:1/bot") as database,
        pytest.raises(StoreUnavailable) as unavailable,
        database.write() as session,
    ):
        session.scalar(text("SELECT 1"))
    assert "hunter2" not in "".join(traceback.format_exception(unavailable.value))


def lose_all_connections(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@only_on_postgres
def test_a_connection_lost_in_a_transaction_is_unavailable_and_the_next_one_works(database: Database) -> None:
    def write_without_connection() -> None:
        with database.write() as session:
            heartbeats.beat(session, "worker-1", NOON)
            session.flush()
            lose_all_connections(database)
            heartbeats.newest(session)

    with pytest.raises(StoreUnavailable):
        write_without_connection()
    with database.write() as session:
        assert heartbeats.newest(session) is None


@only_on_postgres
def test_connections_lost_while_idle_are_not_noticed(database: Database) -> None:
    with database.read() as first, database.read() as second:
        assert first.scalar(text("SELECT 1")) == second.scalar(text("SELECT 1"))
    lose_all_connections(database)
    with database.read() as session:
        assert heartbeats.newest(session) is None


@only_on_postgres
def test_nobody_waits_longer_for_a_row_than_for_the_file(database: Database) -> None:
    with database.read() as session:
        assert session.scalar(text("SHOW lock_timeout")) == f"{database_module.BUSY_MILLISECONDS // 1000}s"


def told(error: BaseException) -> str:
    """Everything that a log of this error would show."""
    return "".join(traceback.format_exception(error))


def test_an_unavailable_database_does_not_quote_what_was_to_be_stored(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 100)

    def write_in_vain(database: Database) -> None:
        with database.read() as session:  # begins without the lock, so that it is the statement that fails
            if not database.is_sqlite:
                session.execute(text("SET LOCAL lock_timeout = 100"))
            session.execute(update(Heartbeat).values(worker=SECRET))

    with opened(database_url) as database:
        with database.write() as session:
            heartbeats.beat(session, "worker-1", NOON)
        with database.write() as holder:
            holder.execute(update(Heartbeat).values(beat_at=after(hours=1)))
            with pytest.raises(StoreUnavailable) as unavailable:
                write_in_vain(database)
    assert SECRET not in told(unavailable.value)


@pytest.mark.parametrize("fault", [{"conversation_id": 999}, {"author": "nobody"}, {"mid": "m" * 300}])
def test_a_fault_of_ours_does_not_quote_what_was_to_be_stored(database: Database, fault: dict[str, object]) -> None:
    with database.write() as session:
        a_practice(session)
        row = a_conversation(session)
    values = {"practice_id": row.practice_id, "conversation_id": row.id, "author": "patient", "said_at": NOON}

    def write() -> None:
        with database.write() as session:
            session.add(Message(**(values | fault), text=SECRET))

    if "mid" in fault and database.is_sqlite:
        write()  # SQLite takes a text of any length
        return
    with pytest.raises(StoreFault) as failure:
        write()
    assert SECRET not in told(failure.value)


def test_a_value_that_fits_no_column_is_not_quoted(database: Database) -> None:
    with pytest.raises(StoreFault) as failure, database.write() as session:
        session.add(Heartbeat(worker=SECRET, beat_at=datetime(2026, 11, 24)))  # noqa: DTZ001
    assert SECRET not in told(failure.value)


@pytest.mark.parametrize(
    ("part", "is_held"),
    [("B_2-c", True), ("b_2-c", False), ("BX2-c", False), ("a*[c]?", True), ("a*c", False), ("[", True), ("?", True)],
)
def test_a_part_of_a_text_is_looked_for_letter_by_letter(database: Database, part: str, is_held: bool) -> None:
    with database.read() as session:
        stored = literal("B_2-c a*[c]?")
        assert bool(session.scalar(select(holds(session, stored, part)))) is is_held
