"""Echoes of what the page sent: ours settle a send, anybody else's mean that a person has taken over."""

import pytest

from bot.core.desk import Colleague
from bot.core.events import ThreadControl
from bot.store import desk, desk_settings, outgoing
from bot.store.acting import Acting
from bot.store.tables import Message, OutgoingMessage
from tests.builders import NOON, PAGE, a_text, after, an_echo
from tests.worker.conftest import both_databases
from tests.worker.meta import OTHER_PAGE
from tests.worker.surgery import Surgery


def claimed(surgery: Surgery, row_id: int) -> outgoing.ToSend:
    [message] = surgery.change(lambda session: outgoing.claim(session, "sender-1", surgery.clock()))
    assert message.id == row_id
    return message


@both_databases
def test_our_echo_settles_a_send_whose_answer_was_lost(surgery: Surgery) -> None:
    row_id = surgery.queue(metadata_key="key-1")
    message = claimed(surgery, row_id)
    surgery.change(lambda session: outgoing.try_again(session, message, after(minutes=1), "no answer", unknown=True))
    surgery.clock.forward(seconds=5)
    echo = an_echo("key-1")
    surgery.answer_all(echo)
    row = surgery.outgoing(row_id)
    assert (row.state, row.mid, row.sent_at, row.problem) == ("sent", echo.mid, after(seconds=5), None)
    assert surgery.event(echo).state == "done"


def test_our_echo_settles_a_send_whose_worker_died(surgery: Surgery) -> None:
    row_id = surgery.queue(metadata_key="key-1")
    claimed(surgery, row_id)
    surgery.answer_all(an_echo("key-1"))
    assert (surgery.outgoing(row_id).state, surgery.outgoing(row_id).lease_until) == ("sent", None)


def test_our_echo_does_not_take_the_conversation_from_the_bot(surgery: Surgery) -> None:
    surgery.queue(metadata_key="key-1")
    said = surgery.said()
    surgery.answer_all(an_echo("key-1"))
    assert surgery.conversation().owner == "bot"
    assert surgery.said() == said


def test_an_echo_that_comes_twice_changes_nothing_more(surgery: Surgery) -> None:
    row_id = surgery.queue(metadata_key="key-1")
    first = an_echo("key-1")
    surgery.answer_all(first)
    surgery.answer_all(an_echo("key-1"))
    assert (surgery.outgoing(row_id).state, surgery.outgoing(row_id).mid) == ("sent", first.mid)
    assert surgery.conversation().owner == "bot"


@both_databases
def test_an_echo_of_a_person_gives_staff_the_conversation(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(an_echo(text="It is Jo from reception."))
    row = surgery.conversation()
    assert (row.owner, row.waiting_since) == ("staff", None)  # the patient has an answer
    assert (row.holder, row.holder_name) == ("facebook", "someone in Facebook's own inbox")
    assert row.waiting_why == "a person replied in Facebook's own inbox"
    assert surgery.said()[-1] == ("staff", "It is Jo from reception.")
    assert surgery.rows(Message)[-1].author_name == "someone in Facebook's own inbox"


def test_when_the_patient_writes_again_after_that_somebody_here_has_to_look(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"), an_echo(text="It is Jo from reception."))
    surgery.clock.forward(minutes=5)
    surgery.answer_all(a_text("Thank you, and does a smear hurt?", happened_at=after(minutes=5)))
    row = surgery.conversation()
    assert (row.owner, row.waiting_since, row.holder) == ("staff", after(minutes=5), None)


def test_who_takes_the_conversation_after_replying_there_owes_no_second_answer(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"), an_echo(text="It is Jo from reception."))
    surgery.answer_all(ThreadControl(page_id=PAGE, psid="ann", key="take", happened_at=NOON, action="take"))
    assert (surgery.conversation().owner, surgery.conversation().waiting_since) == ("staff", None)


def test_a_reply_there_takes_the_conversation_from_a_colleague_here(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    before = surgery.conversation()
    jo = Colleague("user 1", "Jo")
    assert surgery.change(lambda session: desk.claim(Acting(session, before.practice_id, before.id, jo, NOON))) is None
    surgery.answer_all(an_echo(text="It is Sam from reception."))
    row = surgery.conversation()
    assert (row.holder, row.claim_version) == ("facebook", 2)


def test_control_that_is_passed_to_us_is_not_taken_from_a_colleague(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    before = surgery.conversation()
    jo = Colleague("user 1", "Jo")
    surgery.change(lambda session: desk_settings.turn_on_replies(session, 1, NOON, actor="a", name="b", role="c"))
    surgery.change(lambda session: desk.claim(Acting(session, before.practice_id, before.id, jo, NOON)))
    surgery.answer_all(ThreadControl(page_id=PAGE, psid="ann", key="pass", happened_at=NOON, action="pass"))
    assert (surgery.conversation().owner, surgery.conversation().holder) == ("staff", "user 1")


@both_databases
def test_an_echo_of_a_person_cancels_what_the_bot_has_not_sent(surgery: Surgery) -> None:
    ordinary, by_staff = surgery.queue(), surgery.queue("I will call you.", author="staff")
    in_danger, of_bea = surgery.queue("Call 999 now.", safety=True), surgery.queue(psid="bea")
    surgery.answer_all(an_echo(text="It is Jo from reception."))
    states = {row.id: row.state for row in surgery.rows(OutgoingMessage)}
    assert states == {ordinary: "cancelled", by_staff: "cancelled", in_danger: "waiting", of_bea: "waiting"}
    assert surgery.outgoing(ordinary).problem == "a person replied in Facebook's own inbox"


def test_an_echo_with_another_apps_metadata_is_somebody_elses(surgery: Surgery) -> None:
    surgery.answer_all(an_echo("a marketing tool's own", text="Flu jabs on Saturday"))
    assert surgery.conversation().owner == "staff"


def test_an_echo_of_another_practices_message_is_not_ours(surgery: Surgery) -> None:
    row_id = surgery.queue(page_id=OTHER_PAGE, metadata_key="key-of-hillside")
    surgery.answer_all(an_echo("key-of-hillside", page_id=PAGE))
    assert surgery.outgoing(row_id).state == "waiting"


def test_an_echo_without_words_is_kept_as_an_attachment(surgery: Surgery) -> None:
    echo = an_echo(text=None, attachments=("image",))
    surgery.answer_all(echo)
    said = surgery.rows(Message)[-1]
    assert (said.author, said.text, said.mid) == ("staff", "(attachment)", echo.mid)


@pytest.mark.parametrize("text", ["Does a mammogram hurt?", "I found a lump in my breast"])
def test_the_words_of_a_person_at_the_page_are_never_read_as_a_patients(surgery: Surgery, text: str) -> None:
    surgery.answer_all(an_echo(text=text))
    assert surgery.nlu.asked == []
    assert surgery.replies() == []
    assert not surgery.conversation().urgent
