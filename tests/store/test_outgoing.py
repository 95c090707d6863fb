"""Messages leave one at a time and in order; one that may have arrived is not sent again without need."""

from datetime import datetime, timedelta

import pytest

from bot.core.messages import Button, Owner
from bot.store import conversations, outgoing
from bot.store.database import Database
from bot.store.outgoing import LEASE
from tests.builders import NOON, a_conversation, a_practice, after
from tests.store.queues import Outgoing

pytestmark = pytest.mark.usefixtures("riverside")


@pytest.fixture
def queue(database: Database) -> Outgoing:
    return Outgoing(database)


def test_a_claim_holds_all_that_is_needed_to_send(queue: Outgoing, riverside: int) -> None:
    queue.add(
        "Which test do you mean?",
        buttons=[["Breast screening", "choose:breast"], ["Talk to staff", "staff"]],
        metadata_key="key-of-this-one",
        safety=True,
    )
    message = queue.take("worker-7")
    assert (message.practice_id, message.page_id, message.psid) == (riverside, "1001", "ann")
    assert message.part.text == "Which test do you mean?"
    assert message.part.buttons == (Button("Breast screening", "choose:breast"), Button("Talk to staff", "staff"))
    assert (message.metadata_key, message.author, message.safety) == ("key-of-this-one", "bot", True)
    assert (message.worker, message.attempts, message.was_cut_off) == ("worker-7", 1, False)
    assert (message.conversation_owner, message.patient_last_at) == (Owner.BOT, None)


def test_a_claim_says_who_owns_the_conversation_at_that_moment(database: Database, queue: Outgoing) -> None:
    queue.add()
    with database.write() as session:
        row = a_conversation(session)
        conversations.take_for_staff(row, "a person replied", NOON)
        row.patient_last_at = after(minutes=-5)
    message = queue.take()
    assert (message.conversation_owner, message.patient_last_at) == (Owner.STAFF, after(minutes=-5))


def test_one_patient_gets_the_messages_in_order_and_one_at_a_time(queue: Outgoing) -> None:
    queue.add("first")
    queue.add("second")
    first = queue.take()
    assert first.part.text == "first"
    assert queue.claim("worker-2") is None
    assert queue.call(outgoing.mark_sent, first, "m_1", NOON)
    assert queue.take("worker-2").part.text == "second"


def test_different_patients_are_served_side_by_side(queue: Outgoing) -> None:
    for psid in ("ann", "ann", "bea"):
        queue.add(f"to {psid}", psid=psid)
    assert queue.texts() == ["to ann", "to bea"]


def test_a_message_is_not_sent_before_it_is_due(queue: Outgoing) -> None:
    queue.add(due_at=after(seconds=10))
    assert queue.claim(now=after(seconds=9)) is None
    assert queue.claim(now=after(seconds=10)) is not None


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_message_that_will_never_be_sent_lets_the_next_one_go(queue: Outgoing, end: str) -> None:
    first = queue.add("first")
    queue.add("second")
    action = outgoing.mark_failed if end == "failed" else outgoing.mark_cancelled
    assert queue.call(action, queue.take(), "w" * 1000)
    assert (queue.row(first).state, queue.row(first).problem) == (end, "w" * 255)
    assert queue.texts() == ["second"]


def test_what_was_sent_is_kept_with_metas_id(queue: Outgoing) -> None:
    row_id = queue.add()
    queue.call(outgoing.mark_sent, queue.take(), "m_1", after(seconds=2))
    row = queue.row(row_id)
    assert (row.state, row.mid, row.sent_at, row.lease_until) == ("sent", "m_1", after(seconds=2), None)
    assert queue.claim(now=after(days=1)) is None


def test_a_temporary_fault_holds_the_rest_of_the_conversation_back(queue: Outgoing) -> None:
    queue.add("first")
    queue.add("second")
    queue.add("to bea", psid="bea")
    assert queue.call(outgoing.try_again, queue.take(), after(minutes=1), "busy", unknown=False)
    assert queue.texts() == ["to bea"]
    again = queue.take(now=after(minutes=1))
    assert (again.part.text, again.attempts, again.was_cut_off) == ("first", 2, False)


