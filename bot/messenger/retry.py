"""When to try a send again, and how long to leave a page alone. Pure: the waits are the table below.

A passing fault gets some 20 minutes. After that the message fails, so that staff hear of it the same hour.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.errors import OutcomeUnknown, PageBlocked, RateLimited, SendError, TemporarySendError, TokenInvalid


def _waits(*seconds: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=each) for each in seconds)


MINUTE, HOUR = 60, 3600

# The wait after the first try, the second, and so on; after the last one the message is given up. Errors that
# are not here are given up at once: the patient's window is closed, someone else answers, or it can never be sent.
WAITS: Mapping[type[SendError], Sequence[timedelta]] = {
    TemporarySendError: _waits(2, 5, 15, MINUTE, 5 * MINUTE, 15 * MINUTE),
    RateLimited: _waits(MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE),
    OutcomeUnknown: _waits(MINUTE, 5 * MINUTE, 15 * MINUTE),  # never less than a minute: the echo may still come
    # The page is stopped, so these hold only until it works again; they end before Meta's 24 hours do.
    PageBlocked: _waits(15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR),
    TokenInvalid: _waits(MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR),  # the page's own, longer pause comes on top
}
MOST_JITTER = 0.25  # of a wait: what failed together is not tried again together

PAGE_PAUSES = _waits(15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR)  # the last one for every stop from then on
RATE_PAUSE = timedelta(minutes=1)  # where Meta names no time
UNTIL_CONNECTED = timedelta(days=1)
"""A token does not heal: connecting the page again ends this pause, and one try a day tells if nobody did."""


def next_try(error: SendError, attempt: int, now: datetime, jitter: float) -> datetime | None:
    """When to send again after try number `attempt` (1 is the first); None: give up.

    `jitter` is a random number from 0 to 1. It only ever lengthens a wait, so that Meta's `retry_after` holds.
    """
    waits = WAITS.get(type(error), ())
    if not 1 <= attempt <= len(waits):
        return None
    wait = max(waits[attempt - 1], error.retry_after or timedelta(0))
    return now + wait * (1 + MOST_JITTER * jitter)


def pause_for(error: SendError, stops_before: int = 0) -> timedelta | None:
    """How long nothing is sent from the page; None: the page goes on.

    `stops_before` counts the page's stops in a row before this one: each makes a block's pause longer.
    """
    if isinstance(error, TokenInvalid):
        return UNTIL_CONNECTED
    if isinstance(error, PageBlocked):
        return PAGE_PAUSES[min(stops_before, len(PAGE_PAUSES) - 1)]
    if isinstance(error, RateLimited):
        return error.retry_after or RATE_PAUSE
    return None
