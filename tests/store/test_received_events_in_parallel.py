"""Many workers at once, some of which die: every event is worked on once, in each patient's order."""

import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import StoreUnavailable
from bot.store import conversations, received_events
from bot.store.database import Database
from bot.store.received_events import LEASE, UNFINISHED, Claim
from bot.store.tables import Message, ReceivedEvent
from tests.builders import NOON, a_text, after, claim_one
from tests.store.queues import Clock, Events, in_threads, only_on_postgres

pytestmark = pytest.mark.usefixtures("riverside")
PATIENTS = 15
EVENTS = 300


@pytest.fixture
def events(database: Database) -> Events:
    return Events(database)


def test_eight_deliveries_of_one_webhook_store_it_once(events: Events) -> None:
    webhook = [a_text(psid=f"patient-{number % 7}") for number in range(50)]
    assert sum(in_threads(lambda number: events.save(*webhook))) == 50
    assert len(events.rows()) == 50


def test_eight_workers_and_one_event_are_one_claim(events: Events) -> None:
    events.save(a_text())
    claims = in_threads(lambda number: events.claim(f"worker-{number}"))
    assert len([claim for claim in claims if claim is not None]) == 1


@only_on_postgres
def test_a_worker_does_not_wait_for_another_that_is_just_taking_an_event(database: Database, events: Events) -> None:
    events.save(a_text(), a_text(psid="bea"))
    with database.write() as session:
        first = claim_one(session, "worker-1", NOON)
        second = events.claim("worker-2")
    assert first is not None
    assert second is not None
    assert (first.event.psid, second.event.psid) == ("ann", "bea")


@dataclass
class Taken:
    """One claim of a worker and what became of it."""

    claim: Claim
    at: datetime
    earlier_unfinished: int
    finished: bool = False


class Worker:
    """Answers every event with one message, as the real one does. Every twentieth event kills it at first."""

    def __init__(self, database: Database, name: str, clock: Clock) -> None:
        self._database, self._name, self._clock = database, name, clock
        self.taken: list[Taken] = []

    def run(self) -> list[Taken]:
        worked = True
        while worked or self._is_anything_left():
            with suppress(StoreUnavailable):  # the file was locked for too long: the real loop goes on, too
                worked = self._step()
        return self.taken

    def _step(self) -> bool:
        now = self._clock.now()
        with self._database.write() as session:
            claim = claim_one(session, self._name, now)
            unfinished = earlier_unfinished(session, claim) if claim else 0
        if claim is None:
            self._clock.skip(LEASE / 10)  # time goes by until the leases of the dead run out
            time.sleep(0.005)
            return False
        taken = Taken(claim, now, unfinished)
        self.taken.append(taken)
        if not (claim.id % 20 == 0 and claim.attempts == 1):
            taken.finished = self.answer(claim)
        return True

    def answer(self, claim: Claim) -> bool:
        now = self._clock.now()
        with self._database.write() as session:
            row = conversations.find_or_start(session, claim.event.page_id, claim.event.psid or "", now)
            conversations.add_message(session, row, "patient", claim.event.key, now, event_id=claim.id)
            finished = received_events.finish(session, claim, "done", now)
            if not finished:
                session.rollback()
        return finished

    def _is_anything_left(self) -> bool:
        with self._database.read() as session:
            return received_events.oldest_unfinished(session) is not None


def earlier_unfinished(session: Session, claim: Claim) -> int:
    """How much the patient wrote before this that is not worked off yet."""
    earlier = (ReceivedEvent.psid == claim.event.psid, ReceivedEvent.order_at < claim.event.happened_at)
    statement = select(func.count()).where(*earlier, ReceivedEvent.state.in_(UNFINISHED))
    return session.scalars(statement).one()


def test_nothing_is_lost_repeated_or_out_of_order_although_workers_die(database: Database, events: Events) -> None:
    # Delivered in another order than they were written in.
    written = [
        a_text(psid=f"patient-{number % PATIENTS}", happened_at=after(seconds=number - EVENTS))
        for number in range(EVENTS)
    ]
    events.save(*sorted(written, key=lambda message: message.key[::-1]))
    clock = Clock()
    workers = [Worker(database, f"worker-{number}", clock) for number in range(8)]
    taken = [one for of_worker in in_threads(lambda number: workers[number].run()) for one in of_worker]

    assert Counter(one.claim.id for one in taken if one.finished) == {row.id: 1 for row in events.rows()}
    assert {row.state for row in events.rows()} == {"done"}
    assert [one for one in taken if one.earlier_unfinished] == []
    assert_never_held_by_two(taken)
    assert len({one.claim.id for one in taken if one.claim.attempts > 1}) >= EVENTS // 20
    assert said_by_patient(database) == {
        f"patient-{number}": [message.key for message in written[number::PATIENTS]] for number in range(PATIENTS)
    }


def assert_never_held_by_two(taken: list[Taken]) -> None:
    """An event that is claimed again is claimed after the lease before it ran out."""
    by_event: dict[int, list[Taken]] = {}
    for one in sorted(taken, key=lambda one: one.claim.attempts):
        by_event.setdefault(one.claim.id, []).append(one)
    for claims in by_event.values():
        assert [one.claim.attempts for one in claims] == list(range(1, len(claims) + 1))
        assert all(later.at - earlier.at > LEASE for earlier, later in pairwise(claims))
        assert [one.finished for one in claims] == [False] * (len(claims) - 1) + [True]


def said_by_patient(database: Database) -> dict[str, list[str]]:
    """The keys of the events that were answered, in the order in which they were."""
    said: dict[str, list[str]] = {}
    with database.read() as session:
        for psid, text in session.execute(
            select(ReceivedEvent.psid, Message.text).join_from(ReceivedEvent, Message).order_by(Message.id)
        ):
            said.setdefault(str(psid), []).append(text)
    return said


def test_a_lease_that_is_lost_while_working_leaves_nothing_behind(database: Database, events: Events) -> None:
    events.save(a_text())
    clock = Clock()
    slow, quick = Worker(database, "slow", clock), Worker(database, "quick", clock)
    claim = events.claim("slow", clock.now())
    assert claim is not None
    clock.skip(LEASE + timedelta(seconds=1))
    quick.run()
    assert not slow.answer(claim)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 1