def test_a_message_that_may_have_arrived_waits_for_its_echo_before_it_is_sent_again(queue: Outgoing) -> None:
    row_id = queue.add("first")
    queue.add("second")
    assert queue.call(outgoing.try_again, queue.take(), after(minutes=1), "no answer came", unknown=True)
    assert queue.row(row_id).state == "unknown"
    assert queue.claim(now=after(seconds=59)) is None
    assert queue.take(now=after(minutes=1)).part.text == "first"


def test_an_echo_spares_the_patient_a_second_copy(queue: Outgoing, riverside: int) -> None:
    row_id = queue.add("first", metadata_key="ours")
    queue.add("second")
    queue.call(outgoing.try_again, queue.take(), after(minutes=1), "no answer came", unknown=True)
    assert queue.call(outgoing.confirm_by_echo, riverside, "ours", "m_1", after(seconds=5))
    row = queue.row(row_id)
    assert (row.state, row.mid, row.sent_at, row.problem) == ("sent", "m_1", after(seconds=5), None)
    assert queue.texts(now=after(days=1)) == ["second"]


@pytest.mark.parametrize("state", ["waiting", "sending", "unknown", "failed"])
def test_an_echo_proves_that_a_message_arrived_whatever_we_thought(queue: Outgoing, riverside: int, state: str) -> None:
    row_id = queue.add(metadata_key="ours", state=state, problem="no answer came")
    assert queue.call(outgoing.confirm_by_echo, riverside, "ours", "m_1", NOON)
    row = queue.row(row_id)
    assert (row.state, row.mid, row.problem) == ("sent", "m_1", None)


def test_the_sender_that_comes_after_the_echo_finds_nothing_left_to_do(queue: Outgoing, riverside: int) -> None:
    row_id = queue.add(metadata_key="ours")
    message = queue.take()
    queue.call(outgoing.confirm_by_echo, riverside, "ours", "m_1", NOON)
    assert not queue.call(outgoing.mark_sent, message, "m_2", after(seconds=1))
    assert not queue.call(outgoing.try_again, message, after(minutes=1), "no answer came", unknown=True)
    assert not queue.call(outgoing.mark_failed, message, "refused")
    assert (queue.row(row_id).state, queue.row(row_id).mid) == ("sent", "m_1")


def test_an_echo_after_the_answer_changes_nothing(queue: Outgoing, riverside: int) -> None:
    row_id = queue.add(metadata_key="ours")
    queue.call(outgoing.mark_sent, queue.take(), "m_1", after(seconds=1))
    assert queue.call(outgoing.confirm_by_echo, riverside, "ours", "m_2", after(minutes=1))
    assert (queue.row(row_id).mid, queue.row(row_id).sent_at) == ("m_1", after(seconds=1))


def test_an_echo_of_what_others_sent_is_not_ours(database: Database, queue: Outgoing, riverside: int) -> None:
    row_id = queue.add(metadata_key="ours")
    with database.write() as session:
        hillside = a_practice(session, "hillside", pages=["2002"]).id
    assert not queue.call(outgoing.confirm_by_echo, riverside, "another app's", "m_1", NOON)
    assert not queue.call(outgoing.confirm_by_echo, hillside, "ours", "m_1", NOON)
    assert queue.row(row_id).state == "waiting"


def test_safety_replies_go_first(queue: Outgoing) -> None:
    queue.add("to ann", psid="ann", due_at=after(minutes=-5))
    queue.add("Call 999 now.", psid="bea", safety=True)
    assert queue.texts() == ["Call 999 now.", "to ann"]


def test_among_equals_the_one_that_was_due_first_goes_first(queue: Outgoing) -> None:
    queue.add("to ann", psid="ann", due_at=after(seconds=-1))
    queue.add("to bea", psid="bea", due_at=after(seconds=-2))
    assert queue.texts() == ["to bea", "to ann"]


