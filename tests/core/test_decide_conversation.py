"""Several turns in a row: the disclosure, follow-ups, and two questions at once."""

from datetime import timedelta

import pytest

from bot.core.messages import ConversationState, DecisionKind
from tests.core.policy_builder import (
    BOWEL,
    BREAST,
    CERVICAL,
    NOTHING_KNOWN,
    NOW,
    SURE,
    WHEN,
    Chat,
    a_policy,
    a_practice,
    buttons_of,
    decided,
    read_as,
    words_of,
)

DISCLOSURE = "This is an automated reply from Riverside Surgery. It cannot give medical advice."
HURTS = read_as(does_it_hurt=0.9)  # no test named


def spoken(ago: timedelta, returned_ago: timedelta | None = None) -> ConversationState:
    """The bot last spoke so long ago; staff gave the conversation back so long ago."""
    return ConversationState(bot_last_at=NOW - ago, returned_at=NOW - returned_ago if returned_ago else None)


# The disclosure


@pytest.mark.parametrize(
    ("state", "is_due"),
    [
        (ConversationState(), True),
        (spoken(timedelta(minutes=1)), False),
        (spoken(timedelta(hours=23, minutes=59)), False),
        (spoken(timedelta(hours=24)), True),
        (spoken(timedelta(days=30)), True),
        (spoken(timedelta(hours=2), returned_ago=timedelta(hours=1)), True),
        (spoken(timedelta(hours=1), returned_ago=timedelta(hours=2)), False),
    ],
    ids=["first", "a minute", "just under a day", "a day", "a month", "after staff", "second after staff"],
)
def test_the_disclosure_comes_first_after_a_day_and_after_staff(state: ConversationState, is_due: bool) -> None:
    assert words_of(decided("Does a mammogram hurt", SURE, state=state)).startswith(DISCLOSURE) is is_due


def test_the_disclosure_stands_once_before_two_answers() -> None:
    decision = decided("x y z", SURE, SURE, read_as(cost=0.9), state=ConversationState())
    assert words_of(decision).count(DISCLOSURE) == 1
    assert decision.replies[0].text.startswith(DISCLOSURE)


def test_silence_stays_silent_though_a_disclosure_is_due() -> None:
    assert decided("hello", SURE, state=ConversationState(opted_out=True)).replies == ()


def test_the_buttons_of_a_reply_survive_the_disclosure() -> None:
    assert buttons_of(decided("does it hurt", HURTS, state=ConversationState()))


# What the conversation is about


def test_the_test_comes_from_the_conversation() -> None:
    chat = Chat()
    chat.says("how often is the smear", read_as(CERVICAL, how_often=0.9))
    assert chat.says("and does it hurt", HURTS).answer_versions == (2,)


def test_a_test_of_the_conversation_that_the_question_cannot_be_about_is_left_aside() -> None:
    chat = Chat()
    chat.says("how do i do the poo kit", read_as(BOWEL, how_to_do_the_kit=0.9))
    assert chat.says("what do i wear", read_as(what_to_wear=0.9)).answer_versions == (6,)


def test_the_words_go_before_the_conversation() -> None:
    chat = Chat()
    chat.says("how often is the smear", read_as(CERVICAL, how_often=0.9))
    assert chat.says("does a mammogram hurt", SURE).answer_versions == (1,)


@pytest.mark.parametrize("words", ["and the smear?", "what about smears", "smear?", "no i meant the smear test"])
def test_a_test_named_after_an_answer_asks_the_same_of_it(words: str) -> None:
    chat = Chat()
    chat.says("does a mammogram hurt", SURE)
    decision = chat.says(words, read_as(CERVICAL, how_often=0.2))
    assert (decision.rule, decision.answer_versions) == ("same_question", (2,))


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("will it be a man that does my smear", read_as(CERVICAL, how_often=0.5, cost=0.1)),
        ("smear results", read_as(CERVICAL, my_results=0.5, cost=0.1)),
        ("not the smear", read_as(CERVICAL, cost=0.2)),
        ("pregnant smear ok", read_as(CERVICAL, cost=0.2)),
    ],
)
def test_another_question_about_a_test_does_not_get_the_last_answer(words: str, reading: object) -> None:
    chat = Chat()
    chat.says("does a mammogram hurt", SURE)
    assert chat.says(words, reading).kind is not DecisionKind.ANSWER  # type: ignore[arg-type]


