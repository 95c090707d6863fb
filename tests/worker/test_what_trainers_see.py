"""What the bot did not know is kept for trainers: once, redacted, with its reason; it goes when the patient does."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import likeness
from bot.core.desk import Colleague
from bot.core.events import ResponseFeedback
from bot.core.messages import Programme
from bot.store import desk_notes, learning_words
from bot.store.acting import Acting
from bot.store.learning_tables import LearningItem, LearningWords
from bot.store.tables import DecisionRow, Message
from bot.worker.deciding import MOST_TRIES
from tests.builders import PAGE, a_text, an_echo, an_edit, an_unsend
from tests.worker.conftest import both_databases
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery

UNKNOWN = "can my dog come in with me"
KNOWN = "Does a mammogram hurt?"
NHS_NUMBER = "943 476 5919"


@pytest.fixture
def knowing(surgery: Surgery, meta: Meta) -> Surgery:
    meta.hears_from("ann")
    surgery.nlu.teach(KNOWN, Programme.BREAST, does_it_hurt=0.97)
    surgery.nlu.teach("book or change it", book=0.48, change_appointment=0.46)
    return surgery


def items(surgery: Surgery) -> list[LearningItem]:
    return surgery.rows(LearningItem)


def only(surgery: Surgery) -> LearningItem:
    [item] = items(surgery)
    return item


@both_databases
def test_what_the_bot_did_not_understand_is_kept_with_its_meaning(knowing: Surgery) -> None:
    knowing.answer_all(a_text(UNKNOWN))
    item = only(knowing)
    assert (item.why, item.text, item.state) == ("unanswered", UNKNOWN, "open")
    assert item.event_id == knowing.decision().event_id
    assert item.ranking == knowing.decision().ranking != []
    assert item.release == knowing.decision().release != ""
    assert likeness.is_vector(item.vector or "")
    assert (item.group_id, item.likeness) == (item.id, None)


def test_a_near_tie_is_kept_with_both_candidates(knowing: Surgery) -> None:
    knowing.answer_all(a_text("book or change it"))
    assert knowing.decision().rule == "near_tie"
    assert only(knowing).why == "unsure"
    assert [topic for topic, _ in only(knowing).ranking[:2]] == ["book", "change_appointment"]


def test_what_was_answered_is_not_kept(knowing: Surgery) -> None:
    knowing.answer_all(a_text(KNOWN))
    assert knowing.decision().kind == "answer"
    assert items(knowing) == []


def test_a_sign_of_danger_is_never_kept(knowing: Surgery) -> None:
    knowing.answer_all(a_text("i found a lump in my breast"))
    assert knowing.decision().kind == "red_flag"
    knowing.jo_replies("Please ring us today.")
    assert items(knowing) == []


def test_only_redacted_words_are_kept(knowing: Surgery) -> None:
    knowing.answer_all(a_text(f"can my dog come, my number is {NHS_NUMBER}"))
    assert "can my dog come" in only(knowing).text
    assert NHS_NUMBER not in only(knowing).text


def test_a_message_of_nothing_but_personal_details_is_not_kept(knowing: Surgery) -> None:
    knowing.answer_all(a_text("07700 900123"))
    assert items(knowing) == []


def test_a_repeated_step_keeps_it_once(knowing: Surgery) -> None:
    event = a_text(UNKNOWN)
    knowing.answer_all(event)
    knowing.answer_all(event)
    assert len(items(knowing)) == 1


def test_when_the_model_is_down_the_words_are_kept_without_a_meaning(knowing: Surgery) -> None:
    knowing.nlu.goes_down()
    knowing.answer_all(a_text(UNKNOWN))
    item = only(knowing)
    assert (item.why, item.vector, item.ranking) == ("unanswered", None, [])


@both_databases
def test_a_thumbs_down_is_kept_with_the_words_of_the_whole_turn(knowing: Surgery) -> None:
    knowing.answer_all(a_text("hello there"), a_text(KNOWN))
    knowing.send_all()
    mid = knowing.outgoing().mid
    assert mid is not None
    down = ResponseFeedback(page_id=PAGE, psid="ann", key="f1", mid=mid, good=False)
    knowing.answer_all(down)
    assert (only(knowing).why, only(knowing).text) == ("thumbs_down", f"hello there\n{KNOWN}")
    assert only(knowing).group_id == only(knowing).id


def test_a_thumbs_up_is_no_lesson(knowing: Surgery) -> None:
    knowing.answer_all(a_text(KNOWN))
    knowing.send_all()
    mid = knowing.outgoing().mid
    assert mid is not None
    knowing.answer_all(ResponseFeedback(page_id=PAGE, psid="ann", key="f1", mid=mid, good=True))
    assert items(knowing) == []


def report(surgery: Surgery) -> None:
    """Jo says that the bot's first reply was wrong."""

    def work(session: Session) -> None:
        message = session.scalars(select(Message).where(Message.author == "bot").order_by(Message.id)).first()
        assert message is not None
        act = Acting(session, message.practice_id, message.conversation_id, Colleague("user 1", "Jo"), surgery.clock())
        assert desk_notes.report_wrong(act, message.id) is None

    surgery.change(work)


