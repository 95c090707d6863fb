"""Short messages that a patient types in a row are read as one turn, and safety never waits for the rest."""

import pytest

from bot.core.events import AttachmentMessage, Event, StickerMessage, TextMessage, ThreadControl
from bot.core.messages import Programme
from bot.store import conversations
from bot.store.tables import DecisionRow, Message, ReceivedEvent
from tests.builders import NOON, PAGE, a_conversation, a_text, an_echo, an_edit, an_unsend
from tests.builders import after as later
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.surgery import Surgery

EMERGENCY = "chest pain cant breathe"


def types(surgery: Surgery, text: str, *, after: float = 0, **more: object) -> TextMessage:
    """The patient types this so many seconds later, and a worker looks at once."""
    surgery.clock.forward(seconds=after)
    message = a_text(text, happened_at=surgery.clock(), **more)
    surgery.receive(message)
    look(surgery)
    return message


def does(surgery: Surgery, event: Event) -> None:
    surgery.receive(event)
    look(surgery)


def look(surgery: Surgery, after: float = 0) -> None:
    """What the workers do at this moment."""
    surgery.clock.forward(seconds=after)
    while surgery.answer():
        pass


def from_the_patient(surgery: Surgery) -> list[str]:
    return [text for author, text in surgery.said() if author == "patient"]


def states(surgery: Surgery) -> list[str]:
    return [row.state for row in surgery.rows(ReceivedEvent)]


@both_databases
def test_a_burst_gets_one_answer(surgery: Surgery) -> None:
    surgery.nlu.teach("i had a letter\ndoes the smear hurt", Programme.CERVICAL, does_it_hurt=0.9)
    types(surgery, "hi")
    types(surgery, "i had a letter", after=2)
    last = types(surgery, "does the smear hurt", after=2)
    assert (surgery.said(), surgery.nlu.asked) == ([], [])
    look(surgery, after=2.5)
    assert from_the_patient(surgery) == ["hi", "i had a letter", "does the smear hurt"]
    assert [WORDINGS["cervical"] in reply for reply in surgery.replies()] == [True]
    [decision] = surgery.rows(DecisionRow)
    first, *others = surgery.rows(ReceivedEvent)
    assert (decision.kind, decision.event_id, surgery.outgoing().event_id) == ("answer", first.id, first.id)
    assert [(row.state, row.attempts, row.reason) for row in others] == [
        ("done", 0, f"read as one turn with event {first.id}")
    ] * 2
    assert (first.state, first.attempts, first.reason) == ("done", 1, None)
    assert [row.event_id for row in surgery.rows(Message)[:3]] == [row.id for row in (first, *others)]
    assert surgery.conversation().patient_last_at == last.happened_at


def test_a_lone_question_waits_a_moment_only(surgery: Surgery) -> None:
    surgery.nlu.teach("does the smear hurt?", Programme.CERVICAL, does_it_hurt=0.9)
    types(surgery, "hello does the smear hurt?")
    look(surgery, after=1.4)
    assert surgery.replies() == []
    look(surgery, after=0.1)
    assert [WORDINGS["cervical"] in reply for reply in surgery.replies()] == [True]


def test_a_message_that_waits_is_looked_at_once_for_each_that_comes(surgery: Surgery) -> None:
    message = types(surgery, "hi")
    for _ in range(3):
        assert not surgery.answer()
        surgery.clock.forward(seconds=1)
    assert surgery.event(message).attempts == 0


def test_who_goes_on_and_on_is_answered_after_eight_seconds(surgery: Surgery) -> None:
    for text in ("so", "i was", "wondering", "if"):
        types(surgery, text, after=2.5)
    assert surgery.replies() == []
    look(surgery, after=0.5)
    assert from_the_patient(surgery) == ["so", "i was", "wondering", "if"]
    assert len(surgery.replies()) == 1


def test_what_comes_after_the_answer_is_a_new_turn(surgery: Surgery) -> None:
    types(surgery, "Does a mammogram hurt?")
    look(surgery, after=1.5)
    types(surgery, "Does a smear hurt?", after=1)
    look(surgery, after=1.5)
    assert [row.rule for row in surgery.rows(DecisionRow)] == ["sure", "sure"]


def test_two_questions_in_two_messages_get_two_answers(surgery: Surgery) -> None:
    surgery.nlu.teach("does a mammogram hurt", Programme.BREAST, does_it_hurt=0.9)
    surgery.nlu.teach("i want a person", talk_to_staff=0.9)
    types(surgery, "does a mammogram hurt?")
    types(surgery, "i want a person", after=1)
    look(surgery, after=4)
    assert surgery.nlu.asked == [
        "does a mammogram hurt?\ni want a person",
        "does a mammogram hurt",
        "i want a person",
    ]
    assert len(surgery.rows(DecisionRow)) == 1


