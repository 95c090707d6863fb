"""Intervals: values from books, and what holds of all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.evaluation.calibration import expected_calibration_error
from bot.nlu.evaluation.intervals import bootstrap, quantile, wilson


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(1, 5_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_wilsons_interval_holds_the_share(pair: tuple[int, int]) -> None:
    count, of = pair
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1


def test_more_messages_tell_more() -> None:
    few, many = wilson(9, 10), wilson(900, 1_000)
    assert many[1] - many[0] < few[1] - few[0]


def test_quantiles() -> None:
    assert quantile([], 0.5) == (0.0, 0.0, 0.0)
    assert quantile([7.0], 0.99) == (7.0, 7.0, 7.0)
    at, low, high = quantile([float(value) for value in range(1, 101)], 0.5)
    assert (at, low, high) == (50.0, 41.0, 60.0)  # ranks 50 -+ 1.96 x 5


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 0.99))
def test_a_quantile_lies_in_its_interval(values: list[float], share: float) -> None:
    at, low, high = quantile(values, share)
    assert low <= at <= high
    assert at in values


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_a_bootstrapped_interval_holds_the_estimate(scored: list[tuple[float, bool]]) -> None:
    low, high = bootstrap(scored, expected_calibration_error)
    assert low <= expected_calibration_error(scored) <= high
    assert bootstrap(scored, expected_calibration_error) == (low, high), "runs must agree"


def test_the_bootstrap_of_nothing() -> None:
    assert bootstrap([], expected_calibration_error) == (0.0, 0.0)
