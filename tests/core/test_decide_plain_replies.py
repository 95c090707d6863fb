"""Short replies that a model cannot judge alone, and news that leaves no room for an answer."""

import pytest

from bot.core import catalogue
from bot.core.messages import DecisionKind, SafetyHit
from tests.core.policy_builder import BOWEL, SURE, buttons_of, decided, read_as, words_of

ALARM = read_as(breast_symptom=0.9)


@pytest.mark.parametrize(
    "text", ["the boob one", "breast", "no i meant the smear", "and the lung one?", "Bowel please"]
)
def test_the_name_of_a_test_is_no_symptom_whatever_the_model_makes_of_it(text: str) -> None:
    assert decided(text, ALARM).kind is not DecisionKind.RED_FLAG


@pytest.mark.parametrize(
    "text", ["the boob one hurts", "breast lump", "lumpy boob", "one", "blood", "and my breast?!? pain"]
)
def test_one_word_more_is_the_models_to_judge(text: str) -> None:
    assert decided(text, ALARM).kind is DecisionKind.RED_FLAG


def test_what_the_rules_find_stands_even_in_a_tests_name() -> None:
    hit = SafetyHit(DecisionKind.EMERGENCY, "a rule")
    assert decided("the boob one", SURE, safety=[hit]).kind is DecisionKind.EMERGENCY


@pytest.mark.parametrize("text", ["yes", "Yeah", "ok", "no", "Nope"])
def test_a_yes_or_no_to_nothing_that_was_asked_is_not_guessed_at(text: str) -> None:
    decision = decided(text, read_as(cost=0.4))
    assert (decision.kind, decision.rule) == (DecisionKind.SMALL_TALK, "nothing_asked")
    assert words_of(decision).endswith(catalogue.SOMETHING_ELSE)


def test_a_yes_that_the_model_knows_is_its_to_answer() -> None:
    assert decided("ok", read_as(thanks=0.9)).topics == ("thanks",)


def test_a_wish_for_a_person_is_not_asked_back() -> None:
    decision = decided("you are useless, a real person", read_as(talk_to_a_person=0.5))
    assert (decision.kind, decision.hand_off) == (DecisionKind.HAND_OFF, "the patient asked for a person")


def test_what_may_be_a_wish_for_a_person_is_asked_back() -> None:
    assert decided("sing us a song", read_as(talk_to_a_person=0.4)).kind is DecisionKind.CLARIFY


def test_a_wish_for_a_person_beside_another_reading_is_asked_back() -> None:
    decision = decided("who do i see", read_as(talk_to_a_person=0.4, cost=0.38))
    assert decision.kind is DecisionKind.CLARIFY
    assert len(buttons_of(decision)) == 4


@pytest.mark.parametrize("order", [0, 1])
def test_beside_the_news_of_a_death_no_question_is_answered(order: int) -> None:
    parts = [read_as(living_with_cancer=0.9), read_as(BOWEL, how_to_do_the_kit=0.9)]
    decision = decided("mum passed away and u sent her a kit", SURE, *(parts if order else parts[::-1]))
    assert decision.kind is DecisionKind.HAND_OFF
    assert decision.topics == ("living_with_cancer",)
    assert decision.answer_versions == ()
