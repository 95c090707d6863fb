"""A colleague's reply on its way to the patient, and everything that is asked again before it leaves."""

from datetime import timedelta

import pytest

from bot.core.desk import Colleague, Refusal
from bot.core.messages import Reply
from bot.messenger.compose import split
from bot.store import conversation_view, desk, desk_reply, desk_settings
from bot.store.acting import Acting
from tests.builders import a_text, after
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery

JO, SAM = Colleague("user 1", "Jo"), Colleague("user 2", "Sam")


def act(surgery: Surgery, action, *arguments, who: Colleague = JO):  # type: ignore[no-untyped-def]
    row = surgery.conversation()
    return surgery.change(
        lambda session: action(Acting(session, row.practice_id, row.id, who, surgery.clock()), *arguments)
    )


def permit(surgery: Surgery, *, human_agent: bool = False) -> None:
    def settings(session):  # type: ignore[no-untyped-def]
        desk_settings.turn_on_replies(session, 1, surgery.clock(), actor="user 9", name="Dr A", role="GP partner")
        desk_settings.change(
            session, 1, surgery.clock(), actor="user 9", sla_minutes=60, human_agent=human_agent, notify=[]
        )

    surgery.change(settings)


def reply(surgery: Surgery, text: str = "It is Jo. I will call you.", who: Colleague = JO) -> Refusal | None:
    view = act(surgery, conversation_view.load, who=who)
    return act(surgery, desk_reply.reply, split(Reply(text)), text, view.seen, who=who)  # type: ignore[no-any-return]


@pytest.fixture
def asked(surgery: Surgery) -> Surgery:
    """Ann asked for a person; Jo has the conversation."""
    permit(surgery)
    surgery.nlu.teach("Can I talk to someone?", talk_to_a_person=0.95)
    surgery.answer_all(a_text("Can I talk to someone?"))
    surgery.send_all()
    assert act(surgery, desk.claim) is None
    return surgery


@both_databases
def test_a_colleagues_reply_reaches_the_phone_without_a_tag(asked: Surgery, meta: Meta) -> None:
    assert reply(asked) is None
    asked.send_all()
    assert meta.phone()[-1] == "It is Jo. I will call you."
    body = meta.calls()[-1]["body"]
    assert (body["messaging_type"], body.get("tag")) == ("RESPONSE", None)
    assert act(asked, conversation_view.load).turns[-1].state.state == "sent"


def test_after_24_hours_it_carries_metas_tag_where_the_practice_may(asked: Surgery, meta: Meta) -> None:
    permit(asked, human_agent=True)
    asked.clock.forward(hours=25)
    assert reply(asked) is None
    asked.send_all()
    body = meta.calls()[-1]["body"]
    assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


@pytest.mark.parametrize(
    ("permission", "wait", "why"),
    [(False, timedelta(hours=24), Refusal.NO_PERMISSION), (True, timedelta(days=7), Refusal.WEEK_OVER)],
)
def test_a_window_that_ends_while_a_reply_waits_stops_it_and_staff_hear_why(
    asked: Surgery, meta: Meta, permission: bool, wait: timedelta, why: Refusal
) -> None:
    permit(asked, human_agent=permission)
    sent = len(meta.calls())
    assert reply(asked) is None
    asked.clock.forward(seconds=wait.total_seconds())
    asked.send_all()
    assert len(meta.calls()) == sent
    assert (asked.outgoing().state, asked.outgoing().problem) == ("cancelled", why)
    assert asked.conversation().waiting_since == asked.clock()
    assert asked.conversation().waiting_why == f"a reply could not be sent: {why}"[:255]


@both_databases
def test_a_reply_whose_claim_is_gone_never_leaves(asked: Surgery, meta: Meta) -> None:
    assert reply(asked) is None
    row_id = asked.outgoing().id
    act(asked, desk.release)
    act(asked, desk.claim, who=SAM)
    assert reply(asked, "It is Sam.", SAM) is None
    asked.send_all()
    assert asked.outgoing(row_id).state == "cancelled"
    assert meta.phone()[-1] == "It is Sam."
    assert "It is Jo. I will call you." not in meta.phone()


def test_a_reply_that_is_tried_again_asks_for_its_claim_again(asked: Surgery, meta: Meta) -> None:
    assert reply(asked) is None
    meta.fails(code=2)
    asked.send()
    assert asked.outgoing().state == "waiting"
    act(asked, desk.release)
    act(asked, desk.claim, who=SAM)
    asked.clock.forward(minutes=10)
    asked.send_all()
    assert asked.outgoing().state == "cancelled"
    assert "It is Jo. I will call you." not in meta.phone()


def test_a_switch_that_is_turned_off_stops_what_has_not_left(asked: Surgery, meta: Meta) -> None:
    assert reply(asked) is None
    asked.change(lambda session: desk_settings.turn_off_replies(session, 1, asked.clock(), actor="user 9"))
    asked.send_all()
    assert (asked.outgoing().state, asked.outgoing().problem) == ("cancelled", Refusal.REPLIES_OFF)
    assert asked.conversation().waiting_since == asked.clock()


@both_databases
def test_the_whole_story_ends_with_the_bot_saying_again_that_it_is_one(asked: Surgery, meta: Meta) -> None:
    assert reply(asked) is None
    assert act(asked, desk.give_back) is None  # in the same moment: the reply is not lost
    asked.send_all()
    assert meta.phone()[-1] == "It is Jo. I will call you."
    asked.clock.forward(minutes=5)
    asked.answer_all(a_text("Does a smear hurt?", happened_at=after(minutes=5)))
    asked.send_all()
    assert meta.phone()[-1].startswith("This is an automated reply")
    assert WORDINGS["cervical"] in meta.phone()[-1]


def test_what_the_patient_writes_while_jo_has_it_waits_for_jo(asked: Surgery, meta: Meta) -> None:
    assert reply(asked) is None
    asked.clock.forward(minutes=5)
    asked.answer_all(a_text("Does a smear hurt?", happened_at=after(minutes=5)))
    asked.send_all()
    assert meta.phone()[-1] == "It is Jo. I will call you."
    row = asked.conversation()
    assert (row.owner, row.holder, row.waiting_since) == ("staff", "user 1", after(minutes=5))


def test_a_question_that_was_being_answered_while_jo_took_it_waits_for_jo(surgery: Surgery, meta: Meta) -> None:
    """The model was still reading when the claim was stored: the bot's answer stays here, and Jo sees the question."""
    permit(surgery)
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.send_all()
    sent = meta.phone()
    surgery.nlu.does_meanwhile(lambda: act(surgery, desk.claim))
    surgery.answer_all(a_text("Does a smear hurt?"))
    surgery.send_all()
    assert meta.phone() == sent
    assert (surgery.conversation().holder, surgery.outgoing().state) == ("user 1", "cancelled")
    assert surgery.conversation().waiting_since is not None
