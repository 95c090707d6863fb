"""Events that are claimed and read together, and none of them suffers for another."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.core.messages import Programme
from bot.store.received_events import LEASE
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, ReceivedEvent
from bot.worker.answer_next import PAUSE_AFTER_FAILURE
from tests.builders import NOON, a_text, an_edit, an_unsend
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.meta import OTHER_PAGE
from tests.worker.outages import Broken, break_down, breaking_at
from tests.worker.surgery import Surgery

pytestmark = both_databases

PATIENTS = ("ann", "bea", "cat", "dee")
QUESTIONS = {psid: f"Does a mammogram hurt? {psid} asks" for psid in PATIENTS}


@pytest.fixture
def questions(surgery: Surgery) -> None:
    """Four patients have asked the same, each in words that nobody else uses: the model is asked for each."""
    for text in QUESTIONS.values():
        surgery.nlu.teach(text, Programme.BREAST, does_it_hurt=0.9)
    surgery.hear(*(a_text(text, psid=psid) for psid, text in QUESTIONS.items()))


@contextmanager
def counting_transactions(surgery: Surgery) -> Iterator[list[str]]:
    began: list[str] = []

    def count(connection: Connection) -> None:
        began.append("write" if connection.get_execution_options().get("takes_the_write_lock") else "read")

    engine = surgery.services.database.engine
    event.listen(engine, "begin", count)
    yield began
    event.remove(engine, "begin", count)


def assert_each_answered_once(surgery: Surgery) -> None:
    assert [len(surgery.rows(table)) for table in (Conversation, Message, DecisionRow, OutgoingMessage)] == [4, 8, 4, 4]
    assert all(WORDINGS["breast"] in reply for reply in surgery.replies())
    assert {row.state for row in surgery.rows(ReceivedEvent)} == {"done"}


@pytest.mark.usefixtures("questions")
def test_several_patients_are_claimed_in_one_transaction_and_each_is_kept_in_one(surgery: Surgery) -> None:
    with counting_transactions(surgery) as began:
        assert surgery.answer(at_once=8)
    assert began.count("write") == 1 + len(PATIENTS)
    assert_each_answered_once(surgery)
    assert not surgery.answer(at_once=8)
    says = {row.id: row.text for row in surgery.rows(Message) if row.author == "bot"}
    assert [(row.text, row.event_id) for row in surgery.rows(OutgoingMessage)] == [
        (says[row.message_id], row.event_id) for row in surgery.rows(OutgoingMessage)
    ]


def test_a_look_in_vain_asks_for_nothing_but_what_is_due(surgery: Surgery) -> None:
    with counting_transactions(surgery) as began:
        assert not surgery.answer(at_once=8)
    assert began == ["write"]


@pytest.mark.usefixtures("questions")
def test_no_more_are_taken_than_allowed(surgery: Surgery) -> None:
    assert surgery.answer(at_once=3)
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done"] * 3 + ["waiting"]


def test_of_one_patient_only_the_first_is_taken(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"), a_text("Does a smear hurt?", attachments=("image",)))
    assert surgery.answer(at_once=8)
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done", "waiting"]


@pytest.mark.usefixtures("questions")
def test_a_fault_with_one_costs_the_others_nothing(surgery: Surgery) -> None:
    nothing = lambda: None  # noqa: E731
    # The second reading breaks, and so does its second try by itself: after the three that stand before it.
    surgery.nlu.does_meanwhile(nothing, break_down, nothing, break_down)
    with pytest.raises(Broken):
        surgery.answer(at_once=4)
    first, broken, *rest = surgery.rows(ReceivedEvent)
    assert [row.state for row in (first, *rest)] == ["done"] * 3
    assert (broken.state, broken.attempts, broken.due_at) == ("waiting", 1, NOON + PAUSE_AFTER_FAILURE)
    surgery.clock.forward(seconds=2)
    assert surgery.answer(at_once=4)
    assert_each_answered_once(surgery)


@pytest.mark.usefixtures("questions")
@pytest.mark.parametrize("statement", ["INSERT INTO message", "INSERT INTO decision", "INSERT INTO outgoing_message"])
def test_what_cannot_be_kept_is_done_once_more_and_nothing_else_is(surgery: Surgery, statement: str) -> None:
    broken: list[str] = []

    def once() -> None:
        if not broken:
            broken.append(statement)
            raise OperationalError(statement, None, Exception("the disk hiccuped"))

    with breaking_at(surgery.services.database, statement, once), capture_logs() as logs:
        assert surgery.answer(at_once=4)
    assert [line["events"] for line in logs if line["event"] == "done_one_by_one"] == [1]
    assert_each_answered_once(surgery)


@pytest.mark.usefixtures("questions")
def test_one_whose_lease_is_lost_is_left_to_its_new_worker(surgery: Surgery) -> None:
    def lose_the_second() -> None:
        second = surgery.rows(ReceivedEvent)[1].id
        surgery.change(lambda session: setattr(session.get_one(ReceivedEvent, second), "claimed_by", "worker-2"))

    surgery.nlu.does_meanwhile(lose_the_second)
    with capture_logs() as logs:
        assert surgery.answer(at_once=4)
    assert [line["event"] for line in logs].count("lease_lost") == 1
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done", "working", "done", "done"]
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert surgery.answer()
    assert_each_answered_once(surgery)


@pytest.mark.usefixtures("questions")
def test_the_model_is_asked_once_for_all(surgery: Surgery) -> None:
    surgery.hear(a_text("How often is a smear? And is it free?", psid="eve"))
    assert surgery.answer(at_once=8)
    assert surgery.nlu.requests == [
        [*QUESTIONS.values(), "How often is a smear? And is it free?", "How often is a smear", "is it free"]
    ]


def test_what_several_patients_write_is_read_once(surgery: Surgery) -> None:
    surgery.hear(*(a_text("Does a mammogram hurt?", psid=psid) for psid in PATIENTS))
    assert surgery.answer(at_once=8)
    assert surgery.nlu.requests == [["Does a mammogram hurt?"]]
    assert_each_answered_once(surgery)


@pytest.mark.usefixtures("questions")
def test_a_message_that_the_model_chokes_on_costs_the_others_nothing(surgery: Surgery) -> None:
    surgery.hear(a_text("Is it sore", psid="eve"))
    surgery.nlu.chokes_on("Is it sore")
    assert surgery.answer(at_once=8)
    assert [len(request) for request in surgery.nlu.requests] == [5, 1, 1, 1, 1, 1]
    assert {row.state for row in surgery.rows(ReceivedEvent)} == {"done"}
    assert [row.kind for row in surgery.rows(DecisionRow)] == ["answer"] * 4 + ["unavailable"]


def test_events_of_every_kind_are_done_together(surgery: Surgery) -> None:
    taken_back, changed = a_text("Never mind", psid="cat"), a_text("Does it", psid="dee")
    surgery.hear(a_text("Does a mammogram hurt?"), a_text("Does a smear hurt?", psid="bea"))
    surgery.hear(taken_back, an_unsend(taken_back), changed, an_edit(changed, "Does a mammogram hurt?"))
    surgery.hear(a_text("Does a mammogram hurt?", page_id=OTHER_PAGE))
    while surgery.answer(at_once=8):
        pass
    assert {row.state for row in surgery.rows(ReceivedEvent)} <= {"done", "ignored"}
    assert len(surgery.rows(OutgoingMessage)) == 4
    assert sum(WORDINGS["breast"] in reply for reply in surgery.replies()) == 3


def test_each_practice_has_its_turn_among_them(surgery: Surgery) -> None:
    surgery.hear(*(a_text("Does a mammogram hurt?", psid=psid) for psid in PATIENTS))
    surgery.hear(a_text("Does a mammogram hurt?", page_id=OTHER_PAGE))
    assert surgery.answer(at_once=2)
    practices = [row.practice_id for row in surgery.rows(ReceivedEvent) if row.state == "done"]
    assert len(set(practices)) == 2