def test_a_stopped_page_is_passed_over_until_its_pause_ends(database: Database, queue: Outgoing) -> None:
    with database.write() as session:
        a_practice(session, "hillside", pages=["2002"])
    queue.add("from 1001", safety=True)
    queue.add("from 2002", page_id="2002")
    page_row = queue.conversation().page_id
    queue.call(outgoing.stop_page, page_row, after(minutes=15), "Meta blocked the page")
    other = queue.take()
    assert other.part.text == "from 2002"
    queue.call(outgoing.mark_sent, other, "m_1", NOON)
    assert queue.claim(now=after(minutes=14)) is None
    assert queue.take(now=after(minutes=15)).part.text == "from 1001"


def test_each_stop_in_a_row_is_counted_until_a_send_works(queue: Outgoing) -> None:
    page_row = queue.conversation().page_id
    assert queue.call(outgoing.stops_so_far, page_row) == 0
    queue.call(outgoing.stop_page, page_row, after(minutes=15), "blocked")
    queue.call(outgoing.stop_page, page_row, after(hours=1), "blocked again " * 100)
    assert queue.call(outgoing.stops_so_far, page_row) == 2
    queue.add()
    assert queue.claim() is None
    queue.call(outgoing.close_breaker, page_row)
    assert queue.call(outgoing.stops_so_far, page_row) == 0
    assert queue.claim() is not None


def test_a_sender_keeps_its_message_until_the_lease_ends(queue: Outgoing) -> None:
    queue.add()
    queue.take("worker-1")
    assert queue.claim("worker-2", NOON + LEASE) is None


def test_after_the_lease_another_worker_takes_over_and_knows_that_it_may_have_arrived(queue: Outgoing) -> None:
    row_id = queue.add()
    slow = queue.take("worker-1")
    again = queue.take("worker-2", NOON + LEASE + timedelta(seconds=1))
    assert (again.id, again.attempts, again.was_cut_off) == (slow.id, 2, True)
    assert not queue.call(outgoing.mark_sent, slow, "m_slow", NOON)
    assert queue.row(row_id).state == "sending"
    assert queue.call(outgoing.mark_sent, again, "m_again", NOON)
    assert queue.row(row_id).mid == "m_again"


@pytest.mark.parametrize("end", ["sent", "failed", "cancelled", "again"])
def test_a_sender_whose_lease_was_lost_settles_nothing(queue: Outgoing, end: str) -> None:
    row_id = queue.add()
    slow = queue.take("worker-1")
    queue.take("worker-1", after(minutes=5))  # the same worker's name does not help
    settled = {
        "sent": lambda: queue.call(outgoing.mark_sent, slow, "m_1", NOON),
        "failed": lambda: queue.call(outgoing.mark_failed, slow, "refused"),
        "cancelled": lambda: queue.call(outgoing.mark_cancelled, slow, "staff"),
        "again": lambda: queue.call(outgoing.try_again, slow, NOON, "busy", unknown=False),
    }[end]()
    assert not settled
    assert (queue.row(row_id).state, queue.row(row_id).problem) == ("sending", None)


def test_when_staff_take_over_what_the_bot_has_not_sent_stays_unsent(queue: Outgoing) -> None:
    sending = queue.add("in the air")
    in_the_air = queue.take()
    waiting = queue.add("It can hurt.")
    safety = queue.add("Call 999 now.", safety=True)
    typed = queue.add("I will phone you.", author="staff")
    to_bea = queue.add("to bea", psid="bea")
    queue.call(outgoing.cancel_waiting, queue.conversation().id, "a person replied")

    assert (queue.row(waiting).state, queue.row(waiting).problem) == ("cancelled", "a person replied")
    assert [queue.row(row).state for row in (sending, safety, typed, to_bea)] == ["sending"] + ["waiting"] * 3
    queue.call(outgoing.mark_sent, in_the_air, "m_1", NOON)
    assert queue.take().part.text == "Call 999 now."


def test_a_safety_reply_does_not_wait_for_an_ordinary_one_that_is_being_tried_again(queue: Outgoing) -> None:
    queue.add("It can hurt.")
    queue.call(outgoing.try_again, queue.take(), after(minutes=5), "no answer", unknown=True)
    queue.add("Call 999 now.", safety=True)
    assert queue.take().part.text == "Call 999 now."


