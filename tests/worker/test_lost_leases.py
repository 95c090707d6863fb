"""A worker that was too slow finds its event in other hands: what it did is undone, and the other's work stands."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.store import received_events
from bot.store.received_events import LEASE
from bot.store.tables import DecisionRow, Message, OutgoingMessage, ReceivedEvent
from tests.builders import a_text, claim_one
from tests.worker.conftest import both_databases
from tests.worker.outages import Broken, break_down
from tests.worker.surgery import Surgery

pytestmark = both_databases


def loses_its_lease_to(surgery: Surgery, other: Callable[[], object]) -> Callable[[], None]:
    """The lease ends while the slow worker reads, and then the other one comes along."""

    def happen() -> None:
        surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
        other()

    return happen


def just_claim(surgery: Surgery) -> None:
    surgery.change(lambda session: claim_one(session, "worker-2", surgery.clock()))


@pytest.fixture
def question(surgery: Surgery) -> None:
    """Ann's question is stored."""
    surgery.hear(a_text("Does a mammogram hurt?"))


@pytest.mark.usefixtures("question")
def test_what_another_worker_has_finished_is_not_written_twice(surgery: Surgery) -> None:
    surgery.nlu.does_meanwhile(loses_its_lease_to(surgery, partial(surgery.answer, "worker-2")))
    with capture_logs() as logs:
        assert surgery.answer("worker-1")
    assert [len(surgery.rows(table)) for table in (Message, DecisionRow, OutgoingMessage)] == [2, 1, 1]
    assert [event["event"] for event in logs] == ["turn_decided", "lease_lost"]
    [event] = surgery.rows(ReceivedEvent)
    assert (event.state, event.claimed_by, event.attempts) == ("done", "worker-2", 2)


@pytest.mark.usefixtures("question")
def test_what_another_worker_holds_is_left_to_it(surgery: Surgery) -> None:
    surgery.nlu.does_meanwhile(loses_its_lease_to(surgery, partial(just_claim, surgery)))
    with capture_logs() as logs:
        assert surgery.answer("worker-1")
    assert [surgery.rows(table) for table in (Message, DecisionRow, OutgoingMessage)] == [[], [], []]
    assert [event["event"] for event in logs] == ["lease_lost"]
    [event] = surgery.rows(ReceivedEvent)
    assert (event.state, event.claimed_by) == ("working", "worker-2")


@pytest.mark.usefixtures("question")
def test_a_slow_worker_that_fails_does_not_give_back_what_another_holds(surgery: Surgery) -> None:
    def happen() -> None:
        loses_its_lease_to(surgery, partial(just_claim, surgery))()
        break_down()

    surgery.nlu.does_meanwhile(happen)
    with pytest.raises(Broken):
        surgery.answer("worker-1")
    [event] = surgery.rows(ReceivedEvent)
    assert (event.state, event.claimed_by, event.attempts) == ("working", "worker-2", 2)


@pytest.mark.usefixtures("question")
def test_a_slow_worker_that_nobody_overtook_still_answers(surgery: Surgery) -> None:
    surgery.nlu.does_meanwhile(loses_its_lease_to(surgery, lambda: None))
    assert surgery.answer("worker-1")
    assert len(surgery.replies()) == 1
    assert [event.state for event in surgery.rows(ReceivedEvent)] == ["done"]


@pytest.fixture
def burst(surgery: Surgery) -> None:
    """Ann typed her question in two messages."""
    surgery.hear(a_text("hi"), a_text("does a mammogram hurt"))


@pytest.mark.usefixtures("burst")
def test_a_burst_that_another_worker_has_finished_is_not_written_twice(surgery: Surgery) -> None:
    surgery.nlu.does_meanwhile(loses_its_lease_to(surgery, partial(surgery.answer, "worker-2")))
    with capture_logs() as logs:
        assert surgery.answer("worker-1")
    assert [len(surgery.rows(table)) for table in (Message, DecisionRow, OutgoingMessage)] == [3, 1, 1]
    assert [event["event"] for event in logs] == ["turn_decided", "lease_lost"]
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done", "done"]


@pytest.mark.usefixtures("burst")
def test_a_burst_of_which_a_message_was_finished_meanwhile_is_not_written(surgery: Surgery) -> None:
    """It cannot happen while the first is held; if it did, one message must not be answered twice."""

    def finish_the_second() -> None:
        second = surgery.rows(ReceivedEvent)[1].id
        surgery.change(
            lambda session: session.execute(
                update(ReceivedEvent).where(ReceivedEvent.id == second).values(state="done")
            )
        )

    surgery.nlu.does_meanwhile(finish_the_second)
    with capture_logs() as logs:
        assert surgery.answer("worker-1")
    assert [event["event"] for event in logs] == ["lease_lost"]
    assert [surgery.rows(table) for table in (Message, DecisionRow, OutgoingMessage)] == [[], [], []]
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert surgery.answer("worker-2")
    assert len(surgery.replies()) == 1


def test_a_worker_that_comes_back_late_does_not_put_off_what_another_answers(surgery: Surgery) -> None:
    surgery.receive(a_text("hi"))
    late = surgery.change(lambda session: claim_one(session, "worker-1", surgery.clock()))
    assert late is not None
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    just_claim(surgery)
    surgery.change(lambda session: received_events.put_off(session, late, (), surgery.clock()))
    [event] = surgery.rows(ReceivedEvent)
    assert (event.state, event.claimed_by, event.attempts) == ("working", "worker-2", 2)
