"""Two colleagues and a worker at the same moment, a thousand times: one holder, one answer for one claim.

Each round has a conversation of its own and one of three plots; what interleaves is left to the threads, which start
each round together after a pause drawn by chance.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from bot.core.desk import Colleague, Refusal
from bot.core.messages import Reply
from bot.store import conversations, desk, desk_reply, outgoing
from bot.store.database import Database
from bot.store.tables import Conversation, OutgoingMessage
from bot.worker.outbox import reason_not_to
from tests.builders import NOON
from tests.store.desk_room import JO, SAM, Desk

ROUNDS = 1_000
LONGEST_PAUSE = 0.002  # seconds


@dataclass
class Round:
    """One conversation and what its actors saw."""

    row_id: int
    claims: list[str] = field(default_factory=list)  # who was told that they have it
    accepted: list[str] = field(default_factory=list)  # who was told that the reply is queued
    seen_after_claim: dict[int, str] = field(default_factory=dict)  # outgoing id -> state, right after the take-over


class Actors:
    """Each step is a transaction of its own, as in a request or a worker's round."""

    def __init__(self, room: Desk) -> None:
        self.room = room

    def claim_and_reply_twice(self, one: Round, who: Colleague) -> None:
        if self.room.act(desk.claim, one.row_id, who=who) is None:
            one.claims.append(who.key)
        seen = self.room.view(one.row_id, who).seen
        for _ in range(2):  # a double click
            refused = self.room.act(desk_reply.reply, one.row_id, (Reply(who.name),), who.name, seen, who=who)
            if refused is None:
                one.accepted.append(who.key)

    def take_over(self, one: Round, _who: Colleague) -> None:
        """Jo lets go, Sam takes it."""
        assert self.room.act(desk.release, one.row_id, who=JO) is None
        assert self.room.act(desk.claim, one.row_id, who=SAM) is None
        self._look(one)

    def reply_in_facebook(self, one: Round, _who: Colleague) -> None:
        def echo(session):  # type: ignore[no-untyped-def]
            row = session.scalars(select(Conversation).where(Conversation.id == one.row_id).with_for_update()).one()
            conversations.answered_elsewhere(row, "replied", NOON)
            outgoing.cancel_of_staff(session, one.row_id, "replied")

        self.room.write(echo)
        self._look(one)

    def send(self, one: Round, _who: Colleague) -> None:
        """What the worker does, but for the network."""
        with self.room.database.write() as session:
            message = next(iter(outgoing.claim(session, "worker", NOON)), None)
            if message is not None and (why := reason_not_to(message, NOON, accepts_samples=False)):
                outgoing.mark_cancelled(session, message, why)
                message = None
        if message is not None:
            with self.room.database.write() as session:
                outgoing.mark_sent(session, message, f"m_{message.id}", NOON)

    def _look(self, one: Round) -> None:
        one.seen_after_claim = {row.id: row.state for row in self.of(one)}

    def of(self, one: Round) -> list[OutgoingMessage]:
        query = select(OutgoingMessage).where(OutgoingMessage.conversation_id == one.row_id)
        return self.room.read(lambda session: list(session.scalars(query)))


Plot = tuple[Callable[[Actors, Round, Colleague], None], Callable[[Actors, Round, Colleague], None]]
RACE: Plot = (Actors.claim_and_reply_twice, Actors.claim_and_reply_twice)
TAKE_OVER: Plot = (Actors.take_over, Actors.send)
FACEBOOK: Plot = (Actors.reply_in_facebook, Actors.send)


def play(room: Desk, chance: random.Random, plot: Plot, threads: ThreadPoolExecutor) -> Round:
    one = Round(room.waits())
    actors = Actors(room)
    if plot is not RACE:
        assert room.act(desk.claim, one.row_id) is None
        assert room.reply(one.row_id) is None
    together = threading.Barrier(2)

    def run(part: int, who: Colleague, pause: float) -> None:
        together.wait(timeout=20)
        time.sleep(pause)
        plot[part](actors, one, who)

    pauses = [chance.uniform(0, LONGEST_PAUSE) for _ in plot]
    for done in [threads.submit(run, part, who, pauses[part]) for part, who in enumerate((JO, SAM))]:
        done.result(timeout=60)
    check(room, actors, plot, one)
    return one


def check(room: Desk, actors: Actors, plot: Plot, one: Round) -> None:
    queued = actors.of(one)
    if plot is RACE:
        assert len(one.claims) == 1, "two owners"
        assert one.accepted == one.claims, "an answer of who had no claim, or two for one claim"
        assert len(queued) == 1
        assert room.row(one.row_id).holder == one.claims[0]
        assert room.reply(one.row_id, who=SAM if one.claims == [JO.key] else JO) is Refusal.NOT_YOURS
        room.write(lambda session: outgoing.cancel_of_staff(session, one.row_id, "the round is over"))
        return
    [of_jo] = queued
    while of_jo.state == "waiting":  # the worker came before there was anything for it
        actors.send(one, JO)
        [of_jo] = actors.of(one)
    # Who took over was shown a reply that left: on its way already, or gone.
    assert of_jo.state in ("sent", "cancelled")
    if of_jo.state == "sent":
        assert one.seen_after_claim[of_jo.id] in ("sending", "sent"), "it left after someone else had taken over"


@pytest.mark.timeout(900)
def test_a_thousand_interleavings_never_give_two_owners_or_two_answers(desk_room: Desk, database: Database) -> None:
    chance = random.Random(20261124)
    ended: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS):
            plot = chance.choice((RACE, TAKE_OVER, FACEBOOK))
            one = play(desk_room, chance, plot, threads)
            ended[one.claims[0] if plot is RACE else Actors(desk_room).of(one)[0].state] += 1
    # Both ends of each race were reached, so the threads did interleave.
    assert all(ended[end] > ROUNDS // 100 for end in (JO.key, SAM.key, "sent", "cancelled")), ended
