"""A reply on its way to Meta: what leaves, in which order, and what must not leave any more."""

from contextlib import suppress

import pytest

from bot.core.messages import Owner
from bot.errors import SettingsError
from bot.store import conversations, outgoing
from bot.store.tables import OutgoingMessage
from tests.builders import NOON, PAGE, a_conversation, a_text, after
from tests.worker.conftest import both_databases
from tests.worker.meta import OTHER_PAGE, Meta
from tests.worker.surgery import Surgery


def staff_take_it(surgery: Surgery) -> None:
    surgery.change(lambda session: conversations.take_for_staff(a_conversation(session), "a person replied", NOON))


@both_databases
def test_a_reply_reaches_the_phone_and_is_marked_as_sent(surgery: Surgery, meta: Meta) -> None:
    row_id = surgery.queue("Which test?", buttons=[["Breast", "choice:b"], ["Staff", "staff"]], metadata_key="key-1")
    surgery.clock.forward(seconds=3)
    assert surgery.send()
    assert meta.phone() == ["Which test?"]
    row = surgery.outgoing(row_id)
    assert (row.state, row.sent_at, row.problem, row.attempts) == ("sent", after(seconds=3), None, 1)
    assert (row.mid, row.lease_until) == (meta.mids()[-1], None)
    assert not surgery.send()


def test_meta_gets_the_words_the_buttons_and_the_mark_for_the_echo(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("Which test?", buttons=[["Breast", "choice:b"]], metadata_key="key-1")
    surgery.send()
    [call] = meta.calls()
    assert (call["path"], call["token_in"]) == (f"/v26.0/{PAGE}/messages", "header")
    assert call["body"] == {
        "recipient": {"id": "ann"},
        "messaging_type": "RESPONSE",
        "message": {
            "text": "Which test?",
            "quick_replies": [{"content_type": "text", "title": "Breast", "payload": "choice:b"}],
            "metadata": "key-1",
        },
    }


def test_each_page_speaks_with_its_own_token(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("from riverside")
    surgery.queue("from hillside", page_id=OTHER_PAGE)
    surgery.send_all()
    assert (meta.phone(page_id=PAGE), meta.phone(page_id=OTHER_PAGE)) == (
        ["from riverside"],
        ["from hillside"],
    )


def test_the_parts_of_a_reply_arrive_in_order(surgery: Surgery, meta: Meta) -> None:
    for number in range(4):
        surgery.queue(f"part {number}", position=number)
    surgery.send_all()
    assert meta.phone() == ["part 0", "part 1", "part 2", "part 3"]


def test_a_safety_reply_goes_before_the_replies_to_others(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("It is free.")
    surgery.queue("Call 999 now.", psid="bea", safety=True)
    assert surgery.send()
    assert (meta.phone("ann"), meta.phone("bea")) == ([], ["Call 999 now."])


def test_a_safety_reply_does_not_wait_for_an_ordinary_one_that_is_tried_again(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("It is free.")
    meta.fails(code=2)
    surgery.send()
    surgery.queue("Call 999 now.", safety=True)
    assert surgery.send()
    assert meta.phone() == ["Call 999 now."]


def test_nothing_is_due_where_nothing_waits(surgery: Surgery, meta: Meta) -> None:
    assert not surgery.send()
    assert meta.calls() == []


@both_databases
def test_no_transaction_is_open_while_meta_is_called(surgery: Surgery, meta: Meta) -> None:
    seen = []
    pool = surgery.services.database.engine.pool
    surgery.interrupt_sending(before=lambda: seen.append(pool.checkedout()))  # type: ignore[attr-defined]
    surgery.queue()
    surgery.send()
    assert seen == [0]


@both_databases
def test_what_staff_have_taken_meanwhile_is_not_said_by_the_bot(surgery: Surgery, meta: Meta) -> None:
    # Staff take it while the answer is being decided, so nothing cancels it but the look before the send.
    surgery.nlu.does_meanwhile(lambda: staff_take_it(surgery))
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert surgery.outgoing().state == "waiting"
    assert surgery.send()
    assert (surgery.outgoing().state, surgery.outgoing().problem) == (
        "cancelled",
        "staff own the conversation",
    )
    assert surgery.conversation().owner == Owner.STAFF
    assert meta.calls() == []


def test_a_safety_reply_goes_out_although_staff_own_the_conversation(surgery: Surgery, meta: Meta) -> None:
    staff_take_it(surgery)
    surgery.answer_all(a_text("I have chest pain and cannot breathe"))
    surgery.send_all()
    assert meta.phone()[0].startswith("Call 999 now")
    assert surgery.outgoing().state == "sent"


def test_a_reply_that_waited_past_metas_24_hours_is_cancelled(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.clock.forward(hours=24)
    assert surgery.send()
    assert (surgery.outgoing().state, surgery.outgoing().problem) == (
        "cancelled",
        "Meta's 24 hours to answer are over",
    )
    assert meta.calls() == []


def test_staff_are_told_of_a_reply_that_waited_past_metas_24_hours(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.clock.forward(hours=24)
    surgery.send_all()
    assert surgery.conversation().waiting_since == surgery.clock()


def test_a_reply_from_just_within_the_24_hours_is_sent(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.clock.forward(hours=23.9)
    surgery.send_all()
    assert surgery.outgoing().state == "sent"


@both_databases
def test_without_a_token_the_reply_fails_and_staff_are_told(surgery: Surgery, meta: Meta) -> None:
    surgery.use_tokens({OTHER_PAGE: "token-of-hillside"})
    surgery.queue()
    assert surgery.send()
    assert surgery.outgoing().state == "failed"
    assert "no token" in (surgery.outgoing().problem or "")
    assert surgery.conversation().waiting_since == NOON
    assert "no token" in (surgery.conversation().waiting_why or "")
    assert meta.calls() == []


def test_with_a_token_that_cannot_be_sent_the_reply_fails_and_staff_are_told(surgery: Surgery, meta: Meta) -> None:
    surgery.use_tokens({PAGE: "copied with a dash – in it"})
    surgery.queue()
    with suppress(SettingsError):
        surgery.send()
    assert surgery.outgoing().state == "failed"
    assert surgery.conversation().waiting_since is not None


@pytest.mark.parametrize(
    ("limit", "broken"),
    [
        ("the text is 2000 long", {"text": "x" * 2000}),
        ("button 1: the title is 21 long", {"buttons": [["t" * 21, "p"]]}),
    ],
)
def test_what_breaks_a_limit_of_messenger_fails_and_staff_are_told(
    surgery: Surgery, meta: Meta, limit: str, broken: dict[str, object]
) -> None:
    surgery.queue(**broken)
    assert surgery.send()
    assert surgery.outgoing().state == "failed"
    assert limit in (surgery.outgoing().problem or "")
    assert surgery.conversation().waiting_since == NOON
    assert meta.calls() == []


def test_what_can_never_be_sent_does_not_hold_up_what_comes_after_it(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("x" * 2000)
    surgery.queue("It is free.")
    surgery.send_all()
    assert meta.phone() == ["It is free."]


@both_databases
def test_a_message_that_another_sender_holds_is_left_to_it(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    surgery.change(lambda session: outgoing.claim(session, "sender-2", NOON))
    assert not surgery.send("sender-1")
    assert [row.claimed_by for row in surgery.rows(OutgoingMessage)] == ["sender-2"]