@both_databases
def test_a_colleagues_correction_says_more_than_the_bots_doubt(knowing: Surgery) -> None:
    knowing.answer_all(a_text(UNKNOWN))
    report(knowing)
    report(knowing)
    assert [item.why for item in items(knowing)] == ["staff_correction"]


@both_databases
def test_a_question_that_a_colleague_answered_is_a_suggestion(knowing: Surgery) -> None:
    knowing.answer_all(a_text(UNKNOWN))
    knowing.jo_replies("Only guide dogs, sorry.")
    item, reply = only(knowing), knowing.rows(Message)[-1]
    assert (item.why, item.suggestion, item.reply_id) == ("answered_by_staff", "open", reply.id)


def test_what_staff_answer_in_facebooks_own_inbox_is_one_too(knowing: Surgery) -> None:
    knowing.answer_all(a_text(UNKNOWN))
    knowing.answer_all(an_echo(text="Only guide dogs, sorry."))
    assert only(knowing).suggestion == "open"


def test_a_second_reply_to_the_same_question_is_no_second_suggestion(knowing: Surgery) -> None:
    knowing.answer_all(a_text(UNKNOWN))
    knowing.jo_replies("Only guide dogs, sorry.")
    first = only(knowing).reply_id
    knowing.clock.forward(minutes=1)
    knowing.jo_replies("Have a nice day.")
    assert only(knowing).reply_id == first


def test_what_the_patient_asks_a_colleague_next_is_a_suggestion_of_its_own(knowing: Surgery) -> None:
    knowing.answer_all(a_text(UNKNOWN))
    knowing.jo_replies("Only guide dogs, sorry.")
    knowing.clock.forward(minutes=1)
    knowing.answer_all(a_text("and my parrot"))
    knowing.jo_replies("No parrots.")
    assert [(item.text, item.suggestion) for item in items(knowing)] == [(UNKNOWN, "open"), ("and my parrot", "open")]


def test_what_the_patient_changes_is_changed_for_trainers(knowing: Surgery) -> None:
    event = a_text(UNKNOWN)
    knowing.answer_all(event)
    knowing.answer_all(an_edit(event, "can my cat come in with me"))
    assert (only(knowing).text, only(knowing).vector) == ("can my cat come in with me", None)
    found = knowing.change(lambda session: session.scalars(learning_words.matching(session, [1], "dog")).all())
    assert found == []


def test_what_the_patient_takes_back_is_gone_for_trainers(knowing: Surgery) -> None:
    event = a_text(UNKNOWN)
    knowing.answer_all(event)
    knowing.answer_all(an_unsend(event))
    assert items(knowing) == []
    assert knowing.rows(LearningWords) == []


def test_a_message_that_keeps_failing_is_kept_for_trainers_no_more_than_once(knowing: Surgery) -> None:
    knowing.nlu.does_meanwhile(*[lambda: 1 / 0] * MOST_TRIES)  # type: ignore[list-item]
    knowing.hear(a_text(UNKNOWN))
    for _ in range(MOST_TRIES + 1):
        try:
            knowing.answer()
        except ZeroDivisionError:
            knowing.clock.forward(seconds=60)
    assert len(knowing.rows(DecisionRow)) == 1
    assert len(items(knowing)) == 1
