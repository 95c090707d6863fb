"""Calibration error and its bins, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.evaluation.calibration import BINS, expected_calibration_error, reliability


def test_bins_of_equal_mass_by_hand() -> None:
    scored = [(number / 20, number >= 10) for number in range(20)]
    bins = reliability(scored)
    assert len(bins) == BINS
    assert {each.messages for each in bins} == {2}
    assert (bins[0].lowest, bins[0].highest, bins[0].mean_score, bins[0].share_right) == (0.0, 0.05, 0.025, 0.0)
    # |mean score - share right|: 0.025, 0.125 ... 0.425 below, then 0.475 ... 0.075 above
    assert expected_calibration_error(scored) == pytest.approx(
        (0.025 + 0.125 + 0.225 + 0.325 + 0.425 + 0.475 + 0.375 + 0.275 + 0.175 + 0.075) / 10
    )


def test_scores_that_mean_what_they_say_have_no_error() -> None:
    assert expected_calibration_error([(1.0, True)] * 30 + [(0.0, False)] * 20) == 0


def test_certain_and_wrong_is_the_worst() -> None:
    assert expected_calibration_error([(1.0, False)] * 5) == 1


def test_of_nothing() -> None:
    assert reliability([]) == []
    assert expected_calibration_error([]) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_every_message_is_in_one_bin(scored: list[tuple[float, bool]]) -> None:
    bins = reliability(scored)
    assert sum(each.messages for each in bins) == len(scored)
    sizes = [each.messages for each in bins]
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert 0 <= expected_calibration_error(scored) <= 1
