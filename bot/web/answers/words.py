"""Answers in the words that staff read: nations, statuses, dates, and the runs of a difference. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.answer_lifecycle import NOTICE
from bot.core.lint.finding import Finding, Severity
from bot.core.messages import Nation
from bot.store.answer_rows import serves
from bot.store.tables import AnswerVersion

NATIONS = {nation.value: nation.value.replace("_", " ").title() for nation in Nation}
STATUSES = {
    "draft": "Draft",
    "sample": "Sample",
    "approved": "Live",
    "replaced": "Replaced",
    "withdrawn": "Withdrawn",
}
COLOURS = {"draft": "grey", "sample": "yellow", "approved": "green", "replaced": "white", "withdrawn": "red"}


@dataclass(frozen=True)
class Tag:
    """A coloured word. `colour` is one of the NHS.UK frontend's."""

    text: str
    colour: str


def nations(names: Iterable[str]) -> str:
    """ "England and Wales"; "every nation" for all four."""
    found = [NATIONS[str(name)] for name in names]
    if len(found) == len(NATIONS):
        return "every nation"
    return " and ".join(filter(None, (", ".join(found[:-1]), *found[-1:]))) or "no nation now"


def status_tag(row: AnswerVersion, *, waits: bool) -> Tag:
    if waits:
        return Tag("Waiting for approval", "blue")
    return Tag(STATUSES[row.status], COLOURS[row.status])


def due_tag(row: AnswerVersion, today: date) -> Tag | None:
    """Whether it has to be reviewed soon, or is withheld because nobody did; None where neither, or not in use."""
    left = date.fromisoformat(row.review_by) - today
    if row.status not in ("approved", "sample") or left > NOTICE:
        return None
    return Tag("Review overdue: not sent", "red") if left < timedelta() else Tag("Review due soon", "orange")


def day(iso: str | date) -> str:
    """ "26 November 2026"."""
    at = date.fromisoformat(iso) if isinstance(iso, str) else iso
    return f"{at.day} {at:%B %Y}"


def whose(row: AnswerVersion, practices: Mapping[int, str]) -> str:
    if row.practice_id is None:
        return "Every practice"
    return practices.get(row.practice_id, "One practice")


def nations_of(row: AnswerVersion) -> tuple[str, ...]:
    """Those that it serves now, or, where it serves nobody, those that it was written for."""
    return tuple(serves(row) if row.status in ("approved", "sample") else row.nations)


def served(row: AnswerVersion) -> str:
    return nations(nations_of(row))


def finding(one: Finding) -> str:
    """What the lint says, as a line for a list."""
    what = "Must change" if one.severity is Severity.ERROR else "Look at this"
    return f"{what}, line {one.line}: {one.problem}"


def short(text: str, most: int = 160) -> str:
    """The beginning of a wording on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} ..."
