"""Both queues as their callers use them: each step is a transaction of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.events import Event, TextMessage
from bot.store import outgoing, received_events
from bot.store.database import Database
from bot.store.outgoing import ToSend
from bot.store.received_events import Claim, Waiting
from bot.store.tables import Conversation, OutgoingMessage, ReceivedEvent
from tests.builders import NOON, a_conversation, a_message_to_send, claim_one

THREADS = 8
only_on_postgres = pytest.mark.parametrize(
    "backend", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
Result = TypeVar("Result")


def in_threads(work: Callable[[int], Result]) -> list[Result]:
    """Run `work(number)` in eight threads that start together. Raises what any of them raised."""
    together = threading.Barrier(THREADS)

    def start(number: int) -> Result:
        together.wait(timeout=10)
        return work(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(start, range(THREADS)))


class Clock:
    """The time that all workers of a test share. It goes on a little at every look."""

    def __init__(self) -> None:
        self._now = NOON
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.skip(timedelta(milliseconds=1))

    def skip(self, span: timedelta) -> datetime:
        with self._lock:
            self._now += span
            return self._now


class Events:
    """The received events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, *events: Event, now: datetime = NOON) -> int:
        with self._database.write() as session:
            return received_events.save_all(session, events, now)

    def claim(self, worker: str = "worker-1", now: datetime = NOON) -> Claim | None:
        with self._database.write() as session:
            return claim_one(session, worker, now)

    def claim_all(self, now: datetime = NOON) -> list[Event]:
        """Everything that can be taken now, without anything being finished."""
        claims = iter(lambda: self.claim(now=now), None)
        return [claim.event for claim in claims if claim is not None]

    def finish(self, claim: Claim, state: str = "done", now: datetime = NOON, reason: str | None = None) -> bool:
        with self._database.write() as session:
            return received_events.finish(session, claim, state, now, reason)

    def work_off(self, now: datetime = NOON) -> list[Event]:
        """Claim and finish until nothing is left: the events in the order in which a worker saw them."""
        seen = []
        while claim := self.claim(now=now):
            seen.append(claim.event)
            assert self.finish(claim, now=now)
        return seen

    def give_back(self, claim: Claim, due_at: datetime) -> None:
        with self._database.write() as session:
            received_events.give_back(session, claim, due_at)

    def put_off(self, claim: Claim, due_at: datetime, *seen: int) -> None:
        with self._database.write() as session:
            received_events.put_off(session, claim, seen, due_at)

    def behind(self, claim: Claim) -> list[Waiting]:
        with self._database.read() as session:
            return received_events.waiting_behind(session, claim)

    def latest_words(self, message: TextMessage) -> str | None:
        """Of a message that a worker takes now."""
        claim = self.claim()
        assert claim is not None
        assert claim.event == message
        [words] = received_events.latest_words([message], self.behind(claim))
        return words

    def rows(self) -> list[ReceivedEvent]:
        with self._database.read() as session:
            return list(session.scalars(select(ReceivedEvent).order_by(ReceivedEvent.id)))


class Outgoing:
    """The messages to send."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, text: str = "It can hurt.", *, psid: str = "ann", page_id: str = "1001", **more: Any) -> int:
        """Queue a reply to this patient; returns its id."""
        with self._database.write() as session:
            return a_message_to_send(session, a_conversation(session, psid, page_id), text, **more).id

    def claim(self, worker: str = "worker-1", now: datetime = NOON) -> ToSend | None:
        with self._database.write() as session:
            return next(iter(outgoing.claim(session, worker, now)), None)

    def take(self, worker: str = "worker-1", now: datetime = NOON) -> ToSend:
        """The next message, which must be there."""
        message = self.claim(worker, now)
        assert message is not None
        return message

    def texts(self, now: datetime = NOON) -> list[str]:
        """What can be taken now, without anything being sent."""
        claims = iter(lambda: self.claim(now=now), None)
        return [message.part.text for message in claims if message is not None]

    def call(self, action: Callable[..., Result], *arguments: Any, **named: Any) -> Result:
        """`call(outgoing.mark_sent, message, "m_1", NOON)`: a step in a transaction of its own."""
        with self._database.write() as session:
            return action(session, *arguments, **named)

    def look(self, action: Callable[[Session], Result]) -> Result:
        with self._database.read() as session:
            return action(session)

    def row(self, row_id: int) -> OutgoingMessage:
        with self._database.read() as session:
            return session.get_one(OutgoingMessage, row_id)

    def conversation(self, psid: str = "ann") -> Conversation:
        with self._database.read() as session:
            return a_conversation(session, psid)
