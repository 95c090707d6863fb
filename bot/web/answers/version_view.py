"""One version as its page shows it: facts, steps, neighbours with their differences, and who got it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.answer_diff import differences
from bot.core.lint.reading import grade
from bot.core.word_diff import Run, is_changed, word_diff
from bot.store.answer_rows import serves
from bot.store.answer_tables import AnswerReview
from bot.store.tables import AnswerVersion, AuditEntry
from bot.web.answers import words
from bot.web.pages import when

ACTIONS = {
    "drafted": "wrote it",
    "imported": "imported it",
    "named as editor": "stood for it as its editor",
    "sent for approval": "sent it for approval",
    "sent back": "sent it back",
    "approved": "approved it",
    "replaced": "replaced it with a later version",
    "serves fewer nations": "approved a later version for some of its nations",
    "discarded": "discarded it",
    "ended with its topic": "merged or retired its topic",
    "undid": "undid what became of it with its topic",
    "withdrew": "withdrew it as unsafe",
    "became draft": "made it a draft",
    "became sample": "made it a sample",
    "became replaced": "took it out of the files",
    "listed who got it": "looked at who got it",
}


@dataclass(frozen=True)
class Step:
    """What happened to a version, by whom and when."""

    at: str
    who: str
    what: str
    why: str


@dataclass(frozen=True)
class Difference:
    """What another version says differently. `summary` is for those who do not want the words."""

    title: str
    version: int
    runs: tuple[Run, ...]
    is_same: bool
    summary: str


def facts(row: AnswerVersion, practices: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Names and values for the page's list."""
    yield "For", words.whose(row, practices)
    yield "Written for", words.nations(row.nations)
    if row.status in ("approved", "sample"):
        yield "Serves now", words.nations(serves(row))
    yield "Owner", row.owner
    yield "Last edited by", row.author or "Nobody named yet"
    if row.approved_at:
        yield "Approved by", f"{row.approver}, {row.approver_role}, {when(row.approved_at)}"
    yield "Reviewed", words.day(row.reviewed)
    yield "Review by", words.day(row.review_by)
    found = grade(row.text)
    yield "Reading grade", "Too short to say" if found is None else f"{found}, the aim is 6"


def steps(entries: Sequence[AuditEntry], reviews: Sequence[AnswerReview]) -> list[Step]:
    """The version's history, newest first, with what clinicians said when they sent it back."""
    comments = {review.decided_at: review.comment for review in reviews if review.comment}
    return [
        Step(
            at=when(entry.at),
            who=_who(entry),
            what=ACTIONS.get(entry.action, entry.action),
            why=_why(entry, comments),
        )
        for entry in reversed(entries)
    ]


def _who(entry: AuditEntry) -> str:
    return str(entry.details.get("name") or entry.actor)


def _why(entry: AuditEntry, comments: Mapping[datetime | None, str | None]) -> str:
    if entry.action == "sent back":
        return comments.get(entry.at) or ""
    return str(entry.details.get("why", ""))


def difference(title: str, old: AnswerVersion, new: AnswerVersion) -> Difference:
    """From `old` to `new`, by the word."""
    return difference_of_texts(title, old.id, old.text, new.text)


def difference_of_texts(title: str, version: int, old: str, new: str) -> Difference:
    """The same from the words of a version to a text that is none yet."""
    runs, changed = word_diff(old, new), differences(old, new)
    gone, came = (sum(line.startswith(mark) for line in changed) for mark in ("- ", "+ "))
    return Difference(
        title=title,
        version=version,
        runs=tuple(runs),
        is_same=not is_changed(runs),
        summary=f"{_sentences(gone)} removed, {_sentences(came)} added.",
    )


def _sentences(count: int) -> str:
    return f"{count} sentence{'' if count == 1 else 's'}"


def history(row: AnswerVersion, earlier: Sequence[AnswerVersion]) -> list[Difference]:
    """How each version to the same question differs from the one before it, newest first."""
    return [
        difference(f"Version {newer.id} and version {older.id} ({words.STATUSES[older.status].lower()})", older, newer)
        for newer, older in zip([row, *earlier], earlier, strict=False)
    ]
