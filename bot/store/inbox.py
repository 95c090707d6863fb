"""The list of conversations that staff work from: filters, order, pages, counts, search.

The order is: urgent and waiting, oldest first; waiting, oldest first; the rest, newest first. That is three stretches,
each of which an index serves as it is, and a page goes on in the next stretch where one ends. A page after the first
begins behind a `Place`, so rows that come or go meanwhile neither repeat nor hide others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.store.desk_tables import ConversationWords
from bot.store.tables import Conversation
from bot.store.word_search import with_every_word

PAGE_SIZE = 25
FEW = 1_000  # conversations that a search names one by one
_STRETCHES = 3


class Filter(StrEnum):
    WAITING = "waiting"  # for somebody to take them
    MINE = "mine"
    ALL = "all"  # that are not closed, those of the bot among them
    CLOSED = "closed"


@dataclass(frozen=True)
class Place:
    """Behind which row the next page begins; opaque to the page, which hands `encode` back."""

    stretch: int
    at: datetime
    id: int

    def encode(self) -> str:
        return f"{self.stretch}_{self.at.timestamp():.6f}_{self.id}"

    @classmethod
    def decode(cls, text: str) -> "Place | None":
        """None: it is none of ours, so the list begins anew."""
        try:
            stretch, at, row_id = text.split("_")
            moment = datetime.fromtimestamp(float(at), tz=UTC)
            is_ours = 0 <= int(stretch) < _STRETCHES and 0 <= int(row_id) < 2**63
            return cls(int(stretch), moment, int(row_id)) if is_ours else None
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True)
class Listed:
    """One page of the list; `next` is None on the last."""

    rows: Sequence[Conversation]
    next: Place | None


@dataclass(frozen=True)
class _Stretch:
    which: ColumnElement[bool]
    at: InstrumentedAttribute[datetime | None]
    newest_first: bool


@dataclass(frozen=True)
class Waiting:
    """How many wait for somebody to take them, how many of those urgently, and since when the last one does."""

    count: int
    urgent: int
    newest: datetime | None


def listed(
    session: Session,
    practice_id: int,
    show: Filter,
    me: str,
    *,
    query: str = "",
    after: Place | None = None,
    size: int = PAGE_SIZE,
) -> Listed:
    """A page of the practice's conversations. `me` is the key of the colleague who looks.

    `query`: each of its words begins a word of the conversation, as it is after redaction.
    """
    wanted = [Conversation.practice_id == practice_id, _shown(show, me)]
    if query.strip():
        wanted.append(_matching(session, practice_id, query))
    rows: list[tuple[int, Conversation]] = []
    for number, stretch in enumerate(_stretches(show)):
        if after is not None and number < after.stretch:
            continue
        start = after if after is not None and number == after.stretch else None
        missing = size + 1 - len(rows)
        rows += [(number, row) for row in session.scalars(_page(stretch, wanted, start).limit(missing))]
        if len(rows) > size:
            break
    page = rows[:size]
    return Listed([row for _, row in page], _place(show, *page[-1]) if len(rows) > size else None)


def counts(session: Session, practice_id: int, me: str) -> dict[Filter, int]:
    """How many conversations each filter shows."""
    queries = {
        show: select(func.count()).where(Conversation.practice_id == practice_id, _shown(show, me)) for show in Filter
    }
    return {show: session.scalar(query) or 0 for show, query in queries.items()}


def waiting(session: Session, practice_id: int) -> Waiting:
    """Whoever waits for somebody to take them."""
    urgent = func.count(case((Conversation.urgent.is_(True), 1)))
    found = select(func.count(), urgent, func.max(Conversation.waiting_since))
    row = session.execute(found.where(Conversation.practice_id == practice_id, _shown(Filter.WAITING, ""))).one()
    return Waiting(*row)


def _shown(show: Filter, me: str) -> ColumnElement[bool]:
    return {
        Filter.WAITING: and_(Conversation.waiting_since.is_not(None), Conversation.holder.is_(None)),
        Filter.MINE: Conversation.holder == me,
        Filter.ALL: Conversation.closed_at.is_(None),
        Filter.CLOSED: Conversation.closed_at.is_not(None),
    }[show]


def _matching(session: Session, practice_id: int, query: str) -> ColumnElement[bool]:
    """The practice's conversations in which every word of `query` begins some word; none, where it has no word.

    Few are named one by one. Where there are many, each conversation is asked in turn, because the page is full
    after a few: either way no search reads everything twice.
    """
    found = with_every_word(session, ConversationWords, [practice_id], query)
    few = session.scalars(select(ConversationWords.conversation_id).where(found).limit(FEW + 1)).all()
    if len(few) <= FEW:
        return Conversation.id.in_(few)
    return exists().where(ConversationWords.conversation_id == Conversation.id, found)


def _stretches(show: Filter) -> Iterator[_Stretch]:
    if show is Filter.CLOSED:
        yield _Stretch(Conversation.closed_at.is_not(None), Conversation.closed_at, newest_first=True)
        return
    waits = Conversation.waiting_since.is_not(None)
    yield _Stretch(and_(waits, Conversation.urgent.is_(True)), Conversation.waiting_since, newest_first=False)
    yield _Stretch(and_(waits, Conversation.urgent.is_(False)), Conversation.waiting_since, newest_first=False)
    if show is not Filter.WAITING:
        rest = and_(Conversation.waiting_since.is_(None), Conversation.last_at.is_not(None))
        yield _Stretch(rest, Conversation.last_at, newest_first=True)


def _page(stretch: _Stretch, wanted: Sequence[ColumnElement[bool]], start: Place | None) -> Select[Conversation]:
    query = select(Conversation).where(*wanted, stretch.which)
    if start is not None:
        place, behind = tuple_(stretch.at, Conversation.id), tuple_(start.at, start.id)
        query = query.where(place < behind if stretch.newest_first else place > behind)
    if stretch.newest_first:
        return query.order_by(stretch.at.desc(), Conversation.id.desc())
    return query.order_by(stretch.at, Conversation.id)


def _place(show: Filter, number: int, row: Conversation) -> Place:
    at = getattr(row, list(_stretches(show))[number].at.key)
    return Place(number, at, row.id)
