"""Whatever breaks before the last commit of a turn, nothing is half-written and the event is tried again."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from bot.core.messages import Programme
from bot.errors import StoreUnavailable
from bot.store.received_events import LEASE
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, ReceivedEvent
from bot.worker.answer_next import PAUSE_AFTER_FAILURE
from bot.worker.deciding import MOST_TRIES
from tests.builders import NOON, a_text, an_echo
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.outages import Broken, Outage, break_down, breaking_at, breaking_commits
from tests.worker.surgery import Surgery

MADE_BY_A_TURN = (Conversation, Message, DecisionRow, OutgoingMessage)


def assert_untouched(surgery: Surgery) -> None:
    assert [surgery.rows(table) for table in MADE_BY_A_TURN] == [[], [], [], []]


def assert_answered_once(surgery: Surgery) -> None:
    assert [len(surgery.rows(table)) for table in MADE_BY_A_TURN] == [1, 2, 1, 1]
    assert WORDINGS["breast"] in surgery.replies()[0]
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done"]


@pytest.fixture
def question(surgery: Surgery) -> None:
    """Ann's question is stored."""
    surgery.hear(a_text("Does a mammogram hurt?"))


@pytest.mark.usefixtures("question")
def test_a_fault_while_reading_leaves_the_event_to_be_tried_again(surgery: Surgery) -> None:
    surgery.nlu.does_meanwhile(break_down)
    with pytest.raises(Broken):
        surgery.answer()
    assert_untouched(surgery)
    [event] = surgery.rows(ReceivedEvent)
    assert (event.state, event.attempts, event.lease_until) == ("waiting", 1, None)
    assert event.due_at == NOON + PAUSE_AFTER_FAILURE
    assert not surgery.answer()
    surgery.clock.forward(seconds=2)
    assert surgery.answer()
    assert_answered_once(surgery)


@both_databases
@pytest.mark.usefixtures("question")
@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO message", "UPDATE conversation", "INSERT INTO decision", "INSERT INTO outgoing_message"],
)
def test_a_fault_at_any_point_of_the_writing_leaves_nothing_half_written(surgery: Surgery, statement: str) -> None:
    with breaking_at(surgery.services.database, statement), pytest.raises(Broken):
        surgery.answer()
    assert_untouched(surgery)
    surgery.clock.forward(seconds=2)
    assert surgery.answer()
    assert_answered_once(surgery)


@both_databases
@pytest.mark.usefixtures("question")
def test_a_fault_at_the_commit_leaves_nothing_half_written(surgery: Surgery) -> None:
    database = surgery.services.database
    with ExitStack() as faults:
        last = breaking_at(
            database, "INSERT INTO outgoing_message", lambda: faults.enter_context(breaking_commits(database))
        )
        with last, pytest.raises(Broken):
            surgery.answer()
    assert_untouched(surgery)
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)  # it could not be given back either
    assert surgery.answer()
    assert_answered_once(surgery)


@both_databases
@pytest.mark.usefixtures("question")
def test_a_database_that_goes_away_while_reading_costs_no_message(surgery: Surgery) -> None:
    outage = Outage(surgery.services.database)
    surgery.nlu.does_meanwhile(outage.begin)
    with pytest.raises(StoreUnavailable):
        surgery.answer()
    with pytest.raises(StoreUnavailable):
        surgery.answer("worker-2")
    outage.end()
    assert_untouched(surgery)
    assert not surgery.answer()
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert surgery.answer()
    assert_answered_once(surgery)


@pytest.mark.usefixtures("question")
def test_connections_that_are_closed_while_reading_are_made_anew(surgery: Surgery) -> None:
    surgery.nlu.does_meanwhile(surgery.services.database.close)
    assert surgery.answer()
    assert_answered_once(surgery)


@both_databases
def test_a_worker_that_died_leaves_its_event_to_another_when_its_lease_has_ended(surgery: Surgery) -> None:
    def die() -> None:
        raise KeyboardInterrupt  # nothing of the worker runs after that, as after kill -9

    surgery.hear(a_text("Does a mammogram hurt?"))
    surgery.nlu.does_meanwhile(die)
    with pytest.raises(KeyboardInterrupt):
        surgery.answer("worker-1")
    surgery.clock.forward(seconds=LEASE.total_seconds() - 1)
    assert not surgery.answer("worker-2")
    surgery.clock.forward(seconds=2)
    assert surgery.answer("worker-2")
    assert_answered_once(surgery)


