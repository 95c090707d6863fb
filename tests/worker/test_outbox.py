"""What a process has claimed and not sent: shared by its senders, given back when it cannot leave."""

import pytest

from bot.store import conversations
from bot.store.tables import OutgoingMessage
from bot.worker.outbox import Outbox
from bot.worker.send_next import send_next
from tests.builders import NOON, PAGE, a_conversation
from tests.worker.conftest import both_databases
from tests.worker.meta import OTHER_PAGE, Meta
from tests.worker.surgery import Surgery

pytestmark = both_databases
PATIENTS = ("ann", "bea", "cat", "dee", "eve")


def queue_one_each(surgery: Surgery, meta: Meta) -> None:
    for psid in PATIENTS:
        meta.hears_from(psid)
        surgery.queue(f"for {psid}", psid=psid)


def states(surgery: Surgery) -> list[str]:
    return [row.state for row in surgery.rows(OutgoingMessage)]


def staff_take(surgery: Surgery, psid: str) -> None:
    surgery.change(
        lambda session: conversations.take_for_staff(a_conversation(session, psid), "a person replied", NOON)
    )


def send_all(surgery: Surgery, outbox: Outbox) -> None:
    while send_next(surgery.services, outbox, "sender-1"):
        pass


def test_several_are_claimed_at_once_and_each_is_sent_once(surgery: Surgery, meta: Meta) -> None:
    queue_one_each(surgery, meta)
    outbox = Outbox(surgery.services, at_once=3)
    assert send_next(surgery.services, outbox, "sender-1")
    assert states(surgery) == ["sent", "sending", "sending", "waiting", "waiting"]
    send_all(surgery, outbox)
    assert states(surgery) == ["sent"] * 5
    assert [meta.phone(psid) for psid in PATIENTS] == [[f"for {psid}"] for psid in PATIENTS]


def test_another_sender_takes_what_the_first_has_claimed(surgery: Surgery, meta: Meta) -> None:
    queue_one_each(surgery, meta)
    outbox = Outbox(surgery.services, at_once=5)
    for sender in ("sender-1", "sender-2"):
        assert send_next(surgery.services, outbox, sender)
    assert states(surgery) == ["sent", "sent", "sending", "sending", "sending"]
    assert {row.claimed_by for row in surgery.rows(OutgoingMessage)} == {"sender-1"}


def test_of_one_conversation_only_the_first_is_claimed(surgery: Surgery, meta: Meta) -> None:
    for number in range(3):
        surgery.queue(f"part {number}")
    outbox = Outbox(surgery.services, at_once=5)
    assert outbox.fill("sender-1")
    assert states(surgery) == ["sending", "waiting", "waiting"]
    send_all(surgery, outbox)
    assert meta.phone() == ["part 0", "part 1", "part 2"]


def test_what_must_not_leave_is_not_handed_out(surgery: Surgery, meta: Meta) -> None:
    queue_one_each(surgery, meta)
    staff_take(surgery, "bea")
    outbox = Outbox(surgery.services, at_once=5)
    send_all(surgery, outbox)
    assert states(surgery) == ["sent", "cancelled", "sent", "sent", "sent"]
    assert meta.phone("bea") == []


def test_a_round_in_which_nothing_may_leave_was_work_all_the_same(surgery: Surgery) -> None:
    surgery.queue()
    staff_take(surgery, "ann")
    outbox = Outbox(surgery.services)
    assert send_next(surgery.services, outbox, "sender-1")
    assert not send_next(surgery.services, outbox, "sender-1")


def test_what_waits_is_given_back_when_the_process_ends(surgery: Surgery, meta: Meta) -> None:
    queue_one_each(surgery, meta)
    outbox = Outbox(surgery.services, at_once=3)
    assert send_next(surgery.services, outbox, "sender-1")
    outbox.give_back()
    assert states(surgery) == ["sent"] + ["waiting"] * 4
    assert [row.attempts for row in surgery.rows(OutgoingMessage)] == [1, 0, 0, 0, 0]
    assert outbox.take() is None
    send_all(surgery, Outbox(surgery.services))  # its successor
    assert [meta.phone(psid) for psid in PATIENTS] == [[f"for {psid}"] for psid in PATIENTS]


@pytest.mark.parametrize(("page", "then"), [(PAGE, "waiting"), (OTHER_PAGE, "sent")])
def test_a_page_that_is_stopped_keeps_what_was_claimed_for_it(
    surgery: Surgery, meta: Meta, page: str, then: str
) -> None:
    """Meta asks to slow down: the rest of that page's messages are not tried, those of another page are sent."""
    surgery.queue("first")
    for psid in ("bea", "cat"):
        meta.hears_from(psid, page)
        surgery.queue(f"for {psid}", psid=psid, page_id=page)
    meta.fails(code=4, calls=1)
    send_all(surgery, Outbox(surgery.services, at_once=3))
    assert states(surgery) == ["waiting", then, then]
    assert [row.attempts for row in surgery.rows(OutgoingMessage)] == [1, *[1 if then == "sent" else 0] * 2]
