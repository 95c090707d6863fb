"""STOP holds back what was not sent yet, but no sign of danger and nobody who types; START lets the bot speak again."""

import pytest

from bot.core import catalogue
from bot.core.messages import Button
from tests.builders import a_text, an_echo
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery


@both_databases
def test_an_answer_that_was_queued_before_stop_does_not_leave(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(a_text("STOP"))
    surgery.send_all()
    assert meta.phone() == [catalogue.OPT_OUT]
    answer, confirmation = [row.state for row in surgery.rows(type(surgery.outgoing()))]
    assert (answer, confirmation) == ("cancelled", "sent")


def test_it_does_not_leave_after_start_either(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(a_text("STOP"))
    surgery.answer_all(a_text("START"))
    surgery.send_all()
    assert meta.phone() == [catalogue.OPT_OUT, catalogue.OPT_IN]


def test_an_answer_that_failed_before_stop_is_not_tried_again(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    meta.fails(code=2)
    surgery.interrupt_sending(after=lambda: surgery.answer_all(a_text("STOP")))
    assert surgery.send()
    surgery.interrupt_sending()
    surgery.clock.forward(minutes=5)
    surgery.send_all()
    assert meta.phone() == [catalogue.OPT_OUT]


def test_the_confirmation_itself_is_tried_again(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("STOP"))
    meta.fails(code=2)
    assert surgery.send()
    surgery.clock.forward(minutes=5)
    surgery.send_all()
    assert any(catalogue.OPT_OUT in text for text in meta.phone())


@pytest.mark.parametrize("before", [True, False])
def test_a_safety_reply_leaves_whenever_stop_came(surgery: Surgery, meta: Meta, before: bool) -> None:
    danger = a_text("I have chest pain and cannot breathe")
    for event in (a_text("STOP"), danger) if before else (danger, a_text("STOP")):
        surgery.answer_all(event)
    surgery.send_all()
    assert any(text.startswith("Call 999 now") for text in meta.phone())


def test_what_a_person_typed_leaves_after_stop(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.jo_replies("It is Jo from reception. Please call us.")
    surgery.answer_all(a_text("STOP"))
    surgery.send_all()
    assert surgery.conversation().opted_out
    assert "It is Jo from reception. Please call us." in meta.phone()


def test_after_stop_nothing_is_confirmed_twice_and_start_answers_again(surgery: Surgery, meta: Meta) -> None:
    for text in ("STOP", "stop", "Does a mammogram hurt?", "START", "Does a mammogram hurt?"):
        surgery.answer_all(a_text(text))
        surgery.send_all()
    stopped, started, answer = meta.phone()
    assert catalogue.OPT_OUT in stopped
    assert started == catalogue.OPT_IN
    assert WORDINGS["breast"] in answer


def test_stop_to_a_person_in_facebooks_inbox_is_kept_for_later(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(an_echo())
    surgery.answer_all(a_text("STOP"))
    surgery.send_all()
    assert surgery.conversation().opted_out
    assert meta.phone() == []


def test_the_question_about_deleting_reaches_who_has_sent_stop(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("STOP"))
    surgery.answer_all(a_text("delete my data"))
    surgery.send_all()
    assert meta.phone()[-1] == catalogue.ERASE_ASK
    assert surgery.outgoing().buttons == [
        [button.title, button.payload]
        for button in (Button(catalogue.BUTTON_ERASE, "erase:yes"), Button(catalogue.BUTTON_KEEP, "erase:no"))
    ]
