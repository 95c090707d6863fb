"""Opening hours as people write them: every usual way is read, and what is read says the same again."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.hours_words import hours_in_words, read_clock, read_hours
from bot.core.opening_hours import MOST_SPANS


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("8am", time(8)),
        ("8 AM", time(8)),
        ("6:30pm", time(18, 30)),
        ("6.30 p.m.", time(18, 30)),
        ("18:30", time(18, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("midday", time(12)),
        ("00:15", time(0, 15)),
    ],
)
def test_a_time_is_read(text: str, moment: time) -> None:
    assert read_clock(text) == moment


@pytest.mark.parametrize("text", ["", "8", "25:00", "8:75am", "13pm", "0am", "half past 8", "8am to 9am", "٨am"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_clock(text) is None


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("8am to 6:30pm", ("08:00", "18:30")),
        ("08:00-18:30", ("08:00", "18:30")),
        ("8am–1pm, 2pm–6.30pm", ("08:00", "13:00", "14:00", "18:30")),
        ("8am to 1pm and 2pm to 6:30pm", ("08:00", "13:00", "14:00", "18:30")),
        ("9am until midday.", ("09:00", "12:00")),
        ("", ()),
        ("Closed", ()),
    ],
)
def test_hours_are_read(text: str, times: tuple[str, ...]) -> None:
    assert read_hours(text) == times


@pytest.mark.parametrize(
    "text", ["8am", "8am to", "6pm to 8am", "8am to 1pm, 12pm to 6pm", "all day", "8am to 9am to 10am", "8am, 6pm", ","]
)
def test_what_are_no_hours_are_none(text: str) -> None:
    assert read_hours(text) is None


@given(some.lists(some.times(), min_size=0, max_size=2 * MOST_SPANS))
def test_what_is_shown_is_read_as_the_same(moments: list[time]) -> None:
    times = sorted({f"{moment:%H:%M}" for moment in moments})
    times = times[: len(times) // 2 * 2]
    assert read_hours(hours_in_words(times)) == tuple(times)


@given(some.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    found = read_hours(text)
    assert found is None or len(found) % 2 == 0
