"""Delivered, read, thumbs up: kept with the message or the decision that they are about."""

from datetime import datetime

import pytest

from bot.core.events import Delivery, Read, ResponseFeedback
from bot.store.tables import DecisionRow, OutgoingMessage
from tests.builders import NOON, PAGE, a_text, after, an_echo
from tests.worker.conftest import both_databases
from tests.worker.meta import OTHER_PAGE
from tests.worker.surgery import Surgery


def delivery(*mids: str, until: datetime | None = None) -> Delivery:
    return Delivery(page_id=PAGE, psid="ann", key=f"d{mids}{until}", mids=mids, watermark=until)


def read_up_to(moment: datetime) -> Read:
    return Read(page_id=PAGE, psid="ann", key=f"r{moment}", watermark=moment)


def sent(surgery: Surgery, mid: str, at: datetime = NOON, **more: object) -> int:
    return surgery.queue(state="sent", mid=mid, sent_at=at, **more)


@both_databases
def test_a_delivery_by_name_and_by_time(surgery: Surgery) -> None:
    named, earlier = sent(surgery, "m_a", after(minutes=2)), sent(surgery, "m_b")
    later = sent(surgery, "m_c", after(hours=1))
    surgery.answer_all(delivery("m_a", until=after(minutes=1)))
    assert surgery.outgoing(named).delivered_at == after(minutes=1)
    assert surgery.outgoing(earlier).delivered_at == after(minutes=1)
    assert surgery.outgoing(later).delivered_at is None


def test_a_delivery_without_a_time_counts_from_the_sending(surgery: Surgery) -> None:
    row_id = sent(surgery, "m_a")
    surgery.answer_all(delivery("m_a"))
    assert surgery.outgoing(row_id).delivered_at == NOON


def test_a_second_delivery_does_not_change_the_first(surgery: Surgery) -> None:
    row_id = sent(surgery, "m_a")
    surgery.answer_all(delivery("m_a", until=after(minutes=1)))
    surgery.answer_all(delivery("m_a", until=after(minutes=9)))
    assert surgery.outgoing(row_id).delivered_at == after(minutes=1)


@both_databases
def test_what_was_read_was_delivered(surgery: Surgery) -> None:
    row_id, later = sent(surgery, "m_a"), sent(surgery, "m_b", after(hours=1))
    surgery.answer_all(read_up_to(after(minutes=1)))
    assert (surgery.outgoing(row_id).read_at, surgery.outgoing(row_id).delivered_at) == (after(minutes=1),) * 2
    assert surgery.outgoing(later).read_at is None


def test_receipts_of_one_patient_are_not_anothers(surgery: Surgery) -> None:
    of_bea, elsewhere = sent(surgery, "m_b", psid="bea"), sent(surgery, "m_c", page_id=OTHER_PAGE)
    surgery.answer_all(delivery("m_b", "m_c", until=after(hours=1)), read_up_to(after(hours=1)))
    for row_id in (of_bea, elsewhere):
        assert (surgery.outgoing(row_id).delivered_at, surgery.outgoing(row_id).read_at) == (None, None)


def test_what_was_never_sent_is_not_delivered(surgery: Surgery) -> None:
    row_id = surgery.queue()
    surgery.answer_all(delivery(until=after(hours=1)), read_up_to(after(hours=1)))
    assert surgery.outgoing(row_id).delivered_at is None


@both_databases
@pytest.mark.parametrize(("good", "kept"), [(True, "good"), (False, "bad")])
def test_feedback_is_kept_with_the_decision(surgery: Surgery, good: bool, kept: str) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"), a_text("Does a smear hurt?", psid="bea"))
    first = surgery.rows(OutgoingMessage)[0]
    surgery.answer_all(an_echo(first.metadata_key, mid="m_sent"))
    surgery.answer_all(ResponseFeedback(page_id=PAGE, psid="ann", key="f_1", mid="m_sent", good=good))
    assert [decision.feedback for decision in surgery.rows(DecisionRow)] == [kept, None]


def test_feedback_on_a_message_that_nobody_decided_is_let_go(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    feedback = ResponseFeedback(page_id=PAGE, psid="ann", key="f_1", mid="m_of_a_person", good=True)
    surgery.answer_all(feedback)
    assert surgery.decision().feedback is None
    assert surgery.event(feedback).state == "done"


def test_feedback_through_another_practices_page_changes_nothing(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(an_echo(surgery.outgoing().metadata_key, mid="m_sent"))
    surgery.answer_all(ResponseFeedback(page_id=OTHER_PAGE, psid="ann", key="f_1", mid="m_sent", good=True))
    assert surgery.decision().feedback is None
