"""The clock of a practice's promise to answer: it stands still while the surgery is closed. Pure.

Hours are on the surgery's wall (Europe/London); the time between two moments is real time, so that the night in
which the clocks change does not lend or take an hour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.core.messages import Nation
from bot.core.opening_hours import CORE_HOURS, LONDON, hours_on

MOST_DAYS = 60  # looked ahead: a promise of some days, over the longest holidays


@dataclass(frozen=True)
class Opening:
    """When a practice is open: its own hours with their exceptions, and its nation's bank holidays."""

    hours: Mapping[str, Sequence[str]]
    nation: Nation

    def spans(self, start: datetime, days: int = MOST_DAYS) -> Iterator[tuple[datetime, datetime]]:
        """The spans of being open, in UTC, from the day of `start` on; the first may begin before it."""
        first = start.astimezone(LONDON).date()
        for ahead in range(days):
            day = first + timedelta(days=ahead)
            for opens, closes in hours_on(day, self.hours or CORE_HOURS, self.nation):
                yield _moment(day, opens), _moment(day, closes)

    def after(self, start: datetime, open_time: timedelta) -> datetime | None:
        """When `open_time` of opening hours has passed since `start`; None: not within `MOST_DAYS`."""
        left = open_time
        for opens, closes in self.spans(start):
            begins = max(opens, start)
            if begins >= closes:
                continue
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` the surgery is open."""
        open_time = timedelta()
        days = max((end.astimezone(LONDON).date() - start.astimezone(LONDON).date()).days + 1, 0)
        for opens, closes in self.spans(start, days):
            open_time += max(min(closes, end) - max(opens, start), timedelta())
        return open_time

    def closes_on(self, day: date) -> datetime | None:
        """When the surgery closes for the night on that day of its own calendar, in UTC; None: it does not open."""
        spans = hours_on(day, self.hours or CORE_HOURS, self.nation)
        return _moment(day, spans[-1][1]) if spans else None

    def end_of_day(self, day: date, wanted: time | None) -> datetime | None:
        """When the list of what is still open is due: at `wanted`, else at closing. None: the surgery does not open."""
        closes = self.closes_on(day)
        return _moment(day, wanted) if closes and wanted else closes


def _moment(day: date, on_the_wall: time) -> datetime:
    return datetime.combine(day, on_the_wall, LONDON).astimezone(UTC)
