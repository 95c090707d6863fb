"""Times come in seconds or milliseconds, as numbers or text, and sometimes make no sense."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.events import TextMessage
from tests.messenger.one_webhook import NINE, events_of, item, only

EXACT = datetime(2026, 11, 9, 9, 0, 0, 123_000, UTC)


def time_of(timestamp: Any) -> Any:
    return only(events_of(item(timestamp, message={"mid": "m", "text": "x"})), TextMessage).happened_at


@pytest.mark.parametrize("given", [NINE, str(NINE), float(NINE)])
def test_milliseconds_are_kept(given: Any) -> None:
    assert time_of(given) == EXACT


@pytest.mark.parametrize("given", [NINE // 1000, str(NINE // 1000), float(NINE // 1000)])
def test_seconds_are_seconds(given: Any) -> None:
    assert time_of(given) == EXACT.replace(microsecond=0)


@pytest.mark.parametrize(
    "given",
    [
        None, True, 0, -1, 1, NINE * 1000, 10**400, -(10**400), float("nan"), float("inf"), 1e300,
        "", "soon", "2026-11-09T09:00:00Z", "-1794214800", "١٧٩٤٢١٤٨٠٠", "9" * 400, [], {}, [NINE],
    ],
)  # fmt: skip
def test_a_time_that_makes_no_sense_is_none(given: Any) -> None:
    assert time_of(given) is None


def test_every_millisecond_of_a_second_is_exact() -> None:
    for extra in range(1000):
        assert time_of(NINE + extra) == EXACT + timedelta(milliseconds=extra)
