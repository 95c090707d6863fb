"""Days as people write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.day_words import YEARS, begins, read_day


@pytest.mark.parametrize("text", ["24/12/2026", " 24/12/2026 ", "2026-12-24", "24/12/02026"])
def test_a_day_is_read(text: str) -> None:
    assert read_day(text) == date(2026, 12, 24)


@pytest.mark.parametrize("text", ["", "soon", "31/02/2027", "12/24/2026", "24/12", "24/12/26", "9/9/99999", "1/1/9999"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


@given(some.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)))
def test_both_ways_of_writing_mean_the_same(day: date) -> None:
    assert read_day(f"{day.day}/{day.month}/{day.year}") == read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 6, 30, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_in_london(day: date, moment: datetime) -> None:
    assert begins(day) == moment
