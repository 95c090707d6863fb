"""A day's opening hours as people write and read them: "8am to 1pm, 2pm to 6:30pm". Pure."""

import re
from collections.abc import Sequence
from datetime import time

from bot.core.opening_hours import clock, spans_of

CLOSED = "closed"
_SPLIT = re.compile(r"\s*(?:,|;|\band\b)\s*")
_TO = re.compile(r"\s*(?:\bto\b|\buntil\b|-|–|—)\s*")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.ASCII)
_NAMED = {"midday": time(12), "noon": time(12), "midnight": time(0)}


def read_clock(text: str) -> time | None:
    """ "8am", "6:30pm", "6.30 pm", "18:30", "midday"; None: it is no time. A bare "8" could be either and is none."""
    said = text.strip().lower().replace("a.m.", "am").replace("p.m.", "pm")
    if said in _NAMED:
        return _NAMED[said]
    found = _CLOCK.fullmatch(said)
    if found is None or (found[2] is None and found[3] is None):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_hours(text: str) -> tuple[str, ...] | None:
    """As they are stored: ("08:00", "13:00", "14:00", "18:30"). Empty where it is closed; None: they are no hours."""
    said = text.strip().lower().rstrip(".")
    if said in ("", CLOSED):
        return ()
    times: list[str] = []
    for span in _SPLIT.split(said):
        moments = [read_clock(one) for one in _TO.split(span)]
        if len(moments) != 2:
            return None
        times += [f"{moment:%H:%M}" for moment in moments if moment is not None]
    return tuple(times) if spans_of(times) else None


def hours_in_words(times: Sequence[str]) -> str:
    """The same back as words; "" where it is closed."""
    return ", ".join(f"{clock(opens)} to {clock(closes)}" for opens, closes in spans_of(times) or ())