@both_databases
def test_a_backlog_is_worked_off_at_once_burst_by_burst(surgery: Surgery) -> None:
    for minutes in (-9, -6, -3):
        surgery.hear(a_text("hi", happened_at=later(minutes=minutes)))
        surgery.hear(a_text("does a mammogram hurt", happened_at=later(minutes=minutes, seconds=5)))
    look(surgery)
    assert from_the_patient(surgery) == ["hi", "does a mammogram hurt"] * 3
    assert len(surgery.rows(DecisionRow)) == 3


# Safety


@both_databases
def test_a_sign_of_danger_is_acted_on_at_once(surgery: Surgery) -> None:
    types(surgery, "hi")
    types(surgery, EMERGENCY, after=0.5)
    assert surgery.outgoing().text.startswith("Call 999 now")
    assert surgery.outgoing().safety
    assert from_the_patient(surgery) == ["hi", EMERGENCY]
    assert states(surgery) == ["done", "done"]
    assert len(surgery.replies()) == 1


def test_a_lone_emergency_does_not_wait(surgery: Surgery) -> None:
    types(surgery, EMERGENCY)
    assert surgery.outgoing().text.startswith("Call 999 now")


@both_databases
@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("i have been losing", "weight without trying", "red_flag"),
        ("cant", "breathe", "emergency"),
    ],
)
def test_a_sign_that_is_split_over_two_messages_is_found(surgery: Surgery, first: str, second: str, kind: str) -> None:
    types(surgery, first)
    types(surgery, second, after=2)
    assert surgery.decision().kind == kind
    assert from_the_patient(surgery) == [first, second]


def test_a_sign_in_one_message_is_found_whatever_the_others_say(surgery: Surgery) -> None:
    surgery.receive(a_text("no"), a_text("ive found a lump in my breast"), a_text("only joking"))
    look(surgery)
    assert surgery.decision().kind == "red_flag"


def test_an_edit_into_an_emergency_is_acted_on_at_once(surgery: Surgery) -> None:
    message = types(surgery, "hi")
    does(surgery, an_edit(message, EMERGENCY))
    assert surgery.outgoing().text.startswith("Call 999 now")
    assert len(surgery.replies()) == 1


def test_an_edit_of_an_answered_message_into_an_emergency_does_not_wait_behind_a_burst(surgery: Surgery) -> None:
    message = types(surgery, "Does a mammogram hurt?")
    look(surgery, after=1.5)
    types(surgery, "and", after=1)
    does(surgery, an_edit(message, EMERGENCY, happened_at=surgery.clock()))
    assert surgery.outgoing().text.startswith("Call 999 now")


def test_an_emergency_in_a_burst_is_found_while_staff_own_the_conversation(surgery: Surgery) -> None:
    surgery.change(lambda session: conversations.take_for_staff(a_conversation(session), "a person replied", NOON))
    surgery.receive(a_text("hi"), a_text(EMERGENCY))
    look(surgery)
    assert surgery.outgoing().text.startswith("Call 999 now")


# Edits and unsent messages


@both_databases
def test_edits_and_unsent_messages_count_within_a_burst(surgery: Surgery) -> None:
    surgery.nlu.teach("does a smear hurt", Programme.CERVICAL, does_it_hurt=0.9)
    types(surgery, "hi")
    asked = types(surgery, "does a mamogram hurt", after=1)
    regretted = types(surgery, "my name is ann smith", after=1)
    does(surgery, an_edit(asked, "does a smear hurt", happened_at=surgery.clock()))
    does(surgery, an_unsend(regretted, happened_at=surgery.clock()))
    look(surgery, after=4)
    assert surgery.nlu.asked == ["does a smear hurt"]
    assert from_the_patient(surgery) == ["hi", "does a smear hurt"]
    assert len(surgery.replies()) == 1
    event = surgery.event(regretted)
    assert (event.state, event.reason) == ("ignored", "the patient unsent it")
    assert "ann smith" not in str(surgery.said())


@both_databases
def test_the_first_of_a_burst_may_be_unsent(surgery: Surgery) -> None:
    first = types(surgery, "my name is ann smith")
    types(surgery, "does a smear hurt", after=1)
    does(surgery, an_unsend(first, happened_at=surgery.clock()))
    look(surgery, after=4)
    assert from_the_patient(surgery) == ["does a smear hurt"]
    assert surgery.event(first).state == "ignored"
    assert len(surgery.replies()) == 1


