"""The inbox's words for times, windows, topics and reasons."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.messages import DecisionKind
from bot.core.waiting import SlaState
from bot.core.windows import TimeLeft
from bot.web.inbox import words
from tests.builders import NOON, after
from tests.web.inbox_room import topics


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ({"seconds": 59}, "less than a minute"),
        ({"minutes": 1}, "1 minute"),
        ({"minutes": 59, "seconds": 59}, "59 minutes"),
        ({"hours": 1}, "1 hour"),
        ({"hours": 2, "minutes": 1}, "2 hours 1 minute"),
        ({"hours": 6, "minutes": 30}, "6 hours"),
        ({"hours": 47}, "47 hours"),
        ({"hours": 48}, "2 days"),
        ({"days": 6, "hours": 23}, "6 days"),
    ],
)
def test_a_span_is_said_as_people_say_it(time: dict[str, int], said: str) -> None:
    assert words.span(timedelta(**time)) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOON, "midday"),
        (after(hours=-24), "yesterday at midday"),
        (after(hours=21), "tomorrow at 9am"),
        (after(days=3, minutes=30), "27 November at 12:30pm"),
        (datetime(2027, 7, 1, 8, 30, tzinfo=UTC), "1 July 2027 at 9:30am"),  # British summer time
    ],
)
def test_a_moment_is_on_the_clocks_of_the_united_kingdom(at: datetime, said: str) -> None:
    assert words.moment(at, NOON) == said


@pytest.mark.parametrize(
    ("response", "human_agent", "said"),
    [
        (timedelta(hours=3), None, "3 hours left to reply"),
        (timedelta(), timedelta(days=5), "5 days left to reply in your own words"),
        (timedelta(), None, "Too late to reply in Messenger"),
        (timedelta(), timedelta(), "Too late to reply in Messenger"),
    ],
)
def test_a_window_says_what_is_left(response: timedelta, human_agent: timedelta | None, said: str) -> None:
    assert words.window(TimeLeft(response, human_agent)) == said


@pytest.mark.parametrize(
    ("state", "due", "said"),
    [
        (None, None, ""),
        (SlaState.ON_TIME, after(hours=4), "Answer due at 4pm"),
        (SlaState.HALF_GONE, after(hours=4), "Answer due at 4pm, more than half the time is gone"),
        (SlaState.LATE, after(hours=-24), "Late: an answer was due yesterday at midday"),
    ],
)
def test_the_promise_is_said_with_its_time(state: SlaState | None, due: datetime | None, said: str) -> None:
    assert words.sla(state, due, NOON) == said


def test_every_decision_has_its_words() -> None:
    assert words.DECISIONS.keys() == set(DecisionKind)


def test_what_it_is_about_is_said_in_the_words_of_patients() -> None:
    assert words.about("breast", "does_it_hurt", topics()) == "Breast screening: Does it hurt?"
    assert words.about(None, "gone_topic", topics()) == "Gone topic"
    assert words.about("cervical", None, topics()) == "Cervical screening"


@pytest.mark.parametrize("text", ["👩‍⚕️", "می‌خواهم", "Ünïcødé", "two\nlines\tand a tab"])
def test_what_people_really_write_stays_as_it_is(text: str) -> None:
    assert words.inert(text) == text
