"""A conversation as plain text for the patient's health record in the GP system. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.opening_hours import LONDON, clock

TAKEN_BACK = "(the patient took this message back)"


@dataclass(frozen=True)
class Said:
    """One message of the conversation, in the words that were used. `was_sent` is False for what never left."""

    author: Literal["patient", "bot", "staff"]
    text: str
    at: datetime
    name: str | None = None  # the colleague's
    was_sent: bool = True
    taken_back: bool = False


def summary(practice: str, said: Sequence[Said], now: datetime, *, copied_by: str, outcome: str | None = None) -> str:
    """The text to paste. Times are Europe/London. What was never sent is left out: the patient did not read it."""
    kept = [one for one in said if one.was_sent]
    lines = [f"Facebook Messenger conversation with {practice}"]
    if kept:
        lines.append(f"From {_moment(kept[0].at)} to {_moment(kept[-1].at)}")
    lines.append(f"Copied by {copied_by} on {_moment(now)}")
    if outcome:
        lines.append(f"Outcome: {outcome}")
    for one in kept:
        lines += ["", f"{_moment(one.at)} - {_who(one)}:", _words(one)]
    return "\n".join(lines) + "\n"


def _who(one: Said) -> str:
    if one.author == "patient":
        return "Patient"
    if one.author == "bot":
        return "Automated reply"
    return f"Staff ({one.name})" if one.name else "Staff"


def _words(one: Said) -> str:
    """No control characters: GP systems take plain text, and hidden direction marks could disguise it."""
    if one.taken_back:
        return TAKEN_BACK
    return "".join(letter for letter in one.text if letter.isprintable() or letter == "\n").strip() or "(no words)"


def _moment(at: datetime) -> str:
    here = at.astimezone(LONDON)
    return f"{here.day} {here:%B %Y}, {clock(here.time())}"
