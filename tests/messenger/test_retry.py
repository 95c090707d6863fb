"""How long a failed send waits, and how long a page is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.errors import (
    NotTheOwner,
    OutcomeUnknown,
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    TemporarySendError,
    TokenInvalid,
    WindowClosed,
)
from bot.messenger.retry import next_try, pause_for

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KINDS = (
    TemporarySendError,
    RateLimited,
    OutcomeUnknown,
    WindowClosed,
    NotTheOwner,
    PageBlocked,
    TokenInvalid,
    PermanentSendError,
)


def waits(error: SendError) -> list[float]:
    """The seconds between the tries until the message is given up."""
    times = (next_try(error, attempt, NOW, jitter=0) for attempt in range(1, 12))
    return [(time - NOW).total_seconds() for time in times if time is not None]


def test_a_passing_fault_is_tried_again_soon_and_then_ever_later() -> None:
    assert waits(TemporarySendError("busy")) == [2, 5, 15, 60, 300, 900]


@pytest.mark.parametrize("kind", [WindowClosed, NotTheOwner, PermanentSendError])
def test_what_can_never_be_sent_is_given_up_at_once(kind: type[SendError]) -> None:
    assert waits(kind("no")) == []


@pytest.mark.parametrize("attempt", range(1, 4))
def test_an_unknown_outcome_waits_for_the_echo_for_a_minute_at_least(attempt: int) -> None:
    due = next_try(OutcomeUnknown("lost"), attempt, NOW, jitter=0)
    assert due is not None
    assert due - NOW >= timedelta(seconds=60)


def test_a_message_of_a_stopped_page_is_kept_for_later() -> None:
    assert waits(TokenInvalid("no token"))
    assert waits(PageBlocked("blocked"))


def test_no_message_is_tried_for_longer_than_meta_lets_a_page_answer() -> None:
    assert all(sum(waits(kind("any"))) < timedelta(hours=24).total_seconds() for kind in KINDS)


def test_metas_own_waiting_time_counts_where_it_is_longer() -> None:
    assert waits(RateLimited("slow down", retry_after=timedelta(minutes=10)))[:3] == [600, 600, 600]
    assert waits(RateLimited("slow down", retry_after=timedelta(seconds=3)))[0] == 60


@given(some.sampled_from(KINDS), some.integers(1, 6), some.floats(0, 1))
def test_jitter_only_makes_a_wait_longer_and_by_a_quarter_at_most(
    kind: type[SendError], attempt: int, jitter: float
) -> None:
    error = kind("any", retry_after=timedelta(seconds=70))
    plain, spread = (next_try(error, attempt, NOW, jitter=each) for each in (0, jitter))
    assert (plain is None) == (spread is None)
    if plain is not None and spread is not None:
        assert plain - NOW <= spread - NOW <= (plain - NOW) * 1.25


def test_a_blocked_page_rests_a_quarter_of_an_hour_and_then_longer() -> None:
    rests = [pause_for(PageBlocked("blocked"), stops_before=stops) for stops in range(6)]
    assert [rest / timedelta(minutes=1) for rest in rests if rest] == [15, 60, 240, 720, 720, 720]


def test_a_page_without_a_valid_token_rests_until_it_is_connected_again() -> None:
    assert pause_for(TokenInvalid("no token")) == timedelta(days=1)


def test_a_page_that_is_too_fast_rests_as_long_as_meta_says_or_a_minute() -> None:
    assert pause_for(RateLimited("slow down", retry_after=timedelta(minutes=7))) == timedelta(minutes=7)
    assert pause_for(RateLimited("slow down")) == timedelta(minutes=1)


@pytest.mark.parametrize("kind", [TemporarySendError, OutcomeUnknown, WindowClosed, NotTheOwner, PermanentSendError])
def test_what_concerns_one_message_does_not_stop_the_page(kind: type[SendError]) -> None:
    assert pause_for(kind("any", retry_after=timedelta(minutes=7))) is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_that_stops_the_page_has_a_pause(kind: type[SendError]) -> None:
    assert not kind.stops_the_page or pause_for(kind("any")) is not None
