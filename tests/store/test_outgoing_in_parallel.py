"""Many senders at once, some of which die: everything arrives in order, and twice only where nobody could know."""

import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.errors import StoreUnavailable
from bot.store import outgoing
from bot.store.database import Database
from bot.store.outgoing import LEASE, ToSend
from tests.builders import NOON, a_conversation, a_message_to_send
from tests.store.queues import Clock, Outgoing, in_threads, only_on_postgres

pytestmark = pytest.mark.usefixtures("riverside")
PATIENTS = 15
MESSAGES = 300


@dataclass
class Phones:
    """What arrived at the patients' phones, copies included."""

    arrived: dict[str, list[str]] = field(default_factory=dict)
    copies: list[ToSend] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, message: ToSend) -> None:
        with self._lock:
            texts = self.arrived.setdefault(message.psid, [])
            if message.part.text in texts:
                self.copies.append(message)
            else:
                texts.append(message.part.text)


@dataclass
class Taken:
    message: ToSend
    at: datetime
    sent: bool = False


class Sender:
    """Sends as the real one does. Of twenty messages one kills it before and one after it is sent, one is unknown."""

    def __init__(self, queue: Outgoing, name: str, phones: Phones, clock: Clock) -> None:
        self._queue, self._name, self._phones, self._clock = queue, name, phones, clock
        self.taken: list[Taken] = []

    def run(self) -> list[Taken]:
        worked = True
        while worked or self._is_anything_left():
            with suppress(StoreUnavailable):  # the file was locked for too long: the real loop goes on, too
                worked = self._step()
        return self.taken

    def _step(self) -> bool:
        now = self._clock.now()
        message = self._queue.claim(self._name, now)
        if message is None:
            self._clock.skip(LEASE / 10)  # time goes by until the leases of the dead run out
            time.sleep(0.005)
            return False
        taken = Taken(message, now)
        self.taken.append(taken)
        taken.sent = self._send(message)
        return True

    def _is_anything_left(self) -> bool:
        return self._queue.look(outgoing.oldest_unsent) is not None

    def _send(self, message: ToSend) -> bool:
        fate = message.id % 20 if message.attempts == 1 else None
        if fate == 1:
            return False
        self._phones.receive(message)
        if fate == 2:
            return False
        now = self._clock.now()
        if fate == 3:
            later = now + timedelta(minutes=1)
            self._queue.call(outgoing.try_again, message, later, "no answer came", unknown=True)
            return False
        return self._queue.call(outgoing.mark_sent, message, f"m_{message.id}_{message.attempts}", now)


def test_everything_arrives_in_order_although_senders_die(database: Database) -> None:
    with database.write() as session:
        rows = [a_conversation(session, f"patient-{number}") for number in range(PATIENTS)]
        ids = [a_message_to_send(session, rows[n % PATIENTS], f"part {n:03}").id for n in range(MESSAGES)]
    phones, clock, queue = Phones(), Clock(), Outgoing(database)
    senders = [Sender(queue, f"worker-{number}", phones, clock) for number in range(8)]
    taken = [one for of_sender in in_threads(lambda number: senders[number].run()) for one in of_sender]

    assert phones.arrived == {
        f"patient-{number}": [f"part {n:03}" for n in range(number, MESSAGES, PATIENTS)] for number in range(PATIENTS)
    }
    assert Counter(one.message.id for one in taken if one.sent) == dict.fromkeys(ids, 1)
    assert {queue.row(row_id).state for row_id in ids} == {"sent"}
    assert_never_held_by_two(taken)
    assert_copies_only_where_nobody_could_know(phones, taken)


def assert_never_held_by_two(taken: list[Taken]) -> None:
    """Who takes a message again does so after the lease and knows that it may have arrived, or it was unknown."""
    by_message: dict[int, list[Taken]] = {}
    for one in sorted(taken, key=lambda one: one.message.attempts):
        by_message.setdefault(one.message.id, []).append(one)
    for row_id, claims in by_message.items():
        assert [one.message.attempts for one in claims] == list(range(1, len(claims) + 1))
        for earlier, later in pairwise(claims):
            if later.message.was_cut_off:
                assert later.at - earlier.at > LEASE
            else:
                assert row_id % 20 == 3


def assert_copies_only_where_nobody_could_know(phones: Phones, taken: list[Taken]) -> None:
    """A second copy follows a sender that died, was slower than its lease, or got no answer."""
    copied = {copy.id for copy in phones.copies}
    assert copied <= {one.message.id for one in taken if one.message.attempts > 1}
    assert copied >= {one.message.id for one in taken if one.message.id % 20 in (2, 3)}


def test_eight_senders_and_one_message_are_one_claim(database: Database) -> None:
    queue = Outgoing(database)
    queue.add()
    claims = in_threads(lambda number: queue.claim(f"worker-{number}", NOON))
    assert len([claim for claim in claims if claim is not None]) == 1


@only_on_postgres
def test_a_sender_does_not_wait_for_another_that_is_just_taking_a_message(database: Database) -> None:
    queue = Outgoing(database)
    queue.add("to ann")
    queue.add("to bea", psid="bea")
    with database.write() as session:
        [first] = outgoing.claim(session, "worker-1", NOON)
        second = queue.take("worker-2")
    assert (first.part.text, second.part.text) == ("to ann", "to bea")
