"""Which turns trainers should see, and which of the labelled messages are kept back."""

from dataclasses import replace

import pytest

from bot.core.learning import KEPT_BACK_ONE_IN, Why, is_kept_back, stronger, why_to_learn
from bot.core.messages import SAFETY_KINDS, DecisionKind
from bot.core.turn import Turn
from tests.builders import a_decision

TYPED = Turn("text", "does it hurt with implants")


@pytest.mark.parametrize(
    ("kind", "rule", "why"),
    [
        (DecisionKind.CLARIFY, "near_tie", Why.UNSURE),
        (DecisionKind.CLARIFY, "not_understood", Why.UNANSWERED),
        (DecisionKind.CLARIFY, "which_test", None),
        (DecisionKind.HAND_OFF, "sure:out_of_date", Why.UNANSWERED),
        (DecisionKind.HAND_OFF, "tried_too_often", Why.UNANSWERED),
        (DecisionKind.HAND_OFF, "sure", None),  # their own record, or they asked for a person
        (DecisionKind.HAND_OFF, "paused", None),
        (DecisionKind.UNAVAILABLE, "nlu_unavailable", Why.UNANSWERED),
        (DecisionKind.ANSWER, "sure", None),
        (DecisionKind.OUT_OF_SCOPE, "sure", None),
        (DecisionKind.SMALL_TALK, "something_else", None),
        (DecisionKind.STAY_SILENT, "staff_own_the_conversation", None),
        *((kind, "words", None) for kind in SAFETY_KINDS),
    ],
)
def test_only_what_the_bot_did_not_know_is_for_trainers(kind: DecisionKind, rule: str, why: Why | None) -> None:
    assert why_to_learn(a_decision(kind=kind, rule=rule), TYPED) is why


@pytest.mark.parametrize("kind", ["tap", "sticker", "attachment"])
def test_a_tap_or_a_picture_is_never_for_trainers(kind: str) -> None:
    decision = a_decision(kind=DecisionKind.CLARIFY, rule="not_understood")
    assert why_to_learn(decision, replace(TYPED, kind=kind)) is None  # type: ignore[arg-type]


def test_what_is_not_in_english_is_not_for_trainers() -> None:
    assert why_to_learn(a_decision(kind=DecisionKind.CLARIFY, rule="not_understood", language="pl"), TYPED) is None


def test_what_a_colleague_says_tells_more_than_what_the_bot_did() -> None:
    assert stronger(Why.UNSURE, Why.STAFF_CORRECTION) is Why.STAFF_CORRECTION
    assert stronger(Why.THUMBS_DOWN, Why.UNANSWERED) is Why.THUMBS_DOWN


def test_about_one_in_five_is_kept_back() -> None:
    kept = sum(is_kept_back(f"does it hurt when i am {number} years old") for number in range(5_000))
    assert 5_000 / KEPT_BACK_ONE_IN * 0.9 < kept < 5_000 / KEPT_BACK_ONE_IN * 1.1


@pytest.mark.parametrize("text", ["Does it hurt?", "is there parking", "", "🙂", "\ud800"])
def test_the_same_words_always_go_the_same_way(text: str) -> None:
    assert is_kept_back(text) == is_kept_back(f"  {text.upper()} !") == is_kept_back(text.replace(" ", "  "))
