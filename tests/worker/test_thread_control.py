"""Meta says who holds the conversation, and whether the page may send at all."""

from datetime import timedelta
from typing import Literal

import pytest
from structlog.testing import capture_logs

from bot.core.events import PolicyEnforcement, ThreadControl
from bot.store.tables import OutgoingMessage
from bot.worker.note_event import BLOCKED_FOR
from tests.builders import NOON, PAGE, a_text, after
from tests.worker.databases import WORDINGS
from tests.worker.meta import OTHER_PAGE, Meta
from tests.worker.surgery import Surgery

BLOCK = "Meta blocked the page for a policy reason"


def control(action: Literal["pass", "take", "request", "roles"]) -> ThreadControl:
    return ThreadControl(page_id=PAGE, psid="ann", key=action, happened_at=NOON, action=action)


def policy(action: str, key: str = "") -> PolicyEnforcement:
    return PolicyEnforcement(page_id=PAGE, key=key or action, happened_at=NOON, action=action, reason="spam")


def test_a_conversation_that_is_taken_belongs_to_staff(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(control("take"))
    row = surgery.conversation()
    assert (row.owner, row.waiting_since) == ("staff", NOON)
    assert row.waiting_why == "a person took the conversation in Facebook's own inbox"
    assert [(sent.state, sent.problem) for sent in surgery.rows(OutgoingMessage)] == [
        ("cancelled", "a person took the conversation")
    ]


def test_a_conversation_that_is_passed_back_is_the_bots_again_and_it_says_that_it_is_one(
    surgery: Surgery,
) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(control("take"))
    surgery.clock.forward(minutes=10)
    surgery.answer_all(control("pass"))
    row = surgery.conversation()
    assert (row.owner, row.returned_at, row.waiting_since, row.urgent) == (
        "bot",
        after(minutes=10),
        None,
        False,
    )
    surgery.answer_all(a_text("Does a smear hurt?"))
    assert surgery.outgoing().text.startswith("This is an automated reply")
    assert WORDINGS["cervical"] in surgery.outgoing().text


def test_passing_what_the_bot_holds_already_loses_no_hand_off(surgery: Surgery) -> None:
    surgery.answer_all(a_text("I found a lump in my breast"))
    surgery.answer_all(control("pass"))
    row = surgery.conversation()
    assert (row.waiting_why, row.urgent, row.returned_at) == ("red_flag", True, None)


def test_a_conversation_that_is_asked_for_waits_for_staff(surgery: Surgery) -> None:
    surgery.answer_all(control("request"))
    row = surgery.conversation()
    assert (row.owner, row.waiting_since) == ("bot", NOON)
    assert row.waiting_why == "another app asks for the conversation"


def test_a_conversation_that_is_asked_for_has_waited_since_its_first_hand_off(surgery: Surgery) -> None:
    surgery.answer_all(a_text("I found a lump in my breast"))
    surgery.clock.forward(hours=1)
    surgery.answer_all(control("request"))
    assert surgery.conversation().waiting_since == NOON


def test_new_roles_of_apps_change_nothing(surgery: Surgery) -> None:
    surgery.answer_all(control("roles"))
    row = surgery.conversation()
    assert (row.owner, row.waiting_since) == ("bot", None)


def test_a_block_stops_the_page_and_an_unblock_starts_it(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    with capture_logs() as logs:
        surgery.answer_all(policy("block"))
    page = surgery.page()
    assert (page.stopped_until, page.stopped_why) == (NOON + BLOCKED_FOR, BLOCK)
    assert [(line["event"], line["log_level"]) for line in logs] == [("meta_policy_enforcement", "error")]
    assert not surgery.send()
    surgery.answer_all(policy("unblock"))
    assert (surgery.page().stopped_until, surgery.page().stopped_why, surgery.page().stops) == (None, None, 0)
    assert surgery.send()
    assert meta.phone() == ["It can hurt."]


def test_a_block_of_one_page_leaves_the_others_alone(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    surgery.queue("It is free.", page_id=OTHER_PAGE)
    surgery.answer_all(policy("block"))
    surgery.send_all()
    assert (meta.phone(), meta.phone(page_id=OTHER_PAGE)) == ([], ["It is free."])


def test_a_blocked_page_still_answers_what_is_asked_once_it_is_unblocked(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(policy("block"), a_text("Does a mammogram hurt?"))
    assert surgery.outgoing().state == "waiting"
    assert not surgery.send()
    surgery.clock.forward(hours=1)
    surgery.answer_all(policy("unblock"))
    surgery.send_all()
    assert len(meta.phone()) == 1


@pytest.mark.parametrize("action", ["warning", "something of tomorrow"])
def test_other_policy_events_only_alert(surgery: Surgery, action: str) -> None:
    with capture_logs() as logs:
        surgery.answer_all(policy(action))
    assert surgery.page().stopped_until is None
    assert [line["event"] for line in logs] == ["meta_policy_enforcement"]


def test_safety_replies_wait_like_all_others_while_meta_blocks_the_page(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(policy("block"))
    surgery.queue("Call 999 now.", safety=True)
    assert not surgery.send()
    surgery.clock.forward(seconds=BLOCKED_FOR / timedelta(seconds=1))
    assert surgery.send()
    assert meta.phone() == ["Call 999 now."]
