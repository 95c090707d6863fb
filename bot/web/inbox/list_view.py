"""The lines of the inbox as the page shows them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.desk import FACEBOOK_INBOX, OUTCOME_WORDS, Outcome
from bot.core.topics import Topic
from bot.core.waiting import SlaState
from bot.store.inbox import Filter
from bot.store.inbox_rows import InboxRow
from bot.web.inbox import words

FILTERS = {
    Filter.WAITING: "Waiting",
    Filter.MINE: "Mine",
    Filter.ALL: "All open",
    Filter.CLOSED: "Closed",
}
EMPTY = {
    Filter.WAITING: "Nobody is waiting. New patients show here when the bot hands them to staff.",
    Filter.MINE: "You have no conversations. Take one from the waiting list.",
    Filter.ALL: "There are no open conversations yet.",
    Filter.CLOSED: "No conversations have been closed yet.",
}
NOTHING_FOUND = (
    "Nothing was found in this list. Each word that you look for must begin a word of the conversation. "
    "Names, numbers and addresses are masked, so they cannot be found."
)


@dataclass(frozen=True)
class Line:
    """One conversation in the list."""

    id: int
    is_urgent: bool
    is_late: bool
    is_half_gone: bool
    why: str
    about: str
    last_line: str
    waits: str  # "" where nobody waits
    window: str
    sla: str
    holder: str
    is_mine: bool
    closed: str  # "" where it is open


def line(row: InboxRow, me: str, now: datetime, topics: Mapping[str, Topic], *, replies: bool) -> Line:
    """`replies`: whether the practice's staff may reply over Messenger; if not, its windows are nothing to them."""
    return Line(
        id=row.id,
        is_urgent=row.urgent,
        is_late=row.sla is SlaState.LATE,
        is_half_gone=row.sla is SlaState.HALF_GONE,
        why=words.why(row.why),
        about=words.about(row.programme, row.topic, topics),
        last_line=words.inert(row.last_line),
        waits=waits(row, now),
        window=words.window(row.time_left) if replies and row.closed_at is None else "",
        sla=words.sla(row.sla, row.sla_due, now),
        holder=holder(row, me),
        is_mine=row.holder == me,
        closed=closed(row, now),
    )


def waits(row: InboxRow, now: datetime) -> str:
    """Since when the patient waits for a person."""
    if row.waiting_since is None:
        return ""
    since = words.moment(row.waiting_since, now)
    return f"Waiting {words.span(now - row.waiting_since)}, since {since}"


def holder(row: InboxRow, me: str) -> str:
    """Who has it, in words."""
    if row.closed_at is not None:
        return ""
    if row.holder == me:
        return "You have it"
    if row.holder == FACEBOOK_INBOX.key:
        return "Answered in Facebook's own inbox"
    if row.holder:
        return f"{row.holder_name} has it"
    return "The bot has it" if row.bot_has_it and row.waiting_since is None else "Nobody has it yet"


def closed(row: InboxRow, now: datetime) -> str:
    """When and how it was closed."""
    if row.closed_at is None:
        return ""
    outcome = OUTCOME_WORDS[Outcome(row.outcome)] if row.outcome else "Closed"
    copied = ", copied to the record" if row.copied_at else ""
    return f"{outcome}, {words.moment(row.closed_at, now)}{copied}"
