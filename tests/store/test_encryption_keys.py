"""Which keys open a database, and what a process with others is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, update

from bot.errors import WrongKey
from bot.keyring import Keyring, new_key
from bot.store import encryption_keys, heartbeats, migrate
from bot.store.database import Database
from bot.store.tables import EncryptionKey
from tests.builders import NOON
from tests.keys import KEY, KEYS, OTHER_KEY
from tests.store.test_encryption import fill


@contextmanager
def opened(url: str, *keys: str) -> Iterator[Database]:
    database = Database(url, Keyring.from_text("\n".join(keys)))
    yield database
    database.close()


def refusal(url: str, *keys: str) -> str:
    with opened(url, *keys) as database, pytest.raises(WrongKey) as refused:
        database.refuse_wrong_key()
    return str(refused.value)


def retire(database: Database, *keys: str) -> bool:
    with database.write() as session:
        return encryption_keys.retire_others(session, Keyring.from_text("\n".join(keys)), NOON)


def test_another_key_is_refused_and_the_database_is_not_touched(database_url: str) -> None:
    text = refusal(database_url, OTHER_KEY)
    assert text.startswith(f"BOT_SECRET_KEY is not the key of this database ({KEYS.current}): put back")
    with opened(database_url, KEY) as database, database.read() as session:
        assert [key.key_id for key in session.scalars(select(EncryptionKey))] == [KEYS.current]


def test_no_transaction_gets_past_a_wrong_key(database_url: str) -> None:
    with (
        opened(database_url, OTHER_KEY) as database,
        pytest.raises(WrongKey),
        database.write() as session,
    ):
        heartbeats.beat(session, "worker-1", NOON)


def test_a_new_key_goes_in_front_of_the_old_one(database_url: str) -> None:
    with opened(database_url, OTHER_KEY, KEY) as database:
        database.refuse_wrong_key()
        fill(database)
    assert f"BOT_SECRET_KEY lacks the key {KEYS.current}, which" in refusal(database_url, OTHER_KEY)
    assert "lacks the key" in refusal(database_url, KEY)


def test_a_key_that_is_only_kept_ready_is_not_registered(database_url: str) -> None:
    with opened(database_url, KEY, OTHER_KEY) as database:
        database.refuse_wrong_key()
    with opened(database_url, KEY) as database:
        database.refuse_wrong_key()


def test_a_retired_key_must_not_encrypt(database_url: str) -> None:
    with opened(database_url, OTHER_KEY, KEY) as database:
        assert retire(database, OTHER_KEY)
    first = KEYS.current
    assert refusal(database_url, KEY, OTHER_KEY) == (
        f"the first key of BOT_SECRET_KEY ({first}) is retired: put the newest one first"
    )


def test_a_running_process_notices_that_its_key_is_retired(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption_keys, "LOOK_EVERY", 0.0)
    with opened(database_url, OTHER_KEY, KEY) as rotating, opened(database_url, KEY, OTHER_KEY) as running:
        running.refuse_wrong_key()
        rotating.refuse_wrong_key()
        with running.write() as session:
            heartbeats.beat(session, "worker-1", NOON)
        retire(rotating, OTHER_KEY)
        with pytest.raises(WrongKey, match="is retired"), running.write() as session:
            heartbeats.beat(session, "worker-1", NOON)


def test_a_key_that_nothing_needs_any_more_can_be_dropped(database_url: str) -> None:
    with opened(database_url, OTHER_KEY, KEY) as database:
        retire(database, OTHER_KEY)
        with database.write() as session:
            assert encryption_keys.mark_unused(session, NOON) == [KEYS.current]
        assert not retire(database, OTHER_KEY)
    with opened(database_url, OTHER_KEY) as database:
        database.refuse_wrong_key()


def test_a_check_value_that_was_changed_is_refused(database: Database, database_url: str) -> None:
    with database.write() as session:
        forged = KEYS.seal("another word", encryption_keys.COLUMN)
        session.execute(update(EncryptionKey).values(check_value=forged))
    assert "the check value of the key" in refusal(database_url, KEY)


def test_before_the_migrations_any_key_passes_and_nothing_can_be_stored(empty_url: str) -> None:
    with opened(empty_url, OTHER_KEY) as database:
        database.refuse_wrong_key()
        assert not migrate.is_current(database)


def test_a_database_that_is_down_is_no_wrong_key() -> None:
    with opened("postgresql://bot@127.0.0.1:1/bot", new_key()) as database:
        database.refuse_wrong_key()


def test_two_processes_that_bring_the_new_key_at_once_register_it_once(database_url: str) -> None:
    keyring = Keyring.from_text(f"{OTHER_KEY},{KEY}")
    with opened(database_url, KEY) as database:
        for _ in range(2):
            with database.write() as session:
                encryption_keys.register(session.connection(), keyring)
        with database.read() as session:
            assert len(session.scalars(select(EncryptionKey)).all()) == 2