def sent(queue: Outgoing, mid: str, at: datetime, psid: str = "ann") -> int:
    """A message that went out; returns its row's id."""
    row_id = queue.add(psid=psid)
    assert queue.call(outgoing.mark_sent, queue.take(now=at), mid, at)
    return row_id


def test_named_messages_are_delivered(queue: Outgoing) -> None:
    first, second = sent(queue, "m_1", NOON), sent(queue, "m_2", after(minutes=1))
    queue.call(outgoing.mark_delivered, queue.conversation().id, ["m_1"], None)
    assert queue.row(first).delivered_at == NOON  # nothing says when, so when it was sent
    assert queue.row(second).delivered_at is None


def test_everything_sent_up_to_the_watermark_is_delivered(queue: Outgoing) -> None:
    first, second = sent(queue, "m_1", NOON), sent(queue, "m_2", after(minutes=1))
    third, of_bea = sent(queue, "m_3", after(minutes=2)), sent(queue, "m_4", NOON, psid="bea")
    queue.call(outgoing.mark_delivered, queue.conversation().id, (), after(minutes=1))
    assert [queue.row(row).delivered_at for row in (first, second)] == [after(minutes=1)] * 2
    assert [queue.row(row).delivered_at for row in (third, of_bea)] == [None, None]


def test_the_first_word_of_a_delivery_counts(queue: Outgoing) -> None:
    row_id = sent(queue, "m_1", NOON)
    for minutes in (1, 2):
        queue.call(outgoing.mark_delivered, queue.conversation().id, ["m_1"], after(minutes=minutes))
    assert queue.row(row_id).delivered_at == after(minutes=1)


def test_what_was_read_was_delivered(queue: Outgoing) -> None:
    first, second = sent(queue, "m_1", NOON), sent(queue, "m_2", after(minutes=2))
    third = sent(queue, "m_3", after(minutes=2, seconds=1))
    queue.call(outgoing.mark_delivered, queue.conversation().id, ["m_1"], after(seconds=5))
    queue.call(outgoing.mark_read, queue.conversation().id, after(minutes=2))
    assert (queue.row(first).delivered_at, queue.row(first).read_at) == (after(seconds=5), after(minutes=2))
    assert (queue.row(second).delivered_at, queue.row(second).read_at) == (after(minutes=2), after(minutes=2))
    assert queue.row(third).read_at is None


def test_the_first_word_of_a_reading_counts(queue: Outgoing) -> None:
    row_id = sent(queue, "m_1", NOON)
    for minutes in (1, 2):
        queue.call(outgoing.mark_read, queue.conversation().id, after(minutes=minutes))
    assert queue.row(row_id).read_at == after(minutes=1)


def test_what_was_not_sent_cannot_have_been_read(queue: Outgoing) -> None:
    row_id = queue.add()
    queue.call(outgoing.mark_read, queue.conversation().id, after(minutes=1))
    queue.call(outgoing.mark_delivered, queue.conversation().id, (), after(minutes=1))
    assert (queue.row(row_id).delivered_at, queue.row(row_id).read_at) == (None, None)


def test_staff_hear_of_a_reply_that_never_reached_the_patient(queue: Outgoing) -> None:
    queue.add()
    message = queue.take()
    queue.call(outgoing.tell_staff, message, "a reply could not be sent", after(minutes=1))
    queue.call(outgoing.tell_staff, message, "a reply could not be sent " * 100, after(minutes=2))
    row = queue.conversation()
    assert row.waiting_since == after(minutes=1)
    assert row.waiting_why is not None
    assert row.waiting_why.startswith("a reply could not be sent")


def test_the_oldest_unsent_message_tells_how_far_behind_the_senders_are(queue: Outgoing) -> None:
    assert queue.call(outgoing.oldest_unsent) is None
    queue.add(due_at=after(minutes=-2))
    queue.add(psid="bea", due_at=after(minutes=-1))
    assert queue.call(outgoing.oldest_unsent) == after(minutes=-2)
    queue.call(outgoing.mark_sent, queue.take(), "m_1", NOON)
    assert queue.call(outgoing.oldest_unsent) == after(minutes=-1)
