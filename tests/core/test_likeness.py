"""Vectors as text and back, and what is no vector."""

import numpy as np
import pytest

from bot.core.likeness import NUMBERS, is_vector, text_of, to_length_1, vectors_of

RANDOM = np.random.default_rng(0)


def some(count: int) -> np.ndarray:
    return to_length_1(RANDOM.normal(size=(count, NUMBERS)).astype(np.float32))


def test_vectors_survive_being_stored_to_three_digits() -> None:
    rows = some(20)
    again = vectors_of([text_of(row) for row in rows])
    np.testing.assert_allclose(again @ again.T, rows @ rows.T, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(again, axis=1), 1.0, atol=1e-6)


def test_no_texts_are_no_rows() -> None:
    assert vectors_of([]).shape == (0, NUMBERS)


@pytest.mark.parametrize("text", ["", "A", "A" * 1023, "A" * 1025, "é" * 1024, "A" * 1024 + "\n", "=" * 1024])
def test_what_is_no_vector_is_told(text: str) -> None:
    assert not is_vector(text)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_makes_the_row_nothing_and_spoils_no_other(number: float) -> None:
    broken = np.full(NUMBERS, number)
    good = some(1)[0]
    rows = vectors_of([text_of(broken), text_of(good)])
    assert not rows[0].any()
    assert rows[1] @ good == pytest.approx(1.0, abs=1e-3)
