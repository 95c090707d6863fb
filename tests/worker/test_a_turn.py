"""One question of a patient, from the stored event to the reply that waits to be sent."""

from dataclasses import replace
from datetime import timedelta

from bot.core import catalogue
from bot.core.messages import Programme
from bot.core.topics import Topic, Topics
from bot.messenger.compose import LONGEST_PART
from bot.store import answers
from bot.store.tables import AnswerVersion, Conversation, DecisionRow, Message, OutgoingMessage
from tests.builders import NOON, PAGE, a_text, an_answer
from tests.fakes.fake_nlu import RELEASE
from tests.worker.conftest import both_databases
from tests.worker.databases import THRESHOLDS, WORDINGS
from tests.worker.surgery import Surgery

DISCLOSURE = "This is an automated reply from Riverside Surgery. It cannot give medical advice."
REPLY = f"{DISCLOSURE}\n\n{WORDINGS['breast']}\n\n{catalogue.SAMPLE_LABEL}"


@both_databases
def test_a_question_is_answered_and_the_event_is_done(surgery: Surgery) -> None:
    question = a_text("Does a mammogram hurt?")
    surgery.hear(question)
    surgery.clock.forward(seconds=1)
    assert surgery.answer()
    assert surgery.said() == [("patient", "Does a mammogram hurt?"), ("bot", REPLY)]
    event = surgery.event(question)
    assert (event.state, event.reason, event.finished_at, event.attempts) == (
        "done",
        None,
        surgery.clock(),
        1,
    )
    assert not surgery.answer()


@both_databases
def test_the_reply_waits_to_be_sent(surgery: Surgery) -> None:
    question = a_text("Does a mammogram hurt?")
    surgery.answer_all(question)
    [row] = surgery.rows(OutgoingMessage)
    said = surgery.rows(Message)[-1]
    assert (row.text, row.buttons, row.position) == (REPLY, [], 0)
    assert (row.state, row.due_at, row.author, row.safety) == ("waiting", NOON, "bot", False)
    assert (row.event_id, row.message_id) == (surgery.event(question).id, said.id)
    assert [row.answer_version_id] == surgery.decision().answer_versions
    assert (row.conversation_id, row.practice_id) == (
        surgery.conversation().id,
        surgery.conversation().practice_id,
    )
    assert len(row.metadata_key) == 32


