"""How each Facebook Page is: what the last look found, since when its token is used, when it was last heard of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store import audit, kill_switch
from bot.store.tables import Page, Practice, ReceivedEvent

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)  # until somebody connects it again
DISCONNECTED = "the page was disconnected"

Told = tuple[bool, str, str]
"""Whether it is well, what was found, the way out: a `Finding` of bot.messenger.profile."""


@dataclass(frozen=True)
class PageHealth:
    """A page as its admin sees it. `findings` are of `page.checked_at`."""

    page: Page
    practice: Practice
    findings: tuple[Told, ...]
    heard_at: datetime | None  # when Meta last sent an event of it here


def of_practices(session: Session, practice_ids: Collection[int] | None) -> list[PageHealth]:
    """The pages of these practices, None: of all, by practice."""
    rows = select(Page, Practice).join(Practice, Practice.id == Page.practice_id).order_by(Practice.name, Page.id)
    if practice_ids is not None:
        rows = rows.where(Page.practice_id.in_(practice_ids))
    return [_health(session, page, practice) for page, practice in session.execute(rows)]


def find(session: Session, page_row: int) -> PageHealth | None:
    """One page by its row."""
    page = session.get(Page, page_row)
    return _health(session, page, session.get_one(Practice, page.practice_id)) if page else None


def _health(session: Session, page: Page, practice: Practice) -> PageHealth:
    newest = select(func.max(ReceivedEvent.id)).where(ReceivedEvent.page_ref == page.page_id).scalar_subquery()
    heard_at = session.scalar(select(ReceivedEvent.received_at).where(ReceivedEvent.id == newest))
    findings = tuple((bool(ok), str(what), str(way_out)) for ok, what, way_out in page.findings or ())
    return PageHealth(page, practice, findings, heard_at)


def add(session: Session, practice: Practice, now: datetime, *, page_id: str, actor: str) -> Page | None:
    """Bind a page to a practice for ever. None: one has it already."""
    if session.scalars(select(Page).where(Page.page_id == page_id)).one_or_none() is not None:
        return None
    page = Page(practice_id=practice.id, page_id=page_id, name=practice.name, stops=0)
    session.add(page)
    session.flush()
    _record(session, page, now, actor, "added a page")
    return page


def keep(
    session: Session, page_id: str, findings: Sequence[Told], token_mark: str, now: datetime, *, actor: str, action: str
) -> None:
    """Keep what was found. Where all is well, what was stopped goes on. `token_mark` tells one token from another."""
    page = _of(session, page_id)
    page.findings, page.checked_at = [list(one) for one in findings], now
    if page.token_mark != token_mark:
        page.token_mark, page.token_since = token_mark, now
    is_well = all(ok for ok, _, _ in findings)
    if is_well:
        page.disconnected_at, page.stopped_until, page.stopped_why, page.stops = None, None, None, 0
    _record(session, page, now, actor, action, is_well=is_well)


def disconnect(session: Session, page_id: str, now: datetime, *, actor: str) -> None:
    """Nothing leaves from it, until it is connected again. What the bot had queued goes to staff."""
    page = _of(session, page_id)
    page.disconnected_at, page.stopped_until, page.stopped_why = now, FOR_GOOD, DISCONNECTED
    held_back = kill_switch.hold_back_page(session, page, now, DISCONNECTED)
    _record(session, page, now, actor, "disconnected a page", replies_held_back=held_back)


def _of(session: Session, page_id: str) -> Page:
    return session.scalars(select(Page).where(Page.page_id == page_id).with_for_update()).one()


def _record(session: Session, page: Page, now: datetime, actor: str, action: str, **details: object) -> None:
    session.flush()
    about, place = f"page {page.id}", page.practice_id
    audit.record(session, now, actor=actor, action=action, about=about, practice_id=place, details=dict(details))
