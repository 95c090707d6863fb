"""The clock of the promise to answer: closed hours, bank holidays, exceptions, the nights the clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.core.messages import Nation
from bot.core.open_time import Opening
from bot.core.opening_hours import CORE_HOURS, LONDON

ENGLAND = Opening({}, Nation.ENGLAND)
FOUR_HOURS = timedelta(hours=4)


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON).astimezone(UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (london(2026, 11, 24, 9), london(2026, 11, 24, 13)),
        (london(2026, 11, 24, 6), london(2026, 11, 24, 12)),  # before opening
        (london(2026, 11, 24, 16, 30), london(2026, 11, 25, 10)),  # over a night
        (london(2026, 11, 24, 14, 30), london(2026, 11, 24, 18, 30)),  # to the last minute
        (london(2026, 11, 27, 17, 30), london(2026, 11, 30, 11)),  # over a weekend
        (london(2026, 12, 24, 17, 30), london(2026, 12, 29, 11)),  # over Christmas, a weekend and its substitute day
    ],
)
def test_an_answer_is_due_after_so_many_open_hours(since: datetime, due: datetime) -> None:
    assert ENGLAND.after(since, FOUR_HOURS) == due


def test_a_bank_holiday_stops_the_clock_in_its_nation_only() -> None:
    since = london(2026, 11, 27, 17, 30)  # the Friday before St Andrew's Day
    assert Opening({}, Nation.SCOTLAND).after(since, FOUR_HOURS) == london(2026, 12, 1, 11)
    since = london(2027, 7, 9, 17, 30)  # the Friday before 12 July
    assert Opening({}, Nation.NORTHERN_IRELAND).after(since, FOUR_HOURS) == london(2027, 7, 13, 11)
    assert Opening({}, Nation.WALES).after(since, FOUR_HOURS) == london(2027, 7, 12, 11)


def test_exceptions_close_and_open_days() -> None:
    hours = {**CORE_HOURS, "2026-11-25": [], "2026-11-28": ["09:00", "12:00"]}
    opening = Opening(hours, Nation.ENGLAND)
    assert opening.after(london(2026, 11, 24, 16, 30), FOUR_HOURS) == london(2026, 11, 26, 10)
    assert opening.after(london(2026, 11, 27, 17, 30), FOUR_HOURS) == london(2026, 11, 28, 12)


@pytest.mark.parametrize(
    ("opens", "closes", "real"),
    [
        (london(2026, 10, 25, 0), london(2026, 10, 25, 6), 7),  # an hour comes twice
        (london(2027, 3, 28, 0), london(2027, 3, 28, 6), 5),  # an hour is left out
    ],
)
def test_the_night_the_clocks_change_counts_real_hours(opens: datetime, closes: datetime, real: int) -> None:
    day = opens.astimezone(LONDON).date().isoformat()
    night = Opening({day: ["00:00", "06:00"]}, Nation.ENGLAND)
    assert night.between(opens, closes) == timedelta(hours=real)
    assert night.after(opens, timedelta(hours=real)) == closes


def test_a_surgery_that_never_opens_promises_nothing() -> None:
    assert Opening({"monday": []}, Nation.ENGLAND).after(london(2026, 11, 24, 9), FOUR_HOURS) is None


def test_it_closes_when_its_calendar_says() -> None:
    assert ENGLAND.closes_on(date(2026, 7, 6)) == datetime(2026, 7, 6, 17, 30, tzinfo=UTC)
    assert ENGLAND.closes_on(date(2026, 12, 25)) is None


def test_the_clock_stands_still_at_lunch() -> None:
    opening = Opening({**CORE_HOURS, "tuesday": ["08:00", "13:00", "14:00", "18:30"]}, Nation.ENGLAND)
    assert opening.after(london(2026, 11, 24, 12), FOUR_HOURS) == london(2026, 11, 24, 17)
    assert opening.between(london(2026, 11, 24, 12), london(2026, 11, 24, 15)) == timedelta(hours=2)
    assert opening.closes_on(date(2026, 11, 24)) == london(2026, 11, 24, 18, 30)


def test_the_list_of_the_day_comes_when_it_is_wanted_and_not_on_closed_days() -> None:
    assert ENGLAND.end_of_day(date(2026, 11, 24), time(17, 15)) == london(2026, 11, 24, 17, 15)
    assert ENGLAND.end_of_day(date(2026, 11, 24), None) == london(2026, 11, 24, 18, 30)
    assert ENGLAND.end_of_day(date(2026, 12, 25), time(17, 15)) is None


@given(some.integers(0, 5 * 365 * 24 * 60), some.integers(1, 5 * 24 * 60), some.sampled_from(Nation))
@settings(max_examples=100, deadline=None)
def test_from_the_question_to_the_time_it_is_due_are_exactly_the_promised_hours(
    start: int, promised: int, nation: Nation
) -> None:
    since = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    opening = Opening({}, nation)
    due = opening.after(since, timedelta(minutes=promised))
    assert due is not None
    assert opening.between(since, due) == timedelta(minutes=promised)
    assert opening.between(since, due - timedelta(seconds=1)) < timedelta(minutes=promised)