def test_the_conversation_remembers_the_turn(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?", happened_at=NOON - timedelta(seconds=5)))
    surgery.answer()
    row = surgery.conversation()
    assert (row.topic, row.programme, row.asked) == ("does_it_hurt", "breast", [])
    assert (row.patient_last_at, row.bot_last_at) == (NOON - timedelta(seconds=5), NOON)
    assert (row.owner, row.waiting_since, row.urgent) == ("bot", None, False)


@both_databases
def test_a_decision_explains_itself(surgery: Surgery) -> None:
    surgery.nlu.takes(0.05)
    question = a_text("Does a mammogram hurt?")
    surgery.answer_all(question)
    decision = surgery.decision()
    assert (decision.kind, decision.rule) == ("answer", "sure")
    assert (decision.topics, decision.programmes) == (["does_it_hurt"], ["breast"])
    assert decision.confidence == 0.9
    assert round(decision.margin or 0, 2) == 0.85
    assert (decision.thresholds, decision.release) == (THRESHOLDS, RELEASE)
    [version] = [row.id for row in surgery.rows(AnswerVersion) if row.programme == "breast"]
    assert decision.answer_versions == [version]
    assert (decision.safety, decision.language, decision.feedback) == ([], "en", None)
    assert 50 <= decision.milliseconds < 20_000
    assert (decision.event_id, decision.decided_at) == (surgery.event(question).id, NOON)


def test_a_safety_decision_names_the_rules_that_fired(surgery: Surgery) -> None:
    surgery.answer_all(a_text("I have chest pain and cannot breathe"))
    decision = surgery.decision()
    assert decision.kind == "emergency"
    assert decision.safety[0]["kind"] == "emergency"
    assert decision.rule == f"safety:{decision.safety[0]['rule']}"
    assert decision.thresholds == THRESHOLDS
    assert surgery.outgoing().safety
    assert surgery.outgoing().text.startswith("Call 999 now")
    row = surgery.conversation()
    assert (row.urgent, row.waiting_since, row.waiting_why) == (True, NOON, "emergency")


def test_a_second_turn_knows_the_first(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.nlu.teach("and the smear?", Programme.CERVICAL, does_it_hurt=0.2)
    surgery.answer_all(a_text("and the smear?"))
    assert surgery.decision().rule == "same_question"
    assert surgery.outgoing().text == f"{WORDINGS['cervical']}\n\n{catalogue.SAMPLE_LABEL}"


def test_two_questions_are_answered_in_their_order(surgery: Surgery) -> None:
    surgery.change(lambda session: answers.import_all(session, [_cost(), *_pain()], NOON))
    both = "Does a mammogram hurt? And is it free?"
    surgery.nlu.teach(both, Programme.BREAST, does_it_hurt=0.5, cost=0.4)
    surgery.nlu.teach("Does a mammogram hurt", Programme.BREAST, does_it_hurt=0.9)
    surgery.nlu.teach("is it free", cost=0.9)
    surgery.answer_all(a_text(both))
    assert surgery.decision().rule == "two_questions"
    assert [row.position for row in surgery.rows(OutgoingMessage)] == [0, 1]
    assert [WORDINGS["breast"] in surgery.replies()[0], "It is free." in surgery.replies()[1]] == [True, True]


def test_a_long_answer_is_split_into_parts_that_are_sent_in_order(surgery: Surgery) -> None:
    sentence = "A mammogram can hurt for a moment, and for most people it soon stops. "
    text = sentence * (3 * LONGEST_PART // len(sentence))
    surgery.change(lambda session: answers.import_all(session, [], NOON))
    surgery.change(lambda session: session.add(_stored(text.strip())))
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    parts = surgery.rows(OutgoingMessage)
    assert len(parts) >= 3
    assert [part.position for part in parts] == list(range(len(parts)))
    assert max(len(part.text) for part in parts) <= LONGEST_PART
    whole = surgery.said()[-1][1]
    assert " ".join(part.text for part in parts).split() == whole.split()
    assert {part.message_id for part in parts} == {surgery.rows(Message)[-1].id}


def test_the_buttons_of_a_long_question_are_on_its_last_part(surgery: Surgery) -> None:
    question = "Is it about what happens on the day of the test? " * 60
    long = Topic("how_often", "eligibility", "faq", (), question=question, button="How often")
    surgery.services = replace(surgery.services, topics=Topics((long,)))
    surgery.nlu.teach("what about it", how_often=0.4)
    surgery.answer_all(a_text("what about it"))
    first, *_, last = surgery.rows(OutgoingMessage)
    assert first.buttons == []
    assert [title for title, _ in last.buttons] == ["How often", "Something else", "Talk to staff"]


def test_patients_and_pages_are_kept_apart(surgery: Surgery) -> None:
    surgery.answer_all(
        a_text("Does a mammogram hurt?"),
        a_text("Does a smear hurt?", psid="bea"),
        a_text("Does a smear hurt?", page_id="1002"),
    )
    assert {(row.psid, row.programme) for row in surgery.rows(Conversation)} == {
        ("ann", "breast"),
        ("bea", "cervical"),
        ("ann", "cervical"),
    }
    assert surgery.conversation(page_id="1002").practice_id != surgery.conversation(page_id=PAGE).practice_id
    hillside = surgery.conversation(page_id="1002").practice_id
    said = [(row.practice_id == hillside, "from Hillside Surgery" in row.text) for row in surgery.rows(OutgoingMessage)]
    assert sorted(said) == [(False, False), (False, False), (True, True)]
    assert len(surgery.rows(DecisionRow)) == 3


def _stored(text: str) -> AnswerVersion:
    """A version from before the lint, which takes in nothing so long."""
    return AnswerVersion(
        topic="does_it_hurt",
        programme="breast",
        nations=["england"],
        language="en",
        text=text,
        sources=[],
        owner="Screening lead",
        status="sample",
        reviewed="2026-11-01",
        review_by="2027-11-01",
        content_hash="0" * 64,
        created_at=NOON,
    )


def _cost() -> object:
    return an_answer("It is free.", topic="cost", programme="any")


def _pain() -> list[object]:
    return [an_answer(text, programme=programme) for programme, text in WORDINGS.items()]
