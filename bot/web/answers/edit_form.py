"""What the form of an answer holds, read with care, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from bot.core.answer_lifecycle import is_a_name
from bot.core.answers import ANY
from bot.core.lint.answer import errors_of_answer
from bot.core.messages import Nation, Programme
from bot.core.topics import Topics
from bot.nlu.answer_files import review_problem
from bot.store.tables import AnswerVersion
from bot.web.answers import words
from bot.web.sign_in.forms import Problems

PROGRAMMES = (*(programme.value for programme in Programme), ANY)
LONGEST_TEXT = 5_000  # characters; the lint asks for far fewer, and says so
MOST_SOURCES = 20
YEAR = timedelta(days=365)
Day = tuple[str, str, str]
"""Day, month and year, as they were typed."""


@dataclass(frozen=True)
class Entry:
    """The fields as they were typed. `whose` is "all" or a practice's number."""

    topic: str
    programme: str
    nations: tuple[str, ...]
    whose: str
    text: str
    sources: str
    owner: str
    reviewed: Day
    review_by: Day


@dataclass(frozen=True)
class Written:
    """An answer that can be saved as a draft."""

    topic: str
    programme: str
    nations: tuple[Nation, ...]
    text: str
    sources: tuple[str, ...]
    owner: str
    reviewed: date
    review_by: date
    language: str = "en"
    status: str = "draft"


def from_form(values: MultiDict[str, str]) -> Entry:
    """What was sent. Too long is cut."""

    def one(name: str, most: int = 300) -> str:
        return values.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()[:most]

    def day(name: str) -> Day:
        return one(f"{name}[day]", 4), one(f"{name}[month]", 12), one(f"{name}[year]", 6)

    return Entry(
        topic=one("topic", 100),
        programme=one("programme", 20),
        nations=tuple(name for name in words.NATIONS if name in values.getlist("nations")),
        whose=one("whose", 12) or "all",
        text=one("draft_text", LONGEST_TEXT),
        sources=one("sources", LONGEST_TEXT),
        owner=one("owner", 200),
        reviewed=day("reviewed"),
        review_by=day("review_by"),
    )


def blank(today: date, *, topic: str = "", programme: str = "", nation: str = "", text: str = "") -> Entry:
    """A new form; a nation that is known is ticked, else all are."""
    nations = (nation,) if nation in words.NATIONS else tuple(words.NATIONS)
    return Entry(topic, programme, nations, "all", text[:LONGEST_TEXT], "", "", _typed(today), _typed(today + YEAR))


def of_version(row: AnswerVersion, today: date) -> Entry:
    """A version to be edited: whoever edits it reviews it today."""
    return Entry(
        topic=row.topic,
        programme=row.programme,
        nations=tuple(row.nations),
        whose="all" if row.practice_id is None else str(row.practice_id),
        text=row.text,
        sources="\n".join(row.sources),
        owner=row.owner,
        reviewed=_typed(today),
        review_by=_typed(max(today + YEAR, date.fromisoformat(row.review_by))),
    )


def _typed(day: date) -> Day:
    return str(day.day), str(day.month), str(day.year)


def check(entry: Entry, topics: Topics, nations: Sequence[Nation], today: date) -> Written | Problems:
    """The answer, or what is wrong by the id of its field. `nations`: those that it will serve."""
    problems, sources = Problems(), tuple(filter(None, map(str.strip, entry.sources.split("\n"))))
    if entry.topic not in topics or topics[entry.topic].route != "faq":
        problems["topic"] = "Select what the answer is about"
    if entry.programme not in PROGRAMMES:
        problems["programme"] = "Select a test"
    if not nations:
        problems["nations"] = "Select at least one nation"
    if not entry.text:
        problems["text"] = "Enter what the patient is told"
    elif errors := errors_of_answer(entry.text, entry.programme):
        count = len(errors)
        more = f" There {'is 1 thing' if count == 2 else f'are {count - 1} things'} more." if count > 1 else ""
        problems["text"] = f"Line {errors[0].line}: {errors[0].problem}.{more}"
    if not 0 < len(sources) <= MOST_SOURCES:
        problems["sources"] = f"Enter where this can be checked, 1 to {MOST_SOURCES} sources"
    if not is_a_name(entry.owner):
        problems["owner"] = "Enter who looks after this answer"
    reviewed, review_by = _day(entry.reviewed), _day(entry.review_by)
    problems |= _date_problems(reviewed, review_by, today)
    if problems or reviewed is None or review_by is None:
        return problems
    return Written(entry.topic, entry.programme, tuple(nations), entry.text, sources, entry.owner, reviewed, review_by)


def _date_problems(reviewed: date | None, review_by: date | None, today: date) -> dict[str, str]:
    found = {}
    if reviewed is None or reviewed > today:
        found["reviewed-day"] = "Enter when it was reviewed, today or earlier, such as 26 11 2026"
    if review_by is None:
        found["review_by-day"] = "Enter by when it has to be reviewed again, such as 26 11 2027"
    elif review_by <= today:
        found["review_by-day"] = "The next review has to be after today"
    elif reviewed is not None and review_problem(reviewed, review_by):
        found["review_by-day"] = "The next review has to be within 12 months after the last one"
    return found


def _day(typed: Day) -> date | None:
    if not all(part.isascii() and part.isdecimal() for part in typed):
        return None
    try:
        return date(int(typed[2]), int(typed[1]), int(typed[0]))
    except ValueError:
        return None
