"""Storing the events of several requests together: nothing lost, nothing twice, and nobody suffers for another."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event, select, text

from bot.core.events import Event
from bot.errors import StoreUnavailable
from bot.store import database as database_module
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
    """The first request waits for the database, and all others for it, until all have come."""
    with ThreadPoolExecutor(len(requests)) as threads:
        with nobody_can_write(database):
            first = threads.submit(intake.store, requests[0])
            wait_for("the first to store", lambda: intake._storing and not intake._waiting)
            rest = [threads.submit(intake.store, events) for events in requests[1:]]
            wait_for("the others", lambda: len(intake._waiting) == len(rest))
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
    assert began.count("write") == 2


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
    write, ended = intake._write, []

    def write_or_end(events: Sequence[Event], requests: int) -> None:
        if requests > 1 and not ended:  # as gunicorn ends a thread: no Exception
            ended.append(requests)
            raise SystemExit
        write(events, requests)

    monkeypatch.setattr(intake, "_write", write_or_end)
    first, *rest = stored_together(intake, database, [[a_text()] for _ in range(4)])
    assert ended == [3]
    assert first.exception() is None
    assert sorted(type(one.exception()).__name__ for one in rest) == ["StoreUnavailable"] * 2 + ["SystemExit"]
    intake.store([a_text()])
    assert len(keys(database)) == 2
