"""The audit keeps what it is told, shows what was changed, and has one order even when many write."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.errors import StoreFault
from bot.store import audit
from bot.store.database import Database

NOW = datetime(2026, 11, 26, 9, 30, 0, 123456, tzinfo=UTC)


def tell(database: Database, about: str) -> None:
    with database.write() as session:
        audit.record(session, NOW, actor="Ann", action="paused", about=about, details={"why": "news", "n": 1})


def check(database: Database) -> audit.ChainCheck:
    with database.read() as session:
        return audit.check_chain(session)


def test_an_empty_audit_is_whole(database: Database) -> None:
    assert check(database) == audit.ChainCheck(0, audit.BEFORE_THE_FIRST, None)


def test_entries_follow_from_each_other(database: Database) -> None:
    tell(database, "practice 1")
    first = check(database)
    tell(database, "practice 2")
    second = check(database)
    assert (first.entries, second.entries, second.broken_at) == (1, 2, None)
    assert first.last_digest != second.last_digest


def test_entries_by_many_at_once_make_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: tell(database, f"practice {number}"), range(40)))
    assert (check(database).entries, check(database).broken_at) == (40, None)


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET actor = 'Bob'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_an_entry(database: Database, change: str) -> None:
    tell(database, "practice 1")
    with pytest.raises(StoreFault), database.write() as session:
        session.execute(text(change))
    assert check(database).entries == 1


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_entry SET actor = 'Bob' WHERE id = 2", "DELETE FROM audit_entry WHERE id = 1"],
)
def test_a_change_behind_the_triggers_back_is_found_at_its_place(database: Database, change: str) -> None:
    for number in (1, 2, 3):
        tell(database, f"practice {number}")
    with database.write() as session:
        for trigger in ("UPDATE", "DELETE") if database.is_sqlite else ("change",):
            on = "" if database.is_sqlite else " ON audit_entry"
            session.execute(text(f"DROP TRIGGER audit_entry_no_{trigger}{on}"))
        session.execute(text(change))
    assert check(database).broken_at == 2


def test_what_is_undone_leaves_no_entry(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            audit.record(session, NOW, actor="Ann", action="paused", about="practice 1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert check(database).entries == 0
