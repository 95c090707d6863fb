"""Asked not to send personal details: what the worker remembers of it between turns."""

from datetime import timedelta

from bot.core import catalogue
from bot.store import conversations
from tests.builders import NOON, a_conversation, a_text
from tests.worker.conftest import both_databases
from tests.worker.surgery import Surgery

ASKED = catalogue.NO_DETAILS


@both_databases
def test_the_patient_is_asked_once(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt? 943 476 5919"))
    surgery.answer_all(a_text("Does a smear hurt? 943 476 5919"))
    assert [ASKED in text for text in surgery.replies()] == [True, False]
    assert surgery.conversation().details_asked_at == NOON


@both_databases
def test_after_a_safety_reply_the_next_one_asks(surgery: Surgery) -> None:
    surgery.answer_all(a_text("I found a lump, ring me on 07700 900461"))
    assert surgery.conversation().details_due
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert [ASKED in text for text in surgery.replies()] == [False, True]
    assert not surgery.conversation().details_due


def test_while_staff_have_the_conversation_nothing_is_said(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.change(lambda session: conversations.take_for_staff(a_conversation(session), "a colleague", NOON))
    surgery.answer_all(a_text("my number is 07700 900461"))
    assert [ASKED in text for text in surgery.replies()] == [False]
    assert (surgery.conversation().details_due, surgery.conversation().details_asked_at) == (False, None)


def test_a_reply_that_came_too_late_to_be_sent_does_not_count(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt? 943 476 5919", happened_at=NOON - timedelta(days=2)))
    surgery.answer()
    assert surgery.replies() == []
    assert surgery.conversation().details_asked_at is None
