"""Storing the events of several requests together: nothing lost, nothing twice, and nobody suffers for another."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.orm import Session

from bot.core.events import Event
from bot.errors import StoreUnavailable, WrongKey
from bot.store import database as database_module
from bot.store import received_events
from bot.store.database import Database
from bot.store.tables import ReceivedEvent
from bot.web.intake import Intake
from tests.builders import NOON, a_practice, a_text
from tests.journeys.stack import wait_for

MANY = 12


@pytest.fixture
def intake(database: Database) -> Intake:
    with database.write() as session:
        a_practice(session)
    return Intake(database, lambda: NOON)


@contextmanager
def nobody_can_write(database: Database) -> Iterator[None]:
    with database.write() as session:
        session.execute(text("SELECT 1" if database.is_sqlite else "LOCK TABLE received_event IN EXCLUSIVE MODE"))
        yield


def stored_together(intake: Intake, database: Database, requests: Sequence[Sequence[Event]]) -> list[Future[None]]:
    """The first request waits for the database, and all others for it, until all have come.

    On SQLite it takes them along when it has the write lock. PostgreSQL lets it begin: they are the next transaction.
    """
    open_still = int(database.is_sqlite)  # requests that the first will store, its own
    with ThreadPoolExecutor(len(requests)) as threads:
        with nobody_can_write(database):
            first = threads.submit(intake.store, requests[0])
            wait_for("the first to store", lambda: intake._storing and len(intake._waiting) == open_still)
            rest = [threads.submit(intake.store, events) for events in requests[1:]]
            wait_for("the others", lambda: len(intake._waiting) == len(rest) + open_still)
        wait([first, *rest])
    return [first, *rest]


def keys(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(select(ReceivedEvent.event_key)))


def test_requests_that_come_while_one_is_stored_are_one_transaction(intake: Intake, database: Database) -> None:
    requests = [[a_text(), a_text()] for _ in range(MANY)]
    began: list[str] = []

    @event.listens_for(database.engine, "begin")
    def _count(connection: Connection) -> None:
        if threading.current_thread() is not threading.main_thread():
            began.append("write" if connection.get_execution_options().get("takes_the_write_lock") else "read")

    for done in stored_together(intake, database, requests):
        done.result()
    assert keys(database) == sorted(one.key for events in requests for one in events)
    assert began.count("write") == (1 if database.is_sqlite else 2)


def test_what_came_in_two_of_them_is_stored_once(intake: Intake, database: Database) -> None:
    again = a_text()
    for done in stored_together(intake, database, [[a_text()], [again], [again], [again, a_text()]]):
        done.result()
    assert len(keys(database)) == 3


def test_only_the_request_whose_event_is_refused_fails(intake: Intake, database: Database) -> None:
    broken = a_text()
    object.__setattr__(broken, "key", None)  # nothing that Meta sends can be like this
    first, bad, *good = stored_together(intake, database, [[a_text()], [a_text(), broken], [a_text()], [a_text()]])
    assert bad.exception() is not None
    assert [one.exception() for one in (first, *good)] == [None] * 3
    assert len(keys(database)) == 3


def test_while_nothing_can_be_written_every_request_is_told_so(
    intake: Intake, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 50)  # SQLite's patience; PostgreSQL has 5 s
    with nobody_can_write(database), ThreadPoolExecutor(4) as threads:
        told = [threads.submit(intake.store, [a_text()]) for _ in range(4)]
        wait(told)
    assert [type(one.exception()) for one in told] == [StoreUnavailable] * 4
    assert keys(database) == []
    intake.store([a_text()])
    assert len(keys(database)) == 1


def test_a_thread_that_ends_while_it_stores_leaves_nobody_waiting(
    intake: Intake, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_all, ended = received_events.save_all, []

    def save_or_end(session: Session, events: Sequence[Event], now: datetime) -> int:
        if len(events) > 1 and not ended:  # as gunicorn ends a thread: no Exception
            ended.append(len(events))
            raise SystemExit
        return save_all(session, events, now)

    monkeypatch.setattr(received_events, "save_all", save_or_end)
    requests = stored_together(intake, database, [[a_text()] for _ in range(4)])
    told = sorted(type(one.exception()).__name__ for one in requests)
    if database.is_sqlite:  # all four are one transaction
        assert ended == [4]
        assert told == ["StoreUnavailable"] * 3 + ["SystemExit"]
    else:
        assert ended == [3]
        assert told == ["NoneType"] + ["StoreUnavailable"] * 2 + ["SystemExit"]
    stored = len(keys(database))
    intake.store([a_text()])
    assert len(keys(database)) == stored + 1


@pytest.mark.parametrize("fault", [SystemExit, WrongKey("the key is another one")])
def test_where_the_turn_to_write_never_comes_all_that_wait_are_told(
    intake: Intake, database: Database, monkeypatch: pytest.MonkeyPatch, fault: BaseException | type[BaseException]
) -> None:
    """Whoever stores for all is ended, or refused, before it took what waits."""
    comes, let_go = threading.Event(), threading.Event()

    @contextmanager
    def never(*_: object, **__: object) -> Iterator[Session]:
        comes.set()
        let_go.wait(10)
        raise fault
        yield

    monkeypatch.setattr(database, "write", never)
    with ThreadPoolExecutor(3) as threads:
        requests = [threads.submit(intake.store, [a_text()]) for _ in range(3)]
        wait_for("all three", lambda: comes.is_set() and len(intake._waiting) == 3)
        let_go.set()
        wait(requests)
    told = [type(one.exception()).__name__ for one in requests]
    assert sorted(told) == (["StoreUnavailable"] * 2 + ["SystemExit"] if fault is SystemExit else ["WrongKey"] * 3)
    monkeypatch.undo()
    intake.store([a_text()])
    assert len(keys(database)) == 1
