"""The list of answers: its tabs, filters, counts and lines. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.answer_gaps import Gap, gaps
from bot.core.answer_lifecycle import NOTICE
from bot.core.answers import AnswerBook, Withheld
from bot.core.messages import Nation
from bot.core.practice import PracticeFacts
from bot.core.topics import Topics
from bot.store.tables import AnswerVersion
from bot.web.answers import words
from bot.web.answers.words import Tag
from bot.web.inbox.words import programme, topic

ON_A_PAGE = 50
WRITTEN = ("approved", "sample", "draft")


class Show(StrEnum):
    """The tabs."""

    IN_USE = "in-use"
    SAMPLES = "samples"  # in a demo they are in use
    DRAFTS = "drafts"
    WAITING = "waiting"
    DUE = "due"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


TABS = {
    Show.IN_USE: "In use",
    Show.SAMPLES: "Samples",
    Show.DRAFTS: "Drafts",
    Show.WAITING: "Waiting for approval",
    Show.DUE: "Review due",
    Show.MISSING: "Missing",
    Show.WITHDRAWN: "Withdrawn",
    Show.REPLACED: "Replaced",
}
EMPTY = {
    Show.IN_USE: "No answer is in use yet. Write one, send it for approval, and it shows here once it is live.",
    Show.SAMPLES: "There are no samples.",
    Show.DRAFTS: "There are no drafts. Write a new answer, or edit one that is in use.",
    Show.WAITING: "Nothing waits for approval.",
    Show.DUE: "Nothing has to be reviewed in the next 30 days.",
    Show.MISSING: "Every question has an answer in every nation.",
    Show.WITHDRAWN: "No answer has been withdrawn.",
    Show.REPLACED: "No answer has been replaced yet.",
}
NOTHING_FITS = "Nothing fits what you chose. Choose less, or clear the filters."


@dataclass(frozen=True)
class Filters:
    """What was chosen; "" is everything. `whose`: "all" for everybody's, or a practice's number."""

    topic: str = ""
    programme: str = ""
    nation: str = ""
    whose: str = ""

    @property
    def are_set(self) -> bool:
        return bool(self.topic or self.programme or self.nation or self.whose)

    def fit(self, row: AnswerVersion) -> bool:
        """Whether they let a version through."""
        return (
            self.topic in ("", row.topic)
            and self.programme in ("", row.programme)
            and (not self.nation or self.nation in words.nations_of(row))
            and self.whose in ("", "all" if row.practice_id is None else str(row.practice_id))
        )

    def fit_gap(self, gap: Gap, nation: str) -> bool:
        """Whether they let a missing answer through."""
        return (
            self.topic in ("", gap.topic)
            and self.programme in ("", gap.programme or "any")
            and self.nation in ("", nation)
            and self.whose in ("", "all")
        )


@dataclass(frozen=True)
class Line:
    """One version in the list."""

    id: int
    question: str
    about: str
    text: str
    tags: tuple[Tag, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class MissingLine:
    """A question that no practice can answer in some nations. `nation` is the first of them, for the form."""

    topic: str
    programme: str
    nation: str
    question: str
    about: str
    why: str


def in_use(*, is_demo: bool) -> tuple[str, ...]:
    """The statuses of what patients may get."""
    return ("approved", "sample") if is_demo else ("approved",)


def belongs(row: AnswerVersion, show: Show, used: Collection[str], waiting: Collection[int], today: date) -> bool:
    """Whether a version stands on this tab. `used` are the statuses of what patients may get."""
    if show is Show.IN_USE:
        return row.status in used
    if show is Show.SAMPLES:
        return row.status == "sample"
    if show is Show.DUE:
        return row.status in used and date.fromisoformat(row.review_by) - today <= NOTICE
    if show is Show.WAITING:
        return row.id in waiting
    if show is Show.DRAFTS:
        return row.status == "draft"
    return row.status == show.value


def line(
    row: AnswerVersion,
    topics: Topics,
    practices: Mapping[int, str],
    sent: Mapping[int, int],
    waiting: Collection[int],
    today: date,
) -> Line:
    tags = [words.status_tag(row, waits=row.id in waiting), words.due_tag(row, today)]
    tags.append(Tag(words.whose(row, practices), "purple") if row.practice_id else None)
    count = sent.get(row.id, 0)
    return Line(
        id=row.id,
        question=topic(row.topic, topics),
        about=f"{programme(row.programme)}, {words.served(row)}",
        text=words.short(row.text),
        tags=tuple(filter(None, tags)),
        facts=(
            f"Review by {words.day(row.review_by)}",
            f"Owner: {row.owner}",
            f"Sent {count:,} time{'' if count == 1 else 's'}",
        ),
    )


def missing(book: AnswerBook, topics: Topics, today: date, filters: Filters) -> list[MissingLine]:
    """The questions without an answer, a line for all nations in which it is missing for the same reason."""
    found: dict[tuple[str, str, Withheld], list[str]] = {}
    for nation in Nation:
        for gap in gaps(book, topics, PracticeFacts("a practice", nation), today):
            if not gap.facts and filters.fit_gap(gap, nation.value):
                found.setdefault((gap.topic, str(gap.programme or "any"), gap.why), []).append(nation.value)
    return [
        MissingLine(
            topic=name,
            programme=about,
            nation=nations[0],
            question=topic(name, topics),
            about=f"{programme(about)}, {words.nations(nations)}",
            why=f"{why[:1].upper()}{why[1:]}.",
        )
        for (name, about, why), nations in found.items()
    ]


def page_of(found: Sequence[Line | MissingLine], wanted: str) -> tuple[Sequence[Line | MissingLine], int, int]:
    """The lines of one page, its number from 1 on, and how many pages there are."""
    pages = max(1, -(-len(found) // ON_A_PAGE))
    number = min(max(int(wanted), 1), pages) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 1
    return found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], number, pages


def counted(
    rows: Iterable[AnswerVersion], used: Collection[str], waiting: Collection[int], today: date
) -> dict[Show, int]:
    """How many versions stand on each tab but "missing"."""
    some = list(rows)
    return {
        show: sum(belongs(row, show, used, waiting, today) for row in some) for show in Show if show is not Show.MISSING
    }
