"""When the bot stays silent, and that a safety reply is never held back."""

import pytest

from bot.core import catalogue
from bot.core.events import Event, Postback, Referral, ReferralSource
from bot.core.messages import Owner
from bot.store import conversations
from bot.store.tables import OutgoingMessage, Practice
from tests.builders import NOON, PAGE, a_conversation, a_text, after
from tests.worker.databases import WORDINGS
from tests.worker.surgery import Surgery

EMERGENCY = "I have chest pain and cannot breathe"
POST = ReferralSource(ref="spring-post", source="SHORTLINK", type="OPEN_THREAD", ad_id="6001", post_id="1001_77")


def staff_take_it(surgery: Surgery) -> None:
    surgery.change(lambda session: conversations.take_for_staff(a_conversation(session), "a person replied", NOON))


def assert_silent(surgery: Surgery, rule: str, question: Event | None = None) -> None:
    """The question is kept for staff to see and gets no reply."""
    before = len(surgery.replies())
    surgery.answer_all(question or a_text("Does a mammogram hurt?"))
    assert surgery.said()[-1] == ("patient", "Does a mammogram hurt?")
    assert (surgery.decision().kind, surgery.decision().rule) == ("stay_silent", rule)
    assert len(surgery.replies()) == before


def assert_safety_replies(surgery: Surgery) -> None:
    surgery.answer_all(a_text(EMERGENCY))
    assert surgery.outgoing().text.startswith("Call 999 now")
    assert surgery.outgoing().safety
    assert surgery.conversation().urgent


def test_on_standby_the_bot_is_silent(surgery: Surgery) -> None:
    assert_silent(surgery, "staff_own_the_conversation", a_text("Does a mammogram hurt?", standby=True))


def test_a_tap_on_standby_has_no_payload_and_gets_no_reply(surgery: Surgery) -> None:
    tap = Postback(page_id=PAGE, psid="ann", key="p_1", title="Does a mammogram hurt?", standby=True)
    assert_silent(surgery, "staff_own_the_conversation", tap)


def test_on_standby_an_emergency_is_answered(surgery: Surgery) -> None:
    surgery.answer_all(a_text(EMERGENCY, standby=True))
    assert surgery.outgoing().text.startswith("Call 999 now")


def test_while_staff_own_the_conversation_the_bot_is_silent(surgery: Surgery) -> None:
    staff_take_it(surgery)
    assert_silent(surgery, "staff_own_the_conversation")
    assert surgery.conversation().owner == Owner.STAFF
    assert_safety_replies(surgery)


def test_after_stop_the_bot_is_silent_until_start(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Stop"))
    assert catalogue.OPT_OUT in surgery.outgoing().text
    assert_silent(surgery, "opted_out")
    assert_safety_replies(surgery)
    surgery.answer_all(a_text("START"))
    assert surgery.outgoing().text == catalogue.OPT_IN
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert WORDINGS["breast"] in surgery.outgoing().text


def test_while_the_practice_is_paused_every_question_goes_to_staff(surgery: Surgery) -> None:
    surgery.change(lambda session: session.query(Practice).update({"paused": True}))
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert "Automated answers are off" in surgery.outgoing().text
    assert surgery.conversation().waiting_why == "automated answers are off"
    assert_safety_replies(surgery)


def test_a_question_in_another_language_gets_the_interpreter_route(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Dzień dobry, czy badanie mammograficzne jest bolesne i ile trwa?"))
    assert (surgery.decision().kind, surgery.decision().language) == ("other_language", "pl")
    assert "interpreter" in surgery.outgoing().text


def test_the_bot_says_again_that_it_is_one_after_a_day(surgery: Surgery) -> None:
    disclosure = "This is an automated reply"
    for hours, said in ((0, True), (1, False), (25, True)):
        surgery.clock.forward(hours=hours)
        surgery.answer_all(a_text("Does a mammogram hurt?", happened_at=surgery.clock()))
        assert surgery.outgoing().text.startswith(disclosure) is said


def link(key: str = "r_1") -> Referral:
    return Referral(page_id=PAGE, psid="ann", key=key, happened_at=after(minutes=5), referral=POST)


def tap_from_a_post() -> Postback:
    return Postback(page_id=PAGE, psid="ann", key="p_1", payload="GET_STARTED", title="Get Started", referral=POST)


@pytest.mark.parametrize(
    "event",
    [a_text("Does a mammogram hurt?", referral=POST), link(), tap_from_a_post()],
    ids=["a message", "a link", "a tap"],
)
def test_staff_see_which_post_brought_the_patient(surgery: Surgery, event: Event) -> None:
    surgery.answer_all(event)
    assert surgery.conversation().referral == {
        "ref": "spring-post",
        "source": "SHORTLINK",
        "type": "OPEN_THREAD",
        "ad_id": "6001",
        "post_id": "1001_77",
    }


def test_a_link_opens_metas_window_and_is_no_turn(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(link())
    assert surgery.conversation().patient_last_at == after(minutes=5)
    assert len(surgery.rows(OutgoingMessage)) == 1


def test_a_later_message_without_a_link_keeps_the_link(surgery: Surgery) -> None:
    surgery.answer_all(link(), a_text("Does a mammogram hurt?"))
    assert (surgery.conversation().referral or {})["ref"] == "spring-post"
