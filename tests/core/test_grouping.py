"""Messages that mean much the same come together, whatever else is there."""

from collections.abc import Sequence

import numpy as np
import pytest

from bot.core.grouping import ALIKE, AT_ONCE, group
from bot.core.likeness import NUMBERS, Vectors, to_length_1

RANDOM = np.random.default_rng(0)


def around(centres: Sequence[int], each: int, noise: float = 0.02) -> Vectors:
    """`each` messages near each of these directions, turn by turn."""
    rows = np.zeros((len(centres) * each, NUMBERS), dtype=np.float32)
    for row, centre in enumerate(list(centres) * each):
        rows[row, centre] = 1.0
    return to_length_1(rows + noise * RANDOM.normal(size=rows.shape).astype(np.float32))


@pytest.mark.parametrize("vectors", [around([], 0), around([3], 1)])
def test_none_or_one_message_is_a_group_by_itself(vectors: Vectors) -> None:
    assert list(group(vectors).founder) == list(range(len(vectors)))


@pytest.mark.parametrize("each", [2, 10, AT_ONCE // 2 + 20])
def test_messages_near_each_other_are_one_group_and_its_oldest_names_it(each: int) -> None:
    found = group(around([0, 50, 100], each))
    assert list(found.founder) == [0, 1, 2] * each
    assert (found.likeness >= ALIKE).all()
    assert (found.likeness <= 1.0 + 1e-5).all()


def test_a_group_keeps_its_name_when_more_messages_come() -> None:
    vectors = around([0, 50, 100], 30)
    assert list(group(vectors).founder[:45]) == list(group(vectors[:45]).founder)


def test_each_message_is_with_the_founder_that_it_is_most_alike() -> None:
    vectors = to_length_1(RANDOM.normal(size=(120, 6)) @ RANDOM.normal(size=(6, NUMBERS))).astype(np.float32)
    found = group(vectors)
    founders = sorted(set(found.founder))
    scores = vectors @ vectors[founders].T
    others = [row for row in range(120) if row not in founders]
    assert others
    np.testing.assert_array_equal(found.founder[others], np.array(founders)[scores[others].argmax(axis=1)])
    np.testing.assert_allclose(found.likeness[others], scores[others].max(axis=1), atol=1e-5)


def test_no_two_founders_are_alike() -> None:
    vectors = to_length_1(RANDOM.normal(size=(300, 6)) @ RANDOM.normal(size=(6, NUMBERS))).astype(np.float32)
    founders = np.unique(group(vectors).founder)
    nearness = vectors[founders] @ vectors[founders].T - 2 * np.eye(len(founders))
    assert nearness.max() < ALIKE


def test_messages_without_meaning_are_no_group() -> None:
    nothing = np.zeros((5, NUMBERS), dtype=np.float32)
    assert list(group(nothing).founder) == [0, 1, 2, 3, 4]


def test_the_same_message_many_times_is_one_group() -> None:
    vectors = np.repeat(around([7], 1), AT_ONCE + 5, axis=0)
    assert set(group(vectors).founder) == {0}


def test_progress_is_told_up_to_the_last_message() -> None:
    told: list[int] = []
    group(around([0, 50], AT_ONCE), told.append)
    assert told == sorted(told)
    assert told[-1] == 2 * AT_ONCE
