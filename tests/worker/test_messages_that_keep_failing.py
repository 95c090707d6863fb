"""What fails again and again must not leave the patient without a word, nor hold up what comes after it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.core import catalogue
from bot.errors import AssistantError
from bot.store import conversations
from bot.store.tables import DecisionRow, OutgoingMessage, ReceivedEvent
from bot.worker.deciding import MOST_TRIES
from tests.builders import NOON, PAGE, a_conversation, a_text, an_edit
from tests.worker.databases import WORDINGS
from tests.worker.outages import Broken, break_down, breaking_at
from tests.worker.surgery import Surgery

FIXED_REPLY = catalogue.UNAVAILABLE.partition("\n")[0]
EMERGENCY = "I have chest pain and cannot breathe"


def fail_three_times(surgery: Surgery) -> None:
    """Storing breaks at three tries; after that everything works."""
    with breaking_at(surgery.services.database, "INSERT INTO decision"):
        for _ in range(MOST_TRIES):
            with pytest.raises(Broken):
                surgery.answer()
            surgery.clock.forward(seconds=3)


def work_for_a_while(surgery: Surgery) -> None:
    """What a worker does in half a minute, faults included."""
    for _ in range(10):
        try:
            while surgery.answer():
                pass
        except (Broken, AssistantError, ValueError):
            pass
        surgery.clock.forward(seconds=3)


def test_after_three_tries_the_patient_gets_the_fixed_reply_and_staff_the_conversation(
    surgery: Surgery,
) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"))
    fail_three_times(surgery)
    assert surgery.answer()
    assert FIXED_REPLY in surgery.outgoing().text
    assert "They next look at messages" in surgery.outgoing().text
    decision = surgery.decision()
    assert (decision.kind, decision.rule) == ("hand_off", "tried_too_often")
    row = surgery.conversation()
    assert (row.waiting_since, row.waiting_why) == (surgery.clock(), "the bot failed on this message")
    assert [event.state for event in surgery.rows(ReceivedEvent)] == ["done"]


def test_the_third_try_is_still_an_ordinary_one(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"))
    surgery.nlu.does_meanwhile(break_down, break_down)
    work_for_a_while(surgery)
    assert surgery.decision().rule == "sure"


def test_a_message_that_can_never_be_read_gets_the_fixed_reply_too(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"))
    surgery.nlu.does_meanwhile(*[break_down] * 20)
    work_for_a_while(surgery)
    assert [FIXED_REPLY in reply for reply in surgery.replies()] == [True]
    assert surgery.conversation().waiting_since is not None


def test_the_fixed_reply_says_that_it_is_automated_as_every_first_reply_does(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"))
    fail_three_times(surgery)
    surgery.answer()
    assert surgery.outgoing().text.startswith("This is an automated reply from Riverside Surgery.")


def test_an_emergency_is_one_after_three_tries_as_well(surgery: Surgery) -> None:
    surgery.hear(a_text(EMERGENCY))
    fail_three_times(surgery)
    surgery.answer()
    assert surgery.outgoing().text.startswith("Call 999 now")
    assert surgery.outgoing().safety
    assert surgery.conversation().urgent


def test_staff_own_the_conversation_after_three_tries_as_well(surgery: Surgery) -> None:
    surgery.change(lambda session: conversations.take_for_staff(a_conversation(session), "a person replied", NOON))
    surgery.hear(a_text("Does a mammogram hurt?"))
    fail_three_times(surgery)
    surgery.answer()
    assert surgery.rows(OutgoingMessage) == []


def test_who_opted_out_hears_nothing_after_three_tries_either(surgery: Surgery) -> None:
    surgery.answer_all(a_text("STOP"))
    surgery.hear(a_text("Does a mammogram hurt?"))
    fail_three_times(surgery)
    surgery.answer()
    assert len(surgery.rows(OutgoingMessage)) == 1  # that the bot will be silent


def test_the_decision_after_three_tries_names_its_thresholds(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"))
    fail_three_times(surgery)
    surgery.answer()
    assert surgery.decision().thresholds["answer"] == 0.6


def test_an_event_that_can_never_be_noted_does_not_keep_the_patient_from_an_answer(surgery: Surgery) -> None:
    first = a_text("Does a mammogram hurt?")
    surgery.answer_all(first)
    surgery.hear(an_edit(first, "Does a mammogram hurt a lot?"))
    surgery.hear(a_text("Does a smear hurt?", happened_at=NOON + timedelta(seconds=1)))
    with breaking_at(surgery.services.database, "UPDATE message"):
        work_for_a_while(surgery)
    assert WORDINGS["cervical"] in surgery.replies()[-1]


def test_a_stored_event_that_nobody_can_read_does_not_stop_the_others(surgery: Surgery) -> None:
    """A newer version of the service may have stored a kind of event that an older one, put back, does not know."""
    unreadable = a_text("Does a smear hurt?")
    surgery.hear(unreadable)
    of_tomorrow = {"kind": "voice_call", "page_id": PAGE, "key": unreadable.key}
    surgery.change(lambda session: session.execute(update(ReceivedEvent).values(payload=of_tomorrow)))
    surgery.hear(a_text("Does a mammogram hurt?", psid="bea"))
    work_for_a_while(surgery)
    assert [WORDINGS["breast"] in reply for reply in surgery.replies()] == [True]
    assert len(surgery.rows(DecisionRow)) == 1
