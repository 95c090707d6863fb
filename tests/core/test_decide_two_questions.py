"""Two questions where one or both still need to know which test, what is only told, and what asks about the bot."""

import pytest

from bot.core.messages import ConversationState, DecisionKind
from bot.core.topics import Topics
from bot.core.turn import Choice
from tests.core.policy_builder import (
    BREAST,
    CERVICAL,
    NOTHING_KNOWN,
    TOPICS,
    Chat,
    a_policy,
    a_topic,
    an_answer,
    buttons_of,
    decided,
    read_as,
    words_of,
)

HURTS, OFTEN, FREE = read_as(does_it_hurt=0.9), read_as(how_often=0.9), read_as(cost=0.9)


def asked_both() -> Chat:
    chat = Chat()
    decision = chat.says("how often is it and does it hurt?", NOTHING_KNOWN, OFTEN, HURTS)
    assert (decision.kind, decision.rule) == (DecisionKind.CLARIFY, "which_test")
    assert decision.topics == ("how_often", "does_it_hurt")
    return chat


def test_which_test_is_asked_once_for_both_and_only_of_tests_with_both_answers() -> None:
    decision = decided("how often is it and does it hurt?", NOTHING_KNOWN, OFTEN, HURTS)
    assert [button.title for button in buttons_of(decision)] == [
        "Breast (mammogram)",
        "Cervical (smear)",
        "Talk to staff",
    ]


def test_a_tap_answers_both() -> None:
    decision = asked_both().taps("Cervical (smear)")
    assert decision.answer_versions == (5, 2)
    assert decision.state is not None
    assert decision.state.asked == ()


def test_the_typed_name_of_a_test_answers_both() -> None:
    assert asked_both().says("the smear", read_as(CERVICAL, how_often=0.2)).answer_versions == (5, 2)


def test_a_typed_number_answers_both() -> None:
    assert asked_both().says("1", NOTHING_KNOWN).answer_versions == (4, 1)


def test_where_no_two_tests_have_both_answers_the_message_is_read_as_a_whole() -> None:
    policy = a_policy(
        answers=[
            an_answer(1, "does_it_hurt", BREAST),
            an_answer(2, "does_it_hurt", CERVICAL),
            an_answer(3, "how_often", BREAST),
            an_answer(4, "how_often", "bowel"),
        ]
    )
    assert decided("does it hurt and how often is it", HURTS, HURTS, OFTEN, policy=policy).topics == ("does_it_hurt",)


def test_an_answer_that_needs_no_test_is_given_beside_the_question_which_test() -> None:
    chat = Chat()
    decision = chat.says("does it hurt and is it free", NOTHING_KNOWN, HURTS, FREE)
    assert (decision.kind, decision.rule, decision.answer_versions) == (DecisionKind.ANSWER, "two_questions", (8,))
    assert words_of(decision).endswith("Which test do you mean?")
    assert chat.taps("Breast (mammogram)").answer_versions == (1,)


@pytest.mark.parametrize(
    "choice",
    [Choice("cost"), Choice("how_often", CERVICAL), Choice("how_often", CERVICAL, "cost"), Choice("cost", also="x")],
)
def test_a_choice_comes_back_from_its_payload_and_from_the_conversation(choice: Choice) -> None:
    assert Choice.from_payload(choice.payload) == choice
    assert Choice.from_pair(choice.pair) == choice


def test_a_second_topic_that_no_longer_exists_is_left_out() -> None:
    tapped = Choice("does_it_hurt", BREAST, "gone").payload
    chat = Chat()
    chat._buttons = {"Breast": tapped}
    assert chat.taps("Breast").answer_versions == (1,)


# What is only told


def test_a_record_that_nobody_asked_for_is_not_handed_to_staff() -> None:
    parts = (read_as(CERVICAL, when_am_i_due=0.9), read_as(CERVICAL, does_it_hurt=0.9))
    decision = decided("its coming up to my smear and im sore down there", NOTHING_KNOWN, *parts)
    assert (decision.kind, decision.answer_versions, decision.hand_off) == (DecisionKind.ANSWER, (2,), None)


@pytest.mark.parametrize(
    "text", ["when is my smear and im sore", "i want to know my date and im sore", "my smear? im sore"]
)
def test_a_record_that_is_asked_for_is(text: str) -> None:
    parts = (read_as(CERVICAL, when_am_i_due=0.9), read_as(CERVICAL, does_it_hurt=0.9))
    assert decided(text, NOTHING_KNOWN, *parts).hand_off


def test_a_complaint_is_never_left_out() -> None:
    parts = (read_as(complaint=0.9), read_as(CERVICAL, does_it_hurt=0.9))
    assert decided("the nurse was rude to me and im sore down there", NOTHING_KNOWN, *parts).hand_off


# What asks about the bot


def test_are_you_a_robot_is_answered_and_no_wish_for_a_person() -> None:
    policy = a_policy(
        topics=Topics((*TOPICS.values(), a_topic("about_this_service"))), answers=[an_answer(20, "about_this_service")]
    )
    wish = read_as(talk_to_a_person=0.9)
    decision = decided("r u a robot", wish, policy=policy)
    assert (decision.rule, decision.answer_versions, decision.hand_off) == ("asked_what_it_is", (20,), None)
    assert decided("get me a human not a robot", wish, policy=policy).hand_off


def test_danger_goes_before_it() -> None:
    assert decided("r u a robot", read_as(crisis=0.9)).kind is DecisionKind.CRISIS
    assert decided("r u a robot", HURTS, state=ConversationState(opted_out=True)).kind is DecisionKind.STAY_SILENT
