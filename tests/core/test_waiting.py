"""What staff are told of, and when: before the promise is broken, and before a window ends while they still work."""

from datetime import datetime, timedelta

import pytest

from bot.core.messages import Nation
from bot.core.open_time import Opening
from bot.core.waiting import Due, Promise, SlaState, Wait, what_is_due
from tests.core.test_open_time import london

NINE = london(2026, 11, 24, 9)
PROMISE = Promise(Opening({}, Nation.ENGLAND), timedelta(hours=4))
REPLYING = Promise(Opening({}, Nation.ENGLAND), timedelta(hours=4), staff_replies=True)
ALL_WEEK = Promise(Opening({}, Nation.ENGLAND), timedelta(hours=4), staff_replies=True, human_agent=True)


def kinds(wait: Wait, promise: Promise, now: datetime) -> list[str]:
    return [due.kind for due in what_is_due(wait, promise, now)]


@pytest.mark.parametrize(
    ("now", "state", "due"),
    [
        (london(2026, 11, 24, 10, 59), SlaState.ON_TIME, []),
        (london(2026, 11, 24, 11), SlaState.HALF_GONE, ["half_sla"]),
        (london(2026, 11, 24, 12, 59), SlaState.HALF_GONE, ["half_sla"]),
        (london(2026, 11, 24, 13), SlaState.LATE, ["sla"]),
    ],
)
def test_the_promise_is_told_of_at_half_time_and_when_it_is_broken(
    now: datetime, state: SlaState, due: list[str]
) -> None:
    assert PROMISE.state(NINE, now) is state
    assert kinds(Wait(NINE, None, urgent=False), PROMISE, now) == due


def test_the_clock_stands_still_at_night() -> None:
    evening = london(2026, 11, 24, 17, 30)
    assert PROMISE.state(evening, london(2026, 11, 25, 8, 59)) is SlaState.ON_TIME
    assert PROMISE.state(evening, london(2026, 11, 25, 9)) is SlaState.HALF_GONE


def test_a_sign_of_danger_is_told_of_at_once_even_at_night() -> None:
    night = london(2026, 11, 24, 23)
    assert what_is_due(Wait(night, None, urgent=True), PROMISE, night) == (Due("urgent", night, night),)


@pytest.mark.parametrize(
    ("wrote", "told_from"),
    [
        (london(2026, 11, 24, 12), london(2026, 11, 25, 10)),  # two hours before
        (london(2026, 11, 24, 3), london(2026, 11, 24, 16, 30)),  # ends at night: two open hours before closing
        (london(2026, 11, 27, 21), london(2026, 11, 27, 21)),  # ends on a Saturday: at once
    ],
)
def test_a_window_is_told_of_while_staff_can_still_answer(wrote: datetime, told_from: datetime) -> None:
    wait, long_promise = Wait(wrote, wrote, urgent=False), Promise(REPLYING.opening, timedelta(days=3), True)
    assert told_from == wrote or kinds(wait, long_promise, told_from - timedelta(minutes=1)) == []
    assert what_is_due(wait, long_promise, told_from) == (Due("day_ends", wrote, wrote + timedelta(hours=24)),)


def test_with_metas_permission_the_end_of_the_7_days_is_told_of_too() -> None:
    wrote, promise = london(2026, 11, 24, 12), Promise(ALL_WEEK.opening, timedelta(days=9), True, True)
    assert kinds(Wait(wrote, wrote, urgent=False), promise, london(2026, 12, 1, 9, 59)) == []
    assert kinds(Wait(wrote, wrote, urgent=False), promise, london(2026, 12, 1, 10)) == ["week_ends"]
    assert kinds(Wait(wrote, wrote, urgent=False), REPLYING, london(2026, 12, 1, 10)) == ["sla"]


def test_a_window_that_is_over_is_not_told_of() -> None:
    wrote = london(2026, 11, 24, 12)
    assert "day_ends" not in kinds(Wait(wrote, wrote, urgent=False), REPLYING, wrote + timedelta(hours=24))


def test_where_staff_do_not_reply_windows_are_nothing_to_them() -> None:
    wrote = london(2026, 11, 24, 12)
    assert kinds(Wait(wrote, wrote, urgent=False), PROMISE, london(2026, 11, 25, 11)) == ["sla"]
