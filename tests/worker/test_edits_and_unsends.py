"""What a patient changes before the answer counts; what they change after it only the safety net still reads."""

from datetime import timedelta

import pytest

from bot.core.events import Reaction
from bot.store.tables import DecisionRow, Message, OutgoingMessage
from tests.builders import NOON, PAGE, a_text, an_edit, an_unsend
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.surgery import Surgery

EMERGENCY = "I have chest pain and cannot breathe"


def later(seconds: float) -> dict[str, object]:
    return {"happened_at": NOON + timedelta(seconds=seconds)}


@both_databases
def test_an_edit_replaces_a_message_that_is_not_answered_yet(surgery: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    edit = an_edit(message, "Does a smear hurt?", **later(1))
    surgery.answer_all(message, edit)
    assert surgery.nlu.asked == ["Does a smear hurt?"]
    assert WORDINGS["cervical"] in surgery.outgoing().text
    assert [text for author, text in surgery.said() if author == "patient"] == ["Does a smear hurt?"]
    assert len(surgery.rows(DecisionRow)) == 1
    assert surgery.event(edit).state == "done"


def test_of_several_edits_the_last_counts(surgery: Surgery) -> None:
    message = a_text("Hello")
    surgery.answer_all(
        message,
        an_edit(message, "Does a smear hurt?", **later(1)),
        an_edit(message, "Does a mammogram hurt?", **later(2)),
    )
    assert surgery.nlu.asked == ["Does a mammogram hurt?"]
    assert surgery.said()[0] == ("patient", "Does a mammogram hurt?")
    assert len(surgery.replies()) == 1


def test_an_edit_of_another_message_changes_nothing_here(surgery: Surgery) -> None:
    first, second = a_text("Does a mammogram hurt?", **later(-60)), a_text("Does a smear hurt?")
    surgery.answer_all(first, second, an_edit(second, "Does it hurt?", **later(1)))
    assert surgery.nlu.asked == ["Does a mammogram hurt?", "Does it hurt?"]


@both_databases
def test_an_unsent_message_is_never_answered(surgery: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    surgery.answer_all(message, an_unsend(message, **later(1)))
    assert surgery.nlu.asked == []
    assert (surgery.said(), surgery.replies(), surgery.rows(DecisionRow)) == ([], [], [])
    assert (surgery.event(message).state, surgery.event(message).reason) == (
        "ignored",
        "the patient unsent it",
    )


def test_a_message_that_was_edited_and_then_unsent_is_never_answered(surgery: Surgery) -> None:
    message = a_text("Hello")
    edit = an_edit(message, EMERGENCY, **later(1))
    surgery.answer_all(message, edit, an_unsend(message, **later(2)))
    assert EMERGENCY not in str(surgery.said())


def test_an_edit_of_an_answered_message_is_kept_and_not_answered_again(surgery: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    surgery.answer_all(message)
    surgery.answer_all(an_edit(message, "Does a smear hurt?"))
    assert surgery.nlu.asked == ["Does a mammogram hurt?"]
    assert surgery.said()[0] == ("patient", "Does a smear hurt?")
    assert len(surgery.replies()) == 1


@both_databases
def test_an_edit_of_an_answered_message_into_an_emergency_is_answered(surgery: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    edit = an_edit(message, EMERGENCY, **later(60))
    surgery.answer_all(message)
    surgery.answer_all(edit)
    assert surgery.outgoing().text.startswith("Call 999 now")
    assert surgery.outgoing().safety
    assert surgery.conversation().urgent
    assert (surgery.decision().kind, surgery.decision().event_id) == ("emergency", surgery.event(edit).id)
    assert ("patient", EMERGENCY) in surgery.said()


def test_an_edit_into_an_emergency_before_the_answer_is_answered_once(surgery: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    surgery.answer_all(message, an_edit(message, EMERGENCY, **later(1)))
    assert [reply.startswith("Call 999 now") for reply in surgery.replies()] == [True]
    assert len(surgery.rows(DecisionRow)) == 1


def test_an_edit_into_an_emergency_of_a_message_that_never_reached_us_is_answered(surgery: Surgery) -> None:
    surgery.answer_all(an_edit(a_text("Hello"), EMERGENCY))
    assert [reply.startswith("Call 999 now") for reply in surgery.replies()] == [True]


def test_an_edit_on_standby_into_an_emergency_is_answered(surgery: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    surgery.answer_all(message)
    surgery.answer_all(an_edit(message, EMERGENCY, standby=True))
    assert surgery.outgoing().text.startswith("Call 999 now")


def test_an_answered_message_that_is_unsent_loses_its_words(surgery: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    surgery.answer_all(message)
    surgery.answer_all(an_unsend(message))
    said = surgery.rows(Message)[0]
    assert (said.text, said.unsent) == ("", True)
    assert len(surgery.rows(OutgoingMessage)) == 1


@pytest.mark.parametrize(("action", "kept"), [("react", "love"), ("unreact", None)])
def test_a_reaction_is_kept_until_it_is_taken_back(surgery: Surgery, action: str, kept: str | None) -> None:
    message = a_text("Does a mammogram hurt?")
    surgery.answer_all(message)
    for number, does in enumerate(("react", action)):
        surgery.answer_all(
            Reaction(page_id=PAGE, psid="ann", key=f"r{number}", mid=message.mid, action=does, reaction="love")
        )
    assert surgery.rows(Message)[0].reaction == kept
    assert len(surgery.replies()) == 1
