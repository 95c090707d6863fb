"""The model is down or slow: the patient still gets a reply in the same turn, and staff the conversation."""

import pytest

from bot.core import catalogue
from bot.core.messages import Programme
from bot.store.tables import Page, ReceivedEvent
from tests.builders import a_text
from tests.fakes.fake_nlu import PATIENCE
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.surgery import Surgery

FIXED_REPLY = catalogue.UNAVAILABLE.partition("\n")[0]


def test_with_the_model_down_the_patient_is_told_and_staff_get_the_conversation(surgery: Surgery) -> None:
    surgery.nlu.goes_down()
    surgery.hear(a_text("Does a mammogram hurt?"))
    assert surgery.answer()
    assert FIXED_REPLY in surgery.outgoing().text
    assert "call 01632 960001" in surgery.outgoing().text
    decision = surgery.decision()
    assert (decision.kind, decision.rule, decision.confidence, decision.release) == (
        "unavailable",
        "nlu_unavailable",
        None,
        "",
    )
    assert surgery.conversation().waiting_why == "the model could not read it"
    assert [event.attempts for event in surgery.rows(ReceivedEvent)] == [1]


def test_a_model_that_is_too_slow_is_not_waited_for(surgery: Surgery) -> None:
    surgery.nlu.takes(60)
    surgery.hear(a_text("Does a mammogram hurt?"))
    assert surgery.answer()
    assert surgery.decision().kind == "unavailable"
    assert surgery.decision().milliseconds >= PATIENCE * 1000
    assert FIXED_REPLY in surgery.outgoing().text


def test_when_the_model_is_back_the_next_message_is_answered(surgery: Surgery) -> None:
    surgery.nlu.goes_down()
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.nlu.comes_back()
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert WORDINGS["breast"] in surgery.outgoing().text


@both_databases
def test_no_transaction_is_open_while_the_model_reads(surgery: Surgery) -> None:
    pool = surgery.services.database.engine.pool
    seen = []

    def look() -> None:
        seen.append(pool.checkedout())  # type: ignore[attr-defined]
        surgery.change(lambda session: session.query(Page).update({"name": "changed meanwhile"}))

    surgery.nlu.does_meanwhile(look)
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert seen == [0]
    assert surgery.page().name == "changed meanwhile"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I have chest pain and cannot breathe", "emergency"),
        ("i want to kill myself", "crisis"),
        ("I found a lump in my breast", "red_flag"),
    ],
)
def test_the_safety_net_needs_no_model(surgery: Surgery, text: str, kind: str) -> None:
    surgery.nlu.goes_down()
    surgery.answer_all(a_text(text))
    assert surgery.decision().kind == kind
    assert surgery.outgoing().safety
    assert surgery.conversation().urgent
    assert surgery.nlu.asked == []


def test_a_message_that_only_the_model_finds_dangerous_is_one_too(surgery: Surgery) -> None:
    surgery.nlu.teach("one of me bangers dont look like the other", Programme.BREAST, breast_symptom=0.5)
    surgery.answer_all(a_text("one of me bangers dont look like the other"))
    assert (surgery.decision().kind, surgery.decision().rule) == ("red_flag", "safety:model")
    assert surgery.outgoing().safety
    assert surgery.conversation().urgent


def test_a_model_that_fails_on_the_second_of_two_questions_leaves_the_message_as_a_whole(
    surgery: Surgery,
) -> None:
    both = "Does a mammogram hurt? And is it free?"
    surgery.nlu.teach(both, Programme.BREAST, does_it_hurt=0.9)
    surgery.nlu.does_meanwhile(lambda: None, surgery.nlu.goes_down)
    surgery.answer_all(a_text(both))
    assert WORDINGS["breast"] in surgery.outgoing().text
