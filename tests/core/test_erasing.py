"""A wish to be forgotten: which words are one, what follows, and what goes before it."""

import pytest

from bot.core import catalogue
from bot.core.erasing import ERASE, KEEP, OPEN_QUESTION, asks_for_erasure
from bot.core.messages import ConversationState, DecisionKind, Owner, SafetyHit
from bot.core.practice import fill
from bot.core.turn import Turn
from tests.core.policy_builder import (
    NOTHING_KNOWN,
    NOW,
    SPOKEN_TO,
    SURE,
    WHEN,
    Chat,
    a_policy,
    a_practice,
    buttons_of,
    decided,
    words_of,
)

ASKING = [
    "delete my data",
    "Delete my messages!",
    "please erase my messages",
    "can you delete all my messages please",
    "Erase everything I said",
    "wipe this chat",
    "remove my data from here",
    "delete my data from your system",
    "I have a right to be forgotten",
    "pls delete all of this conversation",
    "how do i delete my chat",
    "GDPR erasure please",
    "delete everything you have on me",
    "please delete my personal information",
    "delete what i wrote",
    "can u get rid of my messages",
    "hello\ndelete my data",
    "Forget everything I told you",
    "forget me",
    "I'd like you to delete my data",
]
NOT_ASKING = [
    "delete my appointment",
    "cancel my appointment",
    "delete my appointment messages",
    "remove my name from the list",
    "remove me from the screening list",
    "delete my data from the nhs app",
    "delete my medical record",
    "delete my test results data",
    "remove my information from my health record",
    "remove my number from your system",
    "please don't delete my messages",
    "did you delete my messages",
    "why did you delete my data",
    "i deleted my messages",
    "my messages",
    "delete",
    "forget it",
    "I forgot my kit",
    "how is a polyp removed",
    "can they remove the lump",
    "will they remove my womb",
    "clear instructions for the kit",
    "clear information about the test",
    "",
]
ASKED = ConversationState(asked=(OPEN_QUESTION,), bot_last_at=NOW)
KEPT = ConversationState(bot_last_at=NOW, must_be_kept=True)


@pytest.mark.parametrize("text", ASKING)
def test_a_wish_is_heard(text: str) -> None:
    assert asks_for_erasure(text)


@pytest.mark.parametrize("text", NOT_ASKING)
def test_other_words_are_none(text: str) -> None:
    assert not asks_for_erasure(text)


def test_a_long_story_is_left_to_a_person() -> None:
    assert not asks_for_erasure("delete my data " + "because of what happened " * 6)


def test_nothing_is_deleted_before_the_patient_confirms() -> None:
    decision = decided("delete my data", NOTHING_KNOWN)
    assert (decision.kind, decision.rule, decision.erase) == (DecisionKind.CLARIFY, "erase_asked", False)
    assert words_of(decision) == catalogue.ERASE_ASK
    assert [one.payload for one in buttons_of(decision)] == [ERASE, KEEP]


@pytest.mark.parametrize("answer", ["yes", "Yes please", "delete my data", "y", "ok"])
def test_a_typed_yes_deletes_and_says_so(answer: str) -> None:
    chat = Chat()
    chat.says("delete my data")
    decision = chat.says(answer)
    assert (decision.kind, decision.rule, decision.erase) == (DecisionKind.SMALL_TALK, "erase_confirmed", True)
    assert words_of(decision) == catalogue.ERASE_DONE


def test_a_tap_deletes() -> None:
    chat = Chat()
    chat.says("delete my data")
    assert chat.taps(catalogue.BUTTON_ERASE).erase


@pytest.mark.parametrize("answer", ["no", "No thanks", "nope"])
def test_a_no_keeps_everything(answer: str) -> None:
    chat = Chat()
    chat.says("delete my data")
    decision = chat.says(answer)
    assert (decision.rule, decision.erase) == ("erase_kept", False)
    assert not chat.says("yes").erase  # the question is over


def test_the_other_button_keeps_everything() -> None:
    chat = Chat()
    chat.says("delete my data")
    assert chat.taps(catalogue.BUTTON_KEEP).rule == "erase_kept"


def test_another_question_is_answered_and_ends_it() -> None:
    chat = Chat()
    chat.says("delete my data")
    assert chat.says("does a mammogram hurt", SURE).answer_versions == (1,)
    assert not chat.says("yes").erase


@pytest.mark.parametrize("text", ["1", "the first one", "2"])
def test_a_number_is_no_yes(text: str) -> None:
    assert not decided(text, NOTHING_KNOWN, state=ASKED).erase


def test_a_yes_to_another_question_deletes_nothing() -> None:
    state = ConversationState(asked=(("cost", ""),), bot_last_at=NOW)
    assert not decided("yes", NOTHING_KNOWN, state=state).erase


def test_a_tap_on_an_old_button_asks_again() -> None:
    decision = decided(turn=Turn("tap", catalogue.BUTTON_ERASE, ERASE))
    assert (decision.rule, decision.erase) == ("erase_asked", False)


@pytest.mark.parametrize("text", ["delete my data", "yes"])
def test_danger_goes_first(text: str) -> None:
    hit = SafetyHit(DecisionKind.CRISIS, "a rule")
    decision = decided(f"i want to die {text}", NOTHING_KNOWN, state=ASKED, safety=(hit,))
    assert (decision.kind, decision.erase) == (DecisionKind.CRISIS, False)


@pytest.mark.parametrize("state", [SPOKEN_TO, ConversationState(opted_out=True, bot_last_at=NOW)])
def test_who_sent_stop_can_still_have_it_deleted(state: ConversationState) -> None:
    chat = Chat(state=state)
    chat.says("delete my data")
    assert chat.says("yes").erase


@pytest.mark.parametrize("text", ["delete my data", "yes"])
def test_with_staff_the_bot_says_nothing_and_staff_are_told(text: str) -> None:
    state = ConversationState(owner=Owner.STAFF, asked=(OPEN_QUESTION,), bot_last_at=NOW)
    decision = decided(text, NOTHING_KNOWN, state=state)
    assert (decision.kind, decision.replies, decision.erase) == (DecisionKind.STAY_SILENT, (), False)
    assert decision.hand_off == "asked that their messages be deleted"


@pytest.mark.parametrize(
    ("state", "policy", "text"),
    [
        (KEPT, a_policy(), catalogue.ERASE_NOT_POSSIBLE),
        (SPOKEN_TO, a_policy(practice=a_practice(paused=True)), catalogue.PAUSED),
    ],
    ids=["must be kept", "paused"],
)
def test_where_it_is_not_possible_a_person_is_told_and_when_they_look(
    state: ConversationState, policy: object, text: str
) -> None:
    decision = decided("delete my data", NOTHING_KNOWN, state=state, policy=policy)  # type: ignore[arg-type]
    assert (decision.kind, decision.erase) == (DecisionKind.HAND_OFF, False)
    assert words_of(decision) == fill(text, a_policy().practice)
    assert WHEN in words_of(decision)
    assert decision.hand_off == "asked that their messages be deleted"


def test_a_hold_that_came_after_the_question_is_heeded() -> None:
    state = ConversationState(asked=(OPEN_QUESTION,), bot_last_at=NOW, must_be_kept=True)
    assert not decided("yes", NOTHING_KNOWN, state=state).erase
