"""The bot has asked which test or which question is meant: what it offers, and how the reply is read."""

import pytest

from bot.core import catalogue
from bot.core.messages import DecisionKind, NluUnavailable, Programme
from bot.core.turn import SOMETHING_ELSE, STAFF
from tests.core.policy_builder import (
    BOWEL,
    BREAST,
    CERVICAL,
    LUNG,
    Chat,
    buttons_of,
    decided,
    read_as,
    words_of,
)

HURTS = read_as(does_it_hurt=0.9)  # no test named
NEAR_TIE = read_as(cost=0.4, how_often=0.35, what_to_wear=0.3, does_it_hurt=0.25)


# Which test?


def which_test() -> Chat:
    """The bot has just asked which test is meant by "does it hurt"."""
    chat = Chat()
    assert chat.says("does it hurt", HURTS).rule == "which_test"
    return chat


def test_without_a_test_the_bot_asks_which_and_offers_those_it_can_answer() -> None:
    decision = decided("does it hurt", HURTS)
    assert decision.kind is DecisionKind.CLARIFY
    assert words_of(decision) == "Which test do you mean?"
    assert [button.title for button in buttons_of(decision)] == [
        "Breast (mammogram)",
        "Cervical (smear)",
        "Bowel (home kit)",
        "Talk to staff",
    ]


def test_a_tap_answers_which_test_and_closes_it() -> None:
    chat = which_test()
    assert chat.taps("Cervical (smear)").answer_versions == (2,)
    assert chat.state.asked == ()


@pytest.mark.parametrize(
    ("words", "programme", "version"),
    [
        ("smear", CERVICAL, 2),
        ("the poo one", BOWEL, 3),
        ("mammogram pls", BREAST, 1),
        ("and the smear?", CERVICAL, 2),
    ],
)
def test_the_name_of_a_test_answers_which_test(words: str, programme: Programme, version: int) -> None:
    decision = which_test().says(words, read_as(programme, what_to_wear=0.2))
    assert decision.answer_versions == (version,)


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("1", 1),
        ("2", 2),
        ("3.", 3),
        ("two", 2),
        ("number 2", 2),
        ("option 3 please", 3),
        ("the first one", 1),
        ("the second one", 2),
        ("the second one please", 2),
        ("third one", 3),
    ],
)
def test_a_number_answers_which_test(words: str, version: int) -> None:
    assert which_test().says(words).answer_versions == (version,)


def test_a_number_answers_which_test_while_the_model_is_down() -> None:
    assert which_test().says("2", NluUnavailable("down")).answer_versions == (2,)


@pytest.mark.parametrize(
    "words",
    [
        "not that one",
        "a different one",
        "wrong one",
        "not 1",
        "not the first",
        "no one",
        "one more question",
        "2 weeks ago",
        "7",
    ],
)
def test_words_that_choose_nothing_are_not_taken_for_a_choice(words: str) -> None:
    assert which_test().says(words).kind is not DecisionKind.ANSWER


def test_yes_to_several_choices_is_not_taken_for_any_of_them() -> None:
    assert which_test().says("yes").kind is DecisionKind.CLARIFY


@pytest.mark.parametrize("words", ["no", "No.", "none of these", "neither", "nah"])
def test_no_asks_for_other_words(words: str) -> None:
    decision = which_test().says(words)
    assert words_of(decision) == catalogue.SOMETHING_ELSE
    assert decision.state is not None
    assert decision.state.asked == ()


def test_a_new_question_is_not_taken_for_the_reply_to_ours() -> None:
    decision = which_test().says("how often is the mammogram", read_as(BREAST, how_often=0.9))
    assert decision.answer_versions == (4,)


def test_a_test_that_was_not_offered_goes_to_staff() -> None:
    assert which_test().says("lung check", read_as(LUNG, does_it_hurt=0.9)).kind is DecisionKind.HAND_OFF


def test_an_open_question_lives_for_one_turn() -> None:
    chat = which_test()
    chat.says("wibble wobble wubble")
    assert chat.says("2").kind is not DecisionKind.ANSWER


def test_which_test_is_not_asked_when_only_one_can_be_meant() -> None:
    assert decided("how do i do it", read_as(how_to_do_the_kit=0.9)).answer_versions == (7,)


def test_which_test_is_not_asked_when_only_one_has_an_answer() -> None:
    assert decided("what do i wear", read_as(what_to_wear=0.9)).answer_versions == (6,)


def test_which_test_is_not_asked_when_one_answer_serves_all() -> None:
    assert decided("is it free", read_as(cost=0.9)).answer_versions == (8,)


# A near tie


def near_tie() -> Chat:
    """The bot has just offered three questions: cost, how often, what to wear."""
    chat = Chat()
    assert chat.says("wibble", NEAR_TIE).rule == "near_tie"
    return chat


def test_a_near_tie_offers_three_questions_something_else_and_staff() -> None:
    decision = decided("wibble", NEAR_TIE)
    assert words_of(decision).splitlines() == [
        "I want to be sure I understand. Is it one of these?",
        "1. Is it about cost?",
        "2. Is it about how often?",
        "3. Is it about what to wear?",
    ]
    payloads = [button.payload for button in buttons_of(decision)]
    assert payloads == ["choice:cost:", "choice:how_often:", "choice:what_to_wear:", SOMETHING_ELSE, STAFF]


def test_the_test_in_the_words_is_kept_for_the_choice() -> None:
    chat = Chat()
    chat.says("smear thing", read_as(CERVICAL, how_often=0.4, what_to_wear=0.35))
    assert chat.taps("How often").answer_versions == (5,)


def test_a_choice_without_a_test_leads_to_which_test() -> None:
    assert near_tie().taps("How often").rule == "which_test"


def test_a_typed_number_chooses_too() -> None:
    assert near_tie().says("1").answer_versions == (8,)


def test_yes_to_the_only_choice_takes_it() -> None:
    chat = Chat()
    chat.says("money", read_as(cost=0.4, off_topic=0.3))
    assert chat.says("yes please").answer_versions == (8,)


def test_talk_to_staff_under_a_near_tie_reaches_staff() -> None:
    assert near_tie().taps("Talk to staff").kind is DecisionKind.HAND_OFF


def test_something_else_asks_for_other_words() -> None:
    assert words_of(near_tie().taps("Something else")) == catalogue.SOMETHING_ELSE


def test_what_staff_answer_can_be_offered_as_a_choice() -> None:
    chat = Chat()
    chat.says("results", read_as(my_results=0.4, cost=0.3))
    assert chat.taps("My results").kind is DecisionKind.HAND_OFF
