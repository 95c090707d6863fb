"""Reading short replies to our own question, and which questions are offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.clarify import ask, is_no, only_names_a_test, typed_choice
from bot.core.messages import ConversationState
from bot.core.turn import Choice
from tests.core.policy_builder import BOWEL, BREAST, CERVICAL, LUNG, a_policy, read_as

TESTS = (Choice("does_it_hurt", BREAST), Choice("does_it_hurt", CERVICAL), Choice("does_it_hurt", BOWEL))
QUESTIONS = (Choice("cost"), Choice("how_often"))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1", 1),
        (" 2 ", 2),
        ("3!", 3),
        ("One", 1),
        ("TWO", 2),
        ("third", 3),
        ("no 2", 2),
        ("the first", 1),
        ("2 pls", 2),
    ],
)
def test_a_number_chooses(words: str, number: int) -> None:
    assert typed_choice(words, TESTS, (), None) == TESTS[number - 1]


@pytest.mark.parametrize("words", ["4", "0", "12", "1 or 2", "1 2 3", "first or second", "", "?"])
def test_no_number_of_ours_chooses_nothing(words: str) -> None:
    assert typed_choice(words, TESTS, (), None) is None


@pytest.mark.parametrize("words", ["had it done 2 years ago now", "im 1 week late for it", "i have 2 kids and a dog"])
def test_a_number_in_a_sentence_chooses_nothing(words: str) -> None:
    assert typed_choice(words, TESTS, (), None) is None


@pytest.mark.parametrize("words", ["yes", "Yes!", "yeah", "aye", "yes please", "ok"])
def test_yes_takes_the_only_choice(words: str) -> None:
    assert typed_choice(words, (Choice("cost"),), (), None) == Choice("cost")
    assert typed_choice(words, QUESTIONS, (), None) is None


@pytest.mark.parametrize(
    ("words", "is_a_no"),
    [("no", True), ("No thanks.", True), ("none of these", True), ("no idea", False), ("not sure", False), ("", False)],
)
def test_no_is_only_no_by_itself(words: str, is_a_no: bool) -> None:
    assert is_no(words) is is_a_no


def test_the_named_test_chooses_if_exactly_one_choice_has_it() -> None:
    assert typed_choice("smear", TESTS, (CERVICAL,), None) == TESTS[1]
    assert typed_choice("lung", TESTS, (LUNG,), None) is None
    assert typed_choice("smear or mammogram", TESTS, (CERVICAL, BREAST), None) is None
    assert typed_choice("smear", QUESTIONS, (CERVICAL,), None) is None


def test_a_sure_question_about_something_else_is_new() -> None:
    assert typed_choice("how often is the smear", TESTS, (CERVICAL,), "how_often") is None
    assert typed_choice("does the smear hurt", TESTS, (CERVICAL,), "does_it_hurt") == TESTS[1]


def test_a_long_reply_is_a_new_question() -> None:
    assert typed_choice("well the smear thing the nurse told me", TESTS, (CERVICAL,), None) is None


@given(some.text(max_size=30), some.lists(some.sampled_from([*TESTS, *QUESTIONS]), min_size=1, max_size=5))
def test_only_what_was_offered_is_ever_chosen(words: str, offered: list[Choice]) -> None:
    assert typed_choice(words, offered, (), None) in (None, *offered)


@pytest.mark.parametrize(
    ("words", "is_a_name"),
    [
        ("and the smear?", True),
        ("no i meant the poo test", True),
        ("what about the lung check", True),
        ("mammogram", True),
        ("how do i send my smear back", False),
        ("will it be a man that does my smear", False),
    ],
)
def test_a_bare_name_of_a_test_is_told_from_a_question(words: str, is_a_name: bool) -> None:
    assert only_names_a_test(words) is is_a_name


def test_an_open_choice_is_read_back_as_it_was_kept() -> None:
    assert Choice.from_pair(("does_it_hurt", "breast")) == Choice("does_it_hurt", BREAST)
    assert Choice.from_pair(("cost", "")) == Choice("cost")


@pytest.mark.parametrize("payload", ["", "staff", "choice:", "choice::breast", "elsewhere:cost:", "CHOICE:cost"])
def test_other_payloads_are_no_choice(payload: str) -> None:
    assert Choice.from_payload(payload) is None


@given(some.text(alphabet="abcdefghij_", min_size=1), some.sampled_from([None, BREAST, BOWEL]))
def test_a_choice_survives_its_payload(topic: str, programme: object) -> None:
    choice = Choice(topic, programme)  # type: ignore[arg-type]
    assert Choice.from_payload(choice.payload) == choice


# What is offered


def test_nothing_is_offered_where_nothing_is_near() -> None:
    assert ask(read_as(cost=0.24, how_often=0.2), ConversationState(), a_policy()) is None


def test_only_near_topics_are_offered() -> None:
    decision = ask(read_as(cost=0.5, how_often=0.1, what_to_wear=0.09), ConversationState(), a_policy())
    assert decision is not None
    assert decision.topics == ("cost", "how_often")


def test_small_talk_and_safety_topics_are_not_offered() -> None:
    reading = read_as(thanks=0.3, off_topic=0.3, breast_symptom=0.25, a_topic_of_a_later_release=0.25, cost=0.2)
    decision = ask(reading, ConversationState(), a_policy())
    assert decision is not None
    assert decision.topics == ("cost",)


def test_nothing_is_offered_if_all_that_is_near_is_small_talk() -> None:
    assert ask(read_as(thanks=0.3, off_topic=0.3), ConversationState(), a_policy()) is None


def test_a_test_is_kept_only_with_topics_that_can_be_about_it() -> None:
    decision = ask(read_as(BOWEL, does_it_hurt=0.4, what_to_wear=0.3, cost=0.3), ConversationState(), a_policy())
    assert decision is not None
    assert decision.state is not None
    assert decision.state.asked == (("does_it_hurt", "bowel"), ("what_to_wear", ""), ("cost", "bowel"))
