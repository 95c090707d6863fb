"""Risk, coverage and the choice of thresholds: small cases by hand, and what holds of any."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy import Thresholds
from bot.nlu.evaluation.choose import KINDS, LEAST_SCORE, STRICT, choose, choose_kind
from bot.nlu.evaluation.choose_safety import choose_safety
from bot.nlu.evaluation.cross_check import cross_check
from bot.nlu.evaluation.curve import Judged, Point, curve, outcome, point
from tests.nlu.evaluation.results_builder import a_result, any_judged, judged

NOW = Thresholds()


# The curve


def test_a_point_by_hand() -> None:
    messages = [judged(0.9), judged(0.8, is_right=False), judged(0.8, margin=0.1), judged(0.3)]
    found = point(messages, 0.5, 0.2)
    assert (found.acted, found.wrong, found.coverage, found.risk) == (2, 1, 0.5, 0.5)
    assert found.careful_risk == 0.5  # (1 + 1) / (2 + 2)


def test_a_point_without_messages() -> None:
    nothing = Point(0.5, 0.5, 0, 0, 0)
    assert (nothing.coverage, nothing.risk, nothing.careful_risk) == (0, 0, 0.5)


@given(st.lists(any_judged))
def test_coverage_falls_as_the_threshold_rises(messages: list[Judged]) -> None:
    acted = [each.acted for each in curve(messages)]
    assert acted == sorted(acted, reverse=True)


def test_the_outcome_of_all_kinds_together() -> None:
    messages = [
        judged(0.95),
        judged(0.95, is_right=False, kind="hand_off"),
        judged(0.95, kind=""),  # a safety topic, below the safety threshold
        judged(0.95, safety_score=0.4),
        judged(0.95, has_rule_alarm=True),
        judged(0.85),
    ]
    found = outcome(messages, NOW)
    assert (found.acted, found.wrong, found.messages) == (2, 1, 6)


# The choice for one kind


def test_the_largest_coverage_within_the_bound() -> None:
    messages = [judged(0.9)] * 98 + [judged(0.7, is_right=False)] * 3 + [judged(0.6)] * 5
    chosen = choose_kind("answer", messages, NOW, 0.02)
    assert chosen.is_within_bound
    assert (chosen.chosen.acted, chosen.chosen.wrong) == (98, 0)
    assert (chosen.chosen.score, chosen.chosen.margin) == (0.9, 0.9), "of equal coverage the strictest"


def test_the_margin_parts_what_the_score_cannot() -> None:
    messages = [judged(0.8, margin=0.7)] * 60 + [judged(0.8, is_right=False, margin=0.62)] * 9
    chosen = choose_kind("answer", messages, NOW, 0.02).chosen
    assert (chosen.acted, chosen.wrong, chosen.margin) == (60, 0, 0.7)


@pytest.mark.parametrize(("right", "is_within"), [(47, False), (48, True)])
def test_few_messages_do_not_prove_a_bound(right: int, is_within: bool) -> None:
    assert choose_kind("small_talk", [judged(0.9)] * right, NOW, 0.02).is_within_bound is is_within


def test_with_too_few_messages_it_is_no_laxer_than_the_strict_thresholds() -> None:
    chosen = choose_kind("answer", [judged(0.55)] * 5 + [judged(0.95)] * 5, NOW, 0.02)
    assert not chosen.is_within_bound
    assert chosen.chosen.acted == 5
    assert chosen.chosen.score >= STRICT.answer


def test_without_messages_it_is_the_strict_pair() -> None:
    chosen = choose_kind("hand_off", [], NOW, 0.02).chosen
    assert (chosen.score, chosen.margin) == (STRICT.hand_off, STRICT.hand_off_margin)


def test_never_below_the_least_score() -> None:
    chosen = choose_kind("answer", [judged(0.2)] * 300 + [judged(0.5)], NOW, 0.5).chosen
    assert chosen.score >= LEAST_SCORE["answer"]


@given(st.lists(any_judged, max_size=60), st.sampled_from(KINDS), st.sampled_from([0.02, 0.1, 0.3]))
def test_the_risk_of_the_choice_is_within_the_bound(messages: list[Judged], kind: str, bound: float) -> None:
    found = choose_kind(kind, messages, NOW, bound)
    if found.is_within_bound:
        assert found.chosen.risk <= bound
        assert found.chosen.careful_risk <= bound
    assert found.chosen.acted <= len(messages)
    assert 0 < found.chosen.margin < 1
    assert LEAST_SCORE[kind] <= found.chosen.score < 1


# The safety threshold


def danger(score: float, **more: Any) -> Judged:
    return judged(kind="", safety_score=score, is_safety=True, **more)


def test_the_highest_threshold_that_catches_what_the_rules_miss() -> None:
    messages = [danger(0.45)] * 19 + [danger(0.05)] + [danger(0.2, has_rule_alarm=True)] * 9 + [judged()] * 50
    found = choose_safety(messages, 0.3)
    assert (found.chosen.threshold, found.chosen.caught, found.chosen.safety) == (0.45, 19, 20)
    assert (found.only_missed, found.catches_enough, found.alarms_seldom) == (True, True, True)


def test_catching_comes_before_false_alarms() -> None:
    found = choose_safety([danger(0.3)] * 20 + [judged(safety_score=0.35)] * 10, 0.5)
    assert (found.chosen.threshold, found.catches_enough, found.alarms_seldom) == (0.3, True, False)


def test_where_it_cannot_catch_enough_it_catches_most() -> None:
    found = choose_safety([danger(0.02)] * 10 + [danger(0.4)] * 10, 0.5)
    assert (found.chosen.threshold, found.chosen.caught, found.catches_enough) == (0.4, 10, False)


def test_with_few_that_the_rules_miss_all_safety_messages_judge() -> None:
    found = choose_safety([danger(0.2)] * 9 + [danger(0.4, has_rule_alarm=True)] * 200, 0.5)
    assert (found.only_missed, found.chosen.safety, found.chosen.threshold) == (False, 209, 0.4)


def test_without_safety_messages_the_threshold_stays() -> None:
    assert choose_safety([judged()], 0.37).chosen.threshold == 0.37


# All together


@given(st.lists(any_judged, max_size=40))
def test_the_choice_fits_a_release(messages: list[Judged]) -> None:
    found = choose(messages, NOW).thresholds
    assert all(0 < value < 1 for value in found.as_dict().values())
    assert found.choice < found.clarify < found.answer
    assert (found.choice, found.clarify) == (NOW.choice, NOW.clarify)
    assert all(round(value, 2) == pytest.approx(value) for value in found.as_dict().values())


def test_each_half_is_judged_by_the_others_choice() -> None:
    certain = [a_result(text=f"is it free {number}", score=0.97) for number in range(300)]
    found = cross_check(certain, NOW)
    assert found.messages == found.acted == 300
    assert found.wrong == 0
    assert min(half.messages for half in found.halves) > 100
    assert cross_check(certain[::-1], NOW) == found, "the halves do not depend on the order"


def test_a_choice_that_fits_one_half_only_is_found_out() -> None:
    """Errors that only one half has are not seen when choosing on the other."""
    some = [a_result(text=f"is it free {number}", score=0.97) for number in range(400)]
    halves = [one for one in some if cross_check([one], NOW).halves[0].messages]
    wrong = {one.message.text for one in halves[:20]}
    mixed = [
        a_result(text=one.message.text, best="does_it_hurt", score=0.97) if one.message.text in wrong else one
        for one in some
    ]
    assert cross_check(mixed, NOW).wrong == 20