def test_a_test_that_the_last_question_cannot_be_about_does_not_get_its_answer() -> None:
    chat = Chat()
    chat.says("how do i do the poo kit", read_as(BOWEL, how_to_do_the_kit=0.9))
    assert chat.says("and the smear?", read_as(CERVICAL, cost=0.2)).answer_versions == ()


def test_a_sure_question_about_a_test_that_it_cannot_be_about_is_not_answered_for_another() -> None:
    decision = decided("how do i do the smear kit", read_as(CERVICAL, how_to_do_the_kit=0.9))
    assert decision.answer_versions == ()


def test_small_talk_does_not_make_the_bot_forget() -> None:
    chat = Chat()
    chat.says("does a mammogram hurt", SURE)
    chat.says("ta", read_as(thanks=0.9))
    assert chat.says("and the smear?", read_as(CERVICAL, cost=0.2)).answer_versions == (2,)


def test_two_tests_in_one_question_get_both_answers() -> None:
    decision = decided("do smears or mammograms hurt more", read_as(CERVICAL, BREAST, does_it_hurt=0.9))
    assert decision.answer_versions == (2, 1)
    assert len(decision.replies) == 2


# Two questions


def test_two_questions_get_two_answers() -> None:
    parts = (read_as(CERVICAL, does_it_hurt=0.9), read_as(cost=0.9))
    decision = decided("does a smear hurt and is it free", NOTHING_KNOWN, *parts)
    assert decision.rule == "two_questions"
    assert decision.answer_versions == (2, 8)
    assert decision.topics == ("does_it_hurt", "cost")
    assert len(decision.replies) == 2


def test_a_test_named_in_one_question_serves_the_other() -> None:
    parts = (read_as(does_it_hurt=0.9), read_as(CERVICAL, how_often=0.9))
    assert decided("x", NOTHING_KNOWN, *parts).answer_versions == (2, 5)


def test_if_one_of_two_is_unsure_the_message_is_read_as_a_whole() -> None:
    assert decided("x y z", SURE, SURE, NOTHING_KNOWN).rule == "sure"


def test_if_one_of_three_is_unsure_the_message_is_read_as_a_whole() -> None:
    assert decided("x y z", SURE, SURE, read_as(cost=0.9), NOTHING_KNOWN).rule == "sure"


def test_the_same_question_twice_is_answered_once() -> None:
    assert decided("x y z", SURE, SURE, SURE).answer_versions == (1,)


def test_if_one_of_two_questions_is_for_staff_they_are_told() -> None:
    parts = (SURE, read_as(my_results=0.9))
    assert decided("does a mammogram hurt and are my results back", SURE, *parts).hand_off


def test_if_one_of_two_questions_has_no_approved_answer_staff_are_told() -> None:
    policy = a_policy(practice=a_practice(facts={}))
    parts = (SURE, read_as(van_dates=0.9))
    assert decided("does a mammogram hurt and when is the van here", SURE, *parts, policy=policy).hand_off


def test_two_questions_that_are_both_for_staff_go_to_staff() -> None:
    parts = (read_as(when_am_i_due=0.9), read_as(my_results=0.9))
    decision = decided("when is mine due and are my results back", read_as(my_results=0.4, when_am_i_due=0.35), *parts)
    assert decision.kind is DecisionKind.HAND_OFF


def test_an_answer_goes_before_what_staff_have_to_do() -> None:
    parts = (read_as(my_results=0.9), SURE)
    decision = decided("are my results back and does a mammogram hurt", NOTHING_KNOWN, *parts)
    assert decision.answer_versions == (1,)
    assert decision.replies[0].text == "The answer about does_it_hurt for breast."
    assert WHEN in decision.replies[1].text
