"""What the pages of trainings and releases show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.core.promotion import why_not_promote
from bot.core.training_words import STEP_WORDS
from bot.nlu.evaluation.wording import MEANINGS, number, spoken
from bot.store import releases, training_runs
from bot.store.training_tables import OPEN_STATES, Release, TrainingRun

OPEN = OPEN_STATES
STATE_WORDS = {
    "waiting": ("Waiting", "grey"),
    "working": ("Running", "blue"),
    "ready": ("Ready", "green"),
    "refused": ("Not good enough", "red"),
    "failed": ("Failed", "red"),
    "cancelled": ("Cancelled", "grey"),
}
CHANGE_WORDS = {
    "now_wrong": ("Now wrong", "red"),
    "now_right": ("Now right", "green"),
    "different": ("Another reply", "grey"),
}
DECISION_WORDS = {
    "answer": "Answer",
    "clarify": "Ask back",
    "hand_off": "Hand over to staff",
    "red_flag": "Alarm: symptom",
    "emergency": "Alarm: emergency",
    "crisis": "Alarm: crisis",
    "small_talk": "Greet or thank",
    "out_of_scope": "Say it is out of scope",
    "other_language": "Reply in another language",
    "none": "No alarm",
}
OTHER_FLOORS = {
    "right": "Messages treated right",
    "caught": "Signs of danger noticed",
    "false_alarms": "False alarms at ordinary messages",
    "must_be_caught": "Signs of danger that must never be missed",
    "must_be_decided": "Checks passed",
}
NOBODY_TRAINS = "It waits, because the process that trains is not running. Tell whoever runs this service."
MOST_MESSAGES = 200  # in one list of a page: the first are the worst


@dataclass(frozen=True)
class Tag:
    """A state as a word with a colour."""

    text: str
    colour: str


@dataclass(frozen=True)
class ReleaseLine:
    """One release in the list. `why_not`: why this person cannot make it live; empty where they can."""

    name: str
    is_live: bool
    tag: Tag
    made: datetime
    live_since: datetime | None
    figures: Mapping[str, str]
    run_id: int | None  # the training that tested it
    why_not: str


def run_line(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One training in the list."""
    keys = ("id", "asked_at", "asked_name", "finished_at", "problem", "release")
    return {key: row[key] for key in keys} | {"tag": Tag(*STATE_WORDS[row["state"]])}


def run_page(row: TrainingRun, release: Release | None, words: str) -> dict[str, Any]:
    """Everything on the page of one training; `words` say how far it is."""
    found = row.found or {}
    return {
        "run": row,
        "state": Tag(*STATE_WORDS[row.state]),
        "is_open": row.state in OPEN,
        "words": words,
        "percent": percent(row),
        "release": release,
        "floors": [_floor(one) for one in (release.figures or {}).get("floors", ())] if release else [],
        "misses": [_miss(one) for one in found.get("misses", ())],
        "compared": found.get("compared", False),
        "counts": [(Tag(*words), found["counts"][name]) for name, words in CHANGE_WORDS.items() if "counts" in found],
        "differences": [_difference(one) for one in found.get("differences", ())[:MOST_MESSAGES]],
        "hidden": max(0, len(found.get("differences", ())) - MOST_MESSAGES),
        "topics": [one for one in found.get("topics", ()) if one["before"] != one["after"]],
        "spoken": spoken,
        "would": would,
    }


def would(treated: Mapping[str, Any] | str) -> str:
    """What the bot does with a message, in words: `Answer: does it hurt (cervical)`."""
    if isinstance(treated, str):
        return DECISION_WORDS.get(treated, spoken(treated))
    about = f": {', '.join(spoken(one) for one in treated['topics'])}" if treated["topics"] else ""
    tests = ", ".join(spoken(one).lower() for one in treated.get("programmes", ()))  # trainings of before have none
    return f"{would(treated['decision'])}{about}" + (f" ({tests})" if tests else "")


def progress_words(row: TrainingRun, now: datetime, *, has_trainer: bool) -> str:
    """What it does now, in words: `Reading the test messages with it: 120 of 2,089`.

    `has_trainer`: whether a process runs that can go on with it.
    """
    if row.state not in OPEN:
        return STATE_WORDS[row.state][0]
    if not has_trainer and (row.lease_until is None or row.lease_until < now):
        return NOBODY_TRAINS
    if row.cancelled_by:
        return "Stopping"
    how_far = f": {row.done:,} of {row.total:,}" if row.total else f", {row.done} seconds" if row.done else ""
    return f"{STEP_WORDS.get(row.step, 'Working')}{how_far}"


def percent(row: TrainingRun) -> int | None:
    """How much of the step is done; None where nobody knows."""
    return min(100, row.done * 100 // row.total) if row.total else None


def why_not(session: Session, release: Release | None, actor: str) -> str:
    """Why this person cannot promote it; empty where they can."""
    return why_not_promote(releases.facts_of(release, releases.live(session)), actor)


def release_lines(session: Session, rows: Sequence[Release], actor: str) -> list[ReleaseLine]:
    """The list, as it came."""
    live = releases.live(session)
    runs = training_runs.ids_by_release(session, [row.name for row in rows])
    return [_release_line(row, live, runs.get(row.name), actor) for row in rows]


def _release_line(row: Release, live: Release | None, run_id: int | None, actor: str) -> ReleaseLine:
    is_live = live is not None and row.name == live.name
    overall = (row.figures or {}).get("overall", {})
    names = ("topic_right", "confidently_wrong", "safety_caught")
    return ReleaseLine(
        row.name,
        is_live,
        _release_tag(row, is_live=is_live),
        row.created_at,
        row.live_since,
        {MEANINGS[name].name: number(name, overall[name]) for name in names if name in overall},
        run_id,
        why_not_promote(releases.facts_of(row, live), actor),
    )


def _release_tag(row: Release, *, is_live: bool) -> Tag:
    if is_live:
        return Tag("Live", "blue")
    if row.live_since:
        return Tag("Went back from", "orange") if row.rolled_back_at else Tag("Was live", "grey")
    words = {"ready": ("Ready", "green"), "refused": ("Not good enough", "red"), "candidate": ("Not tested", "grey")}
    return Tag(*words.get(row.state, ("Was live", "grey")))


def _floor(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _name(one["name"]),
        "says": MEANINGS[one["name"]].says if one["name"] in MEANINGS else "",
        "limit": _limit(one),
        "value": number(one["name"], one["value"]),
        "met": one["met"],
    }


def _miss(one: Mapping[str, Any]) -> dict[str, Any]:
    about = f" about “{spoken(one['topic'])}”" if one["topic"] else ""
    messages = one["messages"]
    return {
        "name": f"Messages{about} treated right" if about else _name(one["name"]),
        "limit": _limit(one),
        "value": number(one["name"], one["value"]),
        "messages": messages[:MOST_MESSAGES],
        "hidden": max(0, len(messages) - MOST_MESSAGES),
    }


def _name(name: str) -> str:
    return MEANINGS[name].name if name in MEANINGS else OTHER_FLOORS.get(name, spoken(name))


def _limit(one: Mapping[str, Any]) -> str:
    return f"{spoken(one['side'])} {number(one['name'], one['limit'])}"


def _difference(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "tag": Tag(*CHANGE_WORDS[one["change"]])}
