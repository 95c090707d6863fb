"""A day as people write it, and as a day begins on the clocks of the United Kingdom. Pure."""

from datetime import UTC, date, datetime, time

from bot.core.opening_hours import LONDON

YEARS = range(2001, 3000)


def read_day(text: str) -> date | None:
    """ "24/12/2026", or "2026-12-24" as machines write it; None: it is no day that anybody means."""
    day, _, rest = text.strip().partition("/")
    month, _, year = rest.partition("/")
    try:
        found = date(int(year), int(month), int(day)) if rest else date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.year in YEARS else None


def begins(day: date) -> datetime:
    """The midnight with which it begins in London, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
