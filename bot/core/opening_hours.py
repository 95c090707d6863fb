"""When staff next look at messages, in words: the surgery's hours, bank holidays and clock changes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

from bot.core.messages import Nation

LONDON = ZoneInfo("Europe/London")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CORE_HOURS: Mapping[str, Sequence[str]] = dict.fromkeys(DAYS[:5], ("08:00", "18:30"))
MOST_SPANS = 4  # in a day
FURTHEST = 14  # days looked ahead; the longest run of closed days in the UK is 4
Span = tuple[time, time]  # opens, closes
_SUBDIVISION = {Nation.ENGLAND: "ENG", Nation.SCOTLAND: "SCT", Nation.WALES: "WLS", Nation.NORTHERN_IRELAND: "NIR"}


def hours_on(day: date, hours: Mapping[str, Sequence[str]], nation: Nation) -> tuple[Span, ...]:
    """When the surgery is open on one day, in order; empty where it does not open.

    A day's times alternate: opens, closes, opens again, closes again. A date in `hours` ("2026-12-24") overrides its
    weekday.
    """
    exception = hours.get(day.isoformat())
    if exception is None and day in _bank_holidays(nation, day.year):
        return ()
    times = exception if exception is not None else hours.get(DAYS[day.weekday()], ())
    return spans_of(times) or ()


def spans_of(times: Sequence[str]) -> tuple[Span, ...] | None:
    """("08:00", "13:00", "14:00", "18:30") as two spans; None where they are no times, not in order, or an odd number.

    Empty is right too: closed.
    """
    try:
        moments = [time.fromisoformat(text) for text in times]
        in_order = all(earlier < later for earlier, later in pairwise(moments))
    except (ValueError, TypeError):
        return None
    if len(moments) % 2 or len(moments) > 2 * MOST_SPANS or not in_order:
        return None
    return tuple(zip(moments[::2], moments[1::2], strict=True))


def bank_holidays(nation: Nation, start: date, days: int) -> list[date]:
    """Those from `start` on, so many days ahead."""
    found = _bank_holidays(nation, start.year) | _bank_holidays(nation, start.year + 1)
    return sorted(day for day in found if start <= day < start + timedelta(days=days))


@lru_cache(maxsize=64)
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISION[nation], years=year))


def next_look(hours: Mapping[str, Sequence[str]], nation: Nation, now: datetime) -> str:
    """To follow "They next look at messages": "today before 6:30pm", "on Monday 30 November from 8am"."""
    here = now.astimezone(LONDON)
    for ahead in range(FURTHEST):
        day = here.date() + timedelta(days=ahead)
        spans = hours_on(day, hours or CORE_HOURS, nation)
        left = [span for span in spans if ahead > 0 or here.time() < span[1]]
        if not left:
            continue
        opens, closes = left[0]
        if ahead == 0:
            return f"today before {clock(closes)}" if here.time() >= opens else f"today from {clock(opens)}"
        if ahead == 1:
            return f"tomorrow from {clock(opens)}"
        return f"on {DAYS[day.weekday()].capitalize()} {day.day} {day:%B} from {clock(opens)}"
    return "when the surgery is next open"


def clock(moment: time) -> str:
    """A time as the NHS writes it: 8am, 6:30pm, midday."""
    if (moment.hour, moment.minute) == (12, 0):
        return "midday"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"
