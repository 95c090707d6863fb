"""When staff next look at messages: bank holidays of each nation, exceptions, clock changes, closed surgeries."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.core.messages import Nation
from bot.core.opening_hours import CORE_HOURS, DAYS, LONDON, bank_holidays, clock, hours_on, next_look, spans_of

ENGLAND, SCOTLAND, WALES, NORTHERN_IRELAND = Nation
CORE = ((time(8), time(18, 30)),)


def in_london(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type, misc]


def in_utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (in_london(2026, 11, 24, 0, 0), "today from 8am"),
        (in_london(2026, 11, 24, 7, 59), "today from 8am"),
        (in_london(2026, 11, 24, 8, 0), "today before 6:30pm"),
        (in_london(2026, 11, 24, 18, 29), "today before 6:30pm"),
        (in_london(2026, 11, 24, 18, 30), "tomorrow from 8am"),
        (in_london(2026, 11, 27, 18, 29), "today before 6:30pm"),
        (in_london(2026, 11, 27, 18, 30), "on Monday 30 November from 8am"),
        (in_london(2026, 11, 28, 12, 0), "on Monday 30 November from 8am"),
        (in_london(2026, 11, 29, 23, 59), "tomorrow from 8am"),
    ],
)
def test_a_usual_week(now: datetime, words: str) -> None:
    assert next_look(CORE_HOURS, ENGLAND, now) == words


# Bank holidays


@pytest.mark.parametrize(
    ("day", "closed_in"),
    [
        (date(2026, 12, 25), set(Nation)),
        (date(2026, 12, 28), set(Nation)),  # instead of Boxing Day, a Saturday
        (date(2027, 1, 1), set(Nation)),
        (date(2027, 1, 4), {SCOTLAND}),  # instead of 2 January, a Saturday
        (date(2027, 3, 17), {NORTHERN_IRELAND}),
        (date(2027, 3, 26), set(Nation)),  # Good Friday
        (date(2027, 3, 29), {ENGLAND, WALES, NORTHERN_IRELAND}),  # Easter Monday
        (date(2027, 5, 3), set(Nation)),
        (date(2027, 5, 31), set(Nation)),
        (date(2027, 7, 12), {NORTHERN_IRELAND}),
        (date(2027, 8, 2), {SCOTLAND}),
        (date(2027, 8, 30), {ENGLAND, WALES, NORTHERN_IRELAND}),
        (date(2026, 11, 30), {SCOTLAND}),  # St Andrew's Day
        (date(2027, 3, 1), set()),  # St David's Day is not one
        (date(2026, 12, 24), set()),
    ],
)
def test_bank_holidays_are_those_of_the_nation(day: date, closed_in: set[Nation]) -> None:
    assert {nation for nation in Nation if not hours_on(day, CORE_HOURS, nation)} == closed_in


@pytest.mark.parametrize(
    ("nation", "now", "words"),
    [
        (ENGLAND, in_london(2026, 11, 27, 19), "on Monday 30 November from 8am"),
        (SCOTLAND, in_london(2026, 11, 27, 19), "on Tuesday 1 December from 8am"),
        (ENGLAND, in_london(2026, 12, 24, 20), "on Tuesday 29 December from 8am"),
        (ENGLAND, in_london(2026, 12, 25, 9), "on Tuesday 29 December from 8am"),
        (ENGLAND, in_london(2026, 12, 31, 20), "on Monday 4 January from 8am"),
        (SCOTLAND, in_london(2026, 12, 31, 20), "on Tuesday 5 January from 8am"),
        (WALES, in_london(2027, 3, 25, 19), "on Tuesday 30 March from 8am"),
        (SCOTLAND, in_london(2027, 3, 25, 19), "on Monday 29 March from 8am"),
        (NORTHERN_IRELAND, in_london(2027, 3, 16, 19), "on Thursday 18 March from 8am"),
        (ENGLAND, in_london(2027, 3, 16, 19), "tomorrow from 8am"),
    ],
)
def test_staff_do_not_look_on_a_bank_holiday(nation: Nation, now: datetime, words: str) -> None:
    assert next_look(CORE_HOURS, nation, now) == words


# Exceptions: a date goes before its weekday and before a bank holiday


def test_a_surgery_may_close_early_for_a_day() -> None:
    hours = {**CORE_HOURS, "2026-12-24": ["08:00", "12:00"]}
    assert next_look(hours, ENGLAND, in_london(2026, 12, 24, 9)) == "today before midday"
    assert next_look(hours, ENGLAND, in_london(2026, 12, 24, 12)) == "on Tuesday 29 December from 8am"


def test_a_surgery_may_close_for_a_training_day() -> None:
    hours: dict[str, list[str]] = {day: ["08:00", "18:30"] for day in DAYS[:5]} | {"2026-11-25": []}
    assert next_look(hours, ENGLAND, in_london(2026, 11, 24, 19)) == "on Thursday 26 November from 8am"


def test_a_surgery_may_open_on_a_bank_holiday_or_at_a_weekend() -> None:
    hours = {**CORE_HOURS, "2026-12-28": ["10:00", "14:00"], "2026-11-28": ["09:30", "11:45"]}
    assert next_look(hours, ENGLAND, in_london(2026, 12, 25, 9)) == "on Monday 28 December from 10am"
    assert next_look(hours, ENGLAND, in_london(2026, 11, 27, 19)) == "tomorrow from 9:30am"
    assert next_look(hours, ENGLAND, in_london(2026, 11, 28, 11)) == "today before 11:45am"


def test_an_exception_is_for_its_own_year_only() -> None:
    hours = {**CORE_HOURS, "2026-11-25": []}
    assert hours_on(date(2027, 11, 25), hours, ENGLAND) == CORE


def test_a_surgery_may_close_at_lunch() -> None:
    hours = {**CORE_HOURS, "tuesday": ["08:00", "13:00", "14:00", "18:30"]}
    for hour, words in (
        (7, "today from 8am"),
        (12, "today before 1pm"),
        (13, "today from 2pm"),
        (17, "today before 6:30pm"),
    ):
        assert next_look(hours, ENGLAND, in_london(2026, 11, 24, hour)) == words
    assert next_look(hours, ENGLAND, in_london(2026, 11, 24, 19)) == "tomorrow from 8am"


@pytest.mark.parametrize(
    "times",
    [["08:00"], ["18:30", "08:00"], ["08:00", "13:00", "12:00", "18:00"], ["8", "9"], ["08:00", "08:00"], "closed"],
)
def test_what_is_no_span_is_none(times: list[str]) -> None:
    assert spans_of(times) is None


def test_the_next_bank_holidays_are_those_of_the_nation() -> None:
    start = date(2026, 12, 27)
    assert bank_holidays(SCOTLAND, start, 8) == [date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 2)]
    assert bank_holidays(ENGLAND, start, 8) == [date(2026, 12, 28), date(2027, 1, 1)]
    assert bank_holidays(ENGLAND, start, 5) == [date(2026, 12, 28)]


# Clock changes: hours are on the surgery's wall


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (in_utc(2026, 10, 23, 7, 30), "today before 6:30pm"),  # 8:30 in London, the last Friday of summer time
        (in_utc(2026, 10, 23, 17, 29), "today before 6:30pm"),
        (in_utc(2026, 10, 23, 17, 31), "on Monday 26 October from 8am"),
        (in_utc(2026, 10, 26, 7, 30), "today from 8am"),  # 7:30 in London, the first Monday of winter time
        (in_utc(2026, 10, 26, 18, 29), "today before 6:30pm"),
        (in_utc(2026, 10, 24, 23, 30), "tomorrow from 8am"),  # already Sunday in London
        (in_utc(2026, 10, 25, 0, 30), "tomorrow from 8am"),  # the hour that comes twice
        (in_utc(2026, 10, 25, 1, 30), "tomorrow from 8am"),
        (in_utc(2028, 3, 24, 18, 29), "today before 6:30pm"),  # the last Friday of winter time
        (in_utc(2028, 3, 24, 18, 31), "on Monday 27 March from 8am"),
        (in_utc(2028, 3, 26, 1, 30), "tomorrow from 8am"),  # the hour that was left out had just ended
        (in_utc(2028, 3, 27, 7, 15), "today before 6:30pm"),  # 8:15 in London, the first Monday of summer time
        (in_utc(2028, 3, 27, 17, 45), "tomorrow from 8am"),
        (in_utc(2026, 7, 5, 23, 30), "today from 8am"),  # half past midnight on Monday in London
    ],
)
def test_the_clocks_change_and_the_hours_stay_on_the_wall(now: datetime, words: str) -> None:
    assert next_look(CORE_HOURS, ENGLAND, now) == words


# Unusual surgeries


def test_without_hours_the_usual_ones_hold() -> None:
    assert next_look({}, ENGLAND, in_london(2026, 11, 24, 12)) == "today before 6:30pm"


@pytest.mark.parametrize("hours", [{day: [] for day in DAYS}, {"2026-11-20": ["08:00", "18:30"]}])
def test_a_surgery_that_stays_closed_promises_no_time(hours: dict[str, list[str]]) -> None:
    assert next_look(hours, ENGLAND, in_london(2026, 11, 24, 12)) == "when the surgery is next open"


def test_a_surgery_that_opens_once_a_week() -> None:
    hours = {"thursday": ["13:00", "17:00"]}
    assert next_look(hours, ENGLAND, in_london(2026, 11, 26, 17)) == "on Thursday 3 December from 1pm"
    assert next_look(hours, ENGLAND, in_london(2026, 11, 25, 17)) == "tomorrow from 1pm"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (time(8), "8am"),
        (time(9, 5), "9:05am"),
        (time(11, 59), "11:59am"),
        (time(12), "midday"),
        (time(12, 30), "12:30pm"),
        (time(13), "1pm"),
        (time(18, 30), "6:30pm"),
        (time(0, 30), "12:30am"),
    ],
)
def test_times_are_written_as_the_nhs_writes_them(moment: time, words: str) -> None:
    assert clock(moment) == words


@given(some.integers(0, 15 * 365 * 24 * 60), some.sampled_from(Nation))
@settings(max_examples=100, deadline=None)
def test_there_is_always_a_time_to_name(minutes: int, nation: Nation) -> None:
    words = next_look(CORE_HOURS, nation, in_utc(2025, 1, 1) + timedelta(minutes=minutes))
    assert re.fullmatch(r"(today before 6:30pm|(today|tomorrow|on [A-Z][a-z]+day \d+ [A-Z][a-z]+) from 8am)", words)
