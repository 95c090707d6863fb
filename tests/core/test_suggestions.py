"""What staff are offered: approved answers only, best topic first, for the right test."""

import pytest

from bot.core.decide import RANKED
from bot.core.suggestions import Reading, reading_of, suggest
from tests.core.policy_builder import ANSWERS, BREAST, CERVICAL, THRESHOLDS, a_policy, an_answer, decided, read_as


def versions(*found: object) -> list[int]:
    return [one.answer_version for one in found]  # type: ignore[attr-defined]


def test_the_best_topics_come_first_for_the_test_that_was_named() -> None:
    found = suggest(["how_often", "does_it_hurt", "cost"], [BREAST], None, a_policy())
    assert versions(*found) == [4, 1, 8]
    assert found[0].text == "The answer about how_often for breast."
    assert (found[0].question, found[0].programme) == ("Is it about how often?", "breast")


def test_the_test_that_was_spoken_of_before_counts_where_none_is_named() -> None:
    assert versions(*suggest(["does_it_hurt"], [], CERVICAL, a_policy())) == [2]


def test_without_any_test_each_one_is_offered_and_never_more_than_three() -> None:
    assert versions(*suggest(["does_it_hurt", "how_often"], [], None, a_policy())) == [1, 2, 3]


@pytest.mark.parametrize("topic", ["breast_symptom", "crisis", "complaint", "when_am_i_due", "unwritten", "no such"])
def test_nothing_is_offered_for_danger_for_persons_or_without_an_answer(topic: str) -> None:
    written = [] if topic == "unwritten" else [an_answer(99, topic)]
    assert suggest([topic], [BREAST], None, a_policy(answers=[*ANSWERS, *written])) == ()


@pytest.mark.parametrize(
    ("topic", "reading", "offered"),
    [
        ("complaint", Reading.SURE, []),
        ("complaint", Reading.WEAK, [8]),  # it may be a question after all
        ("when_am_i_due", Reading.SURE, [8]),  # what holds for everybody may help beside the record
    ],
)
def test_what_ranks_behind_something_that_is_no_question_is_there_by_chance(
    topic: str, reading: Reading, offered: list[int]
) -> None:
    assert versions(*suggest([topic, "cost"], [], None, a_policy(), reading)) == offered


def test_answers_that_are_not_approved_are_not_offered() -> None:
    policy = a_policy(answers=[an_answer(1, "cost", status="sample"), an_answer(2, "cost", status="draft")])
    assert suggest(["cost"], [], None, policy) == ()


@pytest.mark.parametrize(
    ("confidence", "margin", "words"),
    [
        (None, None, "The bot did not need to understand the words."),
        (0.9, 0.5, "The bot was sure."),
        (0.9, 0.1, "The bot was not sure enough to answer."),
        (0.4, 0.1, "The bot was not sure enough to answer."),
        (0.1, 0.05, "The bot did not understand."),
    ],
)
def test_a_score_in_words(confidence: float | None, margin: float | None, words: str) -> None:
    assert reading_of(confidence, margin, THRESHOLDS.as_dict()) == words


def test_a_weak_reading_is_marked_and_what_was_not_understood_brings_nothing() -> None:
    policy = a_policy(answers=[an_answer(1, "cost")])
    assert [one.is_weak for one in suggest(["cost"], [], None, policy)] == [False]
    assert [one.is_weak for one in suggest(["cost"], [], None, policy, Reading.NOT_NEEDED)] == [False]
    assert [one.is_weak for one in suggest(["cost"], [], None, policy, Reading.WEAK)] == [True]
    assert suggest(["cost"], [], None, policy, Reading.NONE) == ()


def test_a_decision_keeps_the_likeliest_topics_whatever_it_did_with_them() -> None:
    whole = read_as(does_it_hurt=0.3, how_often=0.25, cost=0.2, van_dates=0.1)
    decision = decided("mumble", whole)
    assert [one.topic for one in decision.ranking] == ["does_it_hurt", "how_often", "cost"]
    assert len(decision.ranking) == RANKED
