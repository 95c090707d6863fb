"""What has to be reviewed, by month. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.topics import Topics
from bot.store.tables import AnswerVersion
from bot.web.answers import words
from bot.web.inbox.words import programme, topic


@dataclass(frozen=True)
class DueLine:
    """An answer in use, and by when it has to be reviewed."""

    id: int
    question: str
    about: str
    day: str
    owner: str
    is_sample: bool


@dataclass(frozen=True)
class Month:
    """The answers of one month, by day. `is_overdue`: those of all months before today, which nobody gets."""

    name: str
    is_overdue: bool
    lines: tuple[DueLine, ...]


def months(rows: Iterable[AnswerVersion], topics: Topics, today: date, practices: Mapping[int, str]) -> list[Month]:
    """What of these is overdue first, then month by month; months without anything are left out."""
    found: dict[str, list[DueLine]] = {}
    for row in sorted(rows, key=lambda row: (row.review_by, row.id)):
        by = date.fromisoformat(row.review_by)
        name = "Overdue" if by < today else f"{by:%B %Y}"
        found.setdefault(name, []).append(_line(row, topics, practices))
    return [Month(name, name == "Overdue", tuple(lines)) for name, lines in found.items()]


def _line(row: AnswerVersion, topics: Topics, practices: Mapping[int, str]) -> DueLine:
    own = f", {words.whose(row, practices)}" if row.practice_id else ""
    about = f"{programme(row.programme)}, {words.served(row)}{own}"
    is_sample = row.status == "sample"
    return DueLine(row.id, topic(row.topic, topics), about, words.day(row.review_by), row.owner, is_sample)
