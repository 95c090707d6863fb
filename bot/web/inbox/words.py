"""Times, windows, topics and decisions in the words that staff read. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.messages import DecisionKind
from bot.core.opening_hours import LONDON, clock
from bot.core.topics import Topic
from bot.core.waiting import SlaState
from bot.core.windows import TimeLeft

PROGRAMMES = {
    "breast": "Breast screening",
    "cervical": "Cervical screening",
    "bowel": "Bowel screening",
    "lung": "Lung screening",
    "aaa": "AAA screening",
    "diabetic_eye": "Diabetic eye screening",
    "any": "Any screening",
}
DECISIONS = {
    DecisionKind.ANSWER: "The bot answered.",
    DecisionKind.CLARIFY: "The bot asked what was meant.",
    DecisionKind.HAND_OFF: "The bot handed this to staff.",
    DecisionKind.RED_FLAG: "The bot saw a symptom and handed this to staff.",
    DecisionKind.EMERGENCY: "The bot saw an emergency, named 999 and handed this to staff.",
    DecisionKind.CRISIS: "The bot saw a crisis, named helplines and handed this to staff.",
    DecisionKind.SMALL_TALK: "The bot took this for small talk.",
    DecisionKind.OUT_OF_SCOPE: "The bot took this for something other than screening.",
    DecisionKind.OTHER_LANGUAGE: "The bot took this for another language.",
    DecisionKind.OPT_OUT: "The patient asked the bot to stop.",
    DecisionKind.OPT_IN: "The patient asked the bot to start again.",
    DecisionKind.STAY_SILENT: "The bot said nothing.",
    DecisionKind.UNAVAILABLE: "The bot could not read this.",
}
DANGERS = {
    "red_flag": "The patient wrote of a symptom",
    "emergency": "This may be an emergency: the bot named 999",
    "crisis": "The patient may be in a crisis: the bot named helplines",
}
# Marks that turn the direction of what follows, and control characters. Marks that join letters or emoji stay.
_DISGUISES = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")


def inert(text: str) -> str:
    """The text without marks that could make it, or what stands beside it, look like something else."""
    return _DISGUISES.sub("", text)


def span(time: timedelta) -> str:
    """How long, as people say it: "5 minutes", "2 hours 5 minutes", "3 days"."""
    minutes = int(time.total_seconds()) // 60
    if minutes < 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return _count(hours // 24, "day")
    if hours and minutes and hours < 6:
        return f"{_count(hours, 'hour')} {_count(minutes, 'minute')}"
    return _count(hours, "hour") if hours else _count(minutes, "minute")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def moment(at: datetime, now: datetime) -> str:
    """A time on the clocks of the United Kingdom, with its day where that is not today."""
    here, today = at.astimezone(LONDON), now.astimezone(LONDON).date()
    at_clock = clock(here.time())
    if here.date() == today:
        return at_clock
    if here.date() == today - timedelta(days=1):
        return f"yesterday at {at_clock}"
    if here.date() == today + timedelta(days=1):
        return f"tomorrow at {at_clock}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%B}{year} at {at_clock}"


def window(left: TimeLeft) -> str:
    """How long a reply can still be sent. `left.human_agent` is None without Meta's permission."""
    if left.response:
        return f"{span(left.response)} left to reply"
    if left.human_agent:
        return f"{span(left.human_agent)} left to reply in your own words"
    return "Too late to reply in Messenger"


def sla(state: SlaState | None, due: datetime | None, now: datetime) -> str:
    """How the practice's promise stands; "" where nobody waits."""
    if state is None:
        return ""
    if due is None:
        return "The surgery is closed for long: no time is promised"
    when = moment(due, now)
    if state is SlaState.LATE:
        return f"Late: an answer was due {_at(when)}"
    return (
        f"Answer due {_at(when)}, more than half the time is gone"
        if state is SlaState.HALF_GONE
        else f"Answer due {_at(when)}"
    )


def _at(when: str) -> str:
    return when if " at " in when else f"at {when}"


def programme(name: str | None) -> str:
    return PROGRAMMES.get(name, name.replace("_", " ").capitalize()) if name else ""


def topic(name: str | None, topics: Mapping[str, Topic]) -> str:
    """A topic as a patient would ask it."""
    if not name:
        return ""
    known = topics.get(name)
    return known.question if known else name.replace("_", " ").capitalize()


def about(programme_name: str | None, topic_name: str | None, topics: Mapping[str, Topic]) -> str:
    """What a conversation is about: "Breast screening: Does it hurt?"; "" where that is not known."""
    return ": ".join(part for part in (programme(programme_name), topic(topic_name, topics)) if part)


def why(reason: str | None) -> str:
    """Why the conversation waits for staff, as a sentence; the dangers that the bot found by what they are."""
    words = DANGERS.get(reason or "", inert(reason or ""))
    return words[:1].upper() + words[1:]