def test_a_burst_that_was_taken_back_gets_no_reply(surgery: Surgery) -> None:
    messages = [types(surgery, text, after=1) for text in ("hi", "does it hurt")]
    for message in messages:
        does(surgery, an_unsend(message, happened_at=surgery.clock()))
    look(surgery, after=8)
    assert (surgery.said(), surgery.replies(), surgery.rows(DecisionRow)) == ([], [], [])
    assert states(surgery) == ["ignored", "ignored", "done", "done"]


# What ends a burst


@pytest.mark.parametrize("what", ["tap", "sticker", "photo", "photo with words", "stop"])
def test_something_else_of_the_patient_ends_the_burst_at_once(surgery: Surgery, what: str) -> None:
    types(surgery, "does a smear")
    surgery.clock.forward(seconds=1)
    values = {"page_id": PAGE, "psid": "ann", "key": "x", "mid": "x", "happened_at": surgery.clock()}
    does(
        surgery,
        {
            "tap": a_text("Talk to staff", quick_reply="staff", happened_at=surgery.clock()),
            "sticker": StickerMessage(**values),
            "photo": AttachmentMessage(**values, attachments=("image",)),
            "photo with words": a_text("this one", attachments=("image",), happened_at=surgery.clock()),
            "stop": a_text("stop", happened_at=surgery.clock()),
        }[what],
    )
    assert states(surgery) == ["done", "done"]
    assert len(surgery.rows(DecisionRow)) == 2


def test_a_tap_in_between_keeps_the_order(surgery: Surgery) -> None:
    surgery.receive(a_text("hi"), a_text("Talk to staff", quick_reply="staff"), a_text("does it"), a_text("hurt"))
    look(surgery, after=8)
    assert from_the_patient(surgery) == ["hi", "Talk to staff", "does it", "hurt"]
    assert [row.rule for row in surgery.rows(DecisionRow)] == ["not_understood", "asked_for_staff", "not_understood"]


def test_a_reply_to_our_own_question_is_read_at_once(surgery: Surgery) -> None:
    types(surgery, "Does it hurt?")
    look(surgery, after=1.5)
    assert "Which test do you mean?" in surgery.outgoing().text
    types(surgery, "2", after=3)
    assert surgery.decision().rule == "typed_choice"


def test_other_patients_and_pages_are_not_waited_for(surgery: Surgery) -> None:
    types(surgery, "hi")
    types(surgery, "STOP", psid="bea")
    types(surgery, "STOP", page_id="1002")
    assert [row.kind for row in surgery.rows(DecisionRow)] == ["opt_out", "opt_out"]
    look(surgery, after=4)
    assert len(surgery.rows(DecisionRow)) == 3


# Who owns the conversation


@both_databases
@pytest.mark.parametrize("how", ["a reply elsewhere", "control taken"])
def test_staff_who_take_the_conversation_meanwhile_are_not_interrupted(surgery: Surgery, how: str) -> None:
    types(surgery, "does a mammogram hurt")
    surgery.clock.forward(seconds=1)
    taken = {
        "a reply elsewhere": an_echo(text="It is Jo.", happened_at=surgery.clock()),
        "control taken": ThreadControl(page_id=PAGE, psid="ann", key="t", happened_at=surgery.clock(), action="take"),
    }
    does(surgery, taken[how])
    look(surgery, after=8)
    assert surgery.replies() == []
    assert (surgery.decision().kind, surgery.conversation().owner) == ("stay_silent", "staff")
    assert from_the_patient(surgery) == ["does a mammogram hurt"]


def test_the_echo_of_our_own_answer_takes_nothing(surgery: Surgery) -> None:
    surgery.queue(metadata_key="ours")
    types(surgery, "does a mammogram hurt")
    does(surgery, an_echo("ours", happened_at=surgery.clock()))
    assert len(surgery.replies()) == 1, "it still waits"
    look(surgery, after=8)
    assert len(surgery.replies()) == 2


@pytest.mark.parametrize("silent_because", ["staff own it", "opted out", "standby"])
def test_where_the_bot_is_silent_nothing_waits(surgery: Surgery, silent_because: str) -> None:
    if silent_because == "staff own it":
        surgery.change(lambda session: conversations.take_for_staff(a_conversation(session), "a person", NOON))
    if silent_because == "opted out":
        surgery.change(lambda session: setattr(a_conversation(session), "opted_out", True))
    types(surgery, "hi", standby=silent_because == "standby")
    assert states(surgery) == ["done"]
    assert surgery.decision().kind == "stay_silent"


def test_standby_messages_are_not_joined(surgery: Surgery) -> None:
    surgery.receive(a_text("hi"), a_text("does it hurt", standby=True), a_text("the smear", standby=True))
    look(surgery)
    assert len(surgery.rows(DecisionRow)) == 3
