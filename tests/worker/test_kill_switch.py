"""The kill switch and the worker: from the next decision and the next message on, nothing but safety leaves."""

import pytest

from bot.core import catalogue
from bot.store import kill_switch, outgoing, practices
from tests.builders import PAGE, a_text
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.meta import OTHER_PAGE, Meta
from tests.worker.surgery import Surgery

OFF = catalogue.PAUSED.partition("\n")[0]


def throw(surgery: Surgery, slug: str | None = "riverside", *, off: bool = True) -> None:
    surgery.change(
        lambda session: kill_switch.throw(
            session,
            practices.find_by_slug(session, slug) if slug else None,
            off=off,
            by="Ann Lee",
            why="a wrong answer",
            now=surgery.clock(),
        )
    )


@both_databases
@pytest.mark.parametrize("slug", ["riverside", None], ids=["one practice", "all"])
def test_the_next_question_goes_to_staff_and_the_patient_hears_so(
    surgery: Surgery, meta: Meta, slug: str | None
) -> None:
    throw(surgery, slug)
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.send_all()
    [said] = meta.phone()
    assert OFF in said
    assert WORDINGS["breast"] not in said
    assert surgery.conversation().waiting_why == "automated answers are off"


def test_another_practice_goes_on_answering(surgery: Surgery, meta: Meta) -> None:
    throw(surgery, "riverside")
    surgery.answer_all(a_text("Does a mammogram hurt?", page_id=OTHER_PAGE))
    surgery.send_all()
    assert WORDINGS["breast"] in meta.phone(page_id=OTHER_PAGE)[0]


@both_databases
def test_an_answer_that_was_queued_already_does_not_leave(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    throw(surgery)
    surgery.send_all()
    assert meta.phone() == []
    assert surgery.outgoing().state == "cancelled"
    assert surgery.conversation().waiting_why == kill_switch.WHY_HELD_BACK


@both_databases
def test_an_answer_that_was_being_decided_when_it_was_thrown_does_not_leave(surgery: Surgery, meta: Meta) -> None:
    """The worker read the switch before, and queues its answer after it."""
    surgery.nlu.does_meanwhile(lambda: None)
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.change(lambda session: setattr(practices.first(session), "paused", True))  # nothing is cancelled by this
    surgery.send_all()
    assert meta.phone() == []
    assert (surgery.outgoing().state, surgery.outgoing().problem) == ("cancelled", kill_switch.WHY_HELD_BACK)
    assert surgery.conversation().waiting_why == kill_switch.WHY_HELD_BACK


@pytest.mark.parametrize("text", ["I have chest pain", "i want to kill myself", "I found a lump in my breast"])
def test_safety_replies_leave_whatever_the_switch_says(surgery: Surgery, meta: Meta, text: str) -> None:
    throw(surgery, None)
    throw(surgery)
    surgery.answer_all(a_text(text))
    surgery.send_all()
    assert "999" in meta.phone()[0]
    assert surgery.conversation().urgent


def test_a_safety_reply_that_was_queued_when_it_was_thrown_leaves(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("I have chest pain"))
    throw(surgery, None)
    surgery.send_all()
    assert meta.phone()[0].startswith("Call 999 now")


def test_a_reply_that_meta_failed_on_is_not_tried_again_while_it_is_off_nor_after(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    meta.fails(code=2)
    surgery.send()
    throw(surgery)
    throw(surgery, off=False)
    surgery.clock.forward(minutes=10)
    surgery.send_all()
    assert meta.phone() == []


def test_a_held_back_reply_that_had_arrived_after_all_is_kept_as_sent(surgery: Surgery) -> None:
    key = "key-of-this-test"
    message = surgery.queue(metadata_key=key, state="unknown")
    throw(surgery)
    assert surgery.outgoing(message).state == "cancelled"
    practice = surgery.page(PAGE).practice_id
    surgery.change(lambda session: outgoing.confirm_by_echo(session, practice, key, "m_1", surgery.clock()))
    assert surgery.outgoing(message).state == "sent"


def test_staff_and_opt_out_are_not_in_its_way(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Hello", psid="bea"))
    surgery.send_all()
    throw(surgery)
    surgery.jo_replies("I will call you.", psid="bea")
    surgery.answer_all(a_text("STOP"))
    surgery.send_all()
    assert meta.phone("bea")[-1] == "I will call you."
    assert catalogue.OPT_OUT in meta.phone()[0]


def test_resumed_the_next_question_is_answered(surgery: Surgery, meta: Meta) -> None:
    throw(surgery)
    throw(surgery, off=False)
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.send_all()
    assert WORDINGS["breast"] in meta.phone()[0]
