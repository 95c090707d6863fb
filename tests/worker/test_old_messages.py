"""Past Meta's 24 hours nothing can be sent: no reply is promised, and staff see the message and why."""

from datetime import timedelta

from bot.core import catalogue
from bot.store.tables import OutgoingMessage
from tests.builders import NOON, a_text
from tests.worker.databases import THRESHOLDS, WORDINGS
from tests.worker.surgery import Surgery

TOO_LATE = "it reached us too late to answer here"


def old(text: str, hours: float = 25) -> object:
    return a_text(text, happened_at=NOON - timedelta(hours=hours))


def test_an_old_message_gets_no_reply_and_staff_are_told_why(surgery: Surgery) -> None:
    surgery.answer_all(old("Does a mammogram hurt?"))
    assert surgery.said() == [("patient", "Does a mammogram hurt?")]
    assert surgery.rows(OutgoingMessage) == []
    decision = surgery.decision()
    assert (decision.kind, decision.rule, decision.thresholds) == ("stay_silent", "window_closed", THRESHOLDS)
    row = surgery.conversation()
    assert (row.waiting_since, row.waiting_why) == (NOON, TOO_LATE)
    assert (row.patient_last_at, row.bot_last_at) == (NOON - timedelta(hours=25), None)


def test_a_message_from_just_within_the_24_hours_is_answered(surgery: Surgery) -> None:
    surgery.answer_all(old("Does a mammogram hurt?", hours=23.9))
    assert WORDINGS["breast"] in surgery.outgoing().text


def test_a_message_without_a_time_counts_from_when_it_came_in(surgery: Surgery) -> None:
    surgery.receive(a_text("Does a mammogram hurt?", happened_at=None))
    surgery.clock.forward(hours=25)
    surgery.answer_all()
    assert surgery.decision().rule == "window_closed"


def test_an_old_emergency_is_urgent_for_staff(surgery: Surgery) -> None:
    surgery.answer_all(old("I have chest pain and cannot breathe"))
    assert surgery.rows(OutgoingMessage) == []
    assert surgery.conversation().urgent
    assert surgery.decision().safety != []


def test_stop_counts_however_late_it_comes(surgery: Surgery) -> None:
    surgery.answer_all(old("STOP"))
    assert surgery.conversation().opted_out


def test_a_question_that_was_never_put_is_not_open(surgery: Surgery) -> None:
    surgery.answer_all(old("Does it hurt?"))
    assert surgery.conversation().asked == []
    surgery.answer_all(a_text("one"))
    assert catalogue.NOT_UNDERSTOOD.partition("\n")[0] in surgery.outgoing().text


def test_an_old_message_for_staff_is_only_kept(surgery: Surgery) -> None:
    surgery.answer_all(a_text("STOP"))
    surgery.answer_all(old("Does a mammogram hurt?"))
    assert surgery.decision().rule == "opted_out"
    assert surgery.conversation().waiting_since is None