def test_what_broke_for_one_patient_does_not_hold_up_another(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"), a_text("Does a smear hurt?", psid="bea"))
    surgery.nlu.does_meanwhile(break_down)
    with pytest.raises(Broken):
        surgery.answer()
    assert surgery.answer()
    assert [WORDINGS["cervical"] in reply for reply in surgery.replies()] == [True]


def test_what_a_patient_wrote_next_waits_for_what_broke(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"))
    surgery.hear(a_text("Does a smear hurt?", happened_at=NOON + timedelta(milliseconds=1)))
    surgery.nlu.does_meanwhile(break_down)
    with pytest.raises(Broken):
        surgery.answer()
    assert not surgery.answer()
    surgery.clock.forward(seconds=2)
    surgery.answer_all()
    assert [text for author, text in surgery.said() if author == "patient"] == [
        "Does a mammogram hurt?",
        "Does a smear hurt?",
    ]


def test_a_fault_while_noting_an_echo_leaves_nothing_half_written(surgery: Surgery) -> None:
    echo = an_echo(text="It is Jo from reception.")
    surgery.hear(echo)
    with breaking_at(surgery.services.database, "UPDATE outgoing_message"), pytest.raises(Broken):
        surgery.answer()
    assert_untouched(surgery)
    surgery.clock.forward(seconds=2)
    assert surgery.answer()
    assert surgery.conversation().owner == "staff"
    assert surgery.event(echo).state == "done"


@pytest.fixture
def burst(surgery: Surgery) -> None:
    """Ann typed her question in three messages."""
    surgery.hear(*(a_text(text) for text in ("hi", "about my mammogram", "does it hurt")))
    surgery.nlu.teach("about my mammogram\ndoes it hurt", Programme.BREAST, does_it_hurt=0.9)


def assert_burst_answered_once(surgery: Surgery) -> None:
    assert [len(surgery.rows(table)) for table in MADE_BY_A_TURN] == [1, 4, 1, 1]
    assert [text for author, text in surgery.said() if author == "patient"] == [
        "hi",
        "about my mammogram",
        "does it hurt",
    ]
    assert WORDINGS["breast"] in surgery.replies()[0]
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done"] * 3


@both_databases
@pytest.mark.usefixtures("burst")
@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO message", "UPDATE conversation", "INSERT INTO decision", "INSERT INTO outgoing_message"],
)
def test_a_fault_while_a_burst_is_written_leaves_nothing_half_written(surgery: Surgery, statement: str) -> None:
    with breaking_at(surgery.services.database, statement), pytest.raises(Broken):
        surgery.answer()
    assert_untouched(surgery)
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["waiting"] * 3
    surgery.clock.forward(seconds=2)
    surgery.answer_all()
    assert_burst_answered_once(surgery)


@both_databases
@pytest.mark.usefixtures("burst")
def test_a_worker_that_died_over_a_burst_leaves_all_of_it_to_another(surgery: Surgery) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    surgery.nlu.does_meanwhile(die)
    with pytest.raises(KeyboardInterrupt):
        surgery.answer("worker-1")
    assert not surgery.answer("worker-2")
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert surgery.answer("worker-2")
    assert_burst_answered_once(surgery)
    assert not surgery.answer("worker-2")


@both_databases
def test_a_fault_while_a_message_is_put_off_costs_it_nothing(surgery: Surgery) -> None:
    surgery.receive(a_text("Does a mammogram hurt?"))
    with (
        breaking_at(surgery.services.database, "SELECT received_event.id, received_event.payload"),
        pytest.raises(Broken),
    ):
        surgery.answer()
    surgery.clock.forward(seconds=2)
    assert surgery.answer()
    assert_answered_once(surgery)


@pytest.mark.usefixtures("burst")
def test_a_message_that_can_never_be_stored_does_not_keep_the_others_of_its_burst_back(surgery: Surgery) -> None:
    with breaking_at(surgery.services.database, "UPDATE received_event SET state=?, reason=?, finished_at=?"):
        for _ in range(MOST_TRIES + 1):
            with pytest.raises(Broken):
                surgery.answer()
            surgery.clock.forward(seconds=3)
        assert surgery.answer()  # by itself: nothing else has to be finished with it
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done", "waiting", "waiting"]
    surgery.answer_all()
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done"] * 3
