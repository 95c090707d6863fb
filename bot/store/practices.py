"""Practices and their pages."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import DataError
from bot.store.practice_file import PracticeFile
from bot.store.tables import Page, Practice


def find(session: Session, practice_id: int) -> Practice:
    return session.get_one(Practice, practice_id)


def find_by_slug(session: Session, slug: str) -> Practice | None:
    return session.scalars(select(Practice).where(Practice.slug == slug)).one_or_none()


def of_page(session: Session, page_id: str) -> tuple[Practice, Page] | None:
    """The practice and page for Meta's page id, if it is connected."""
    row = session.execute(
        select(Practice, Page).join(Page, Page.practice_id == Practice.id).where(Page.page_id == page_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def save(session: Session, new: PracticeFile) -> Practice:
    """Add a practice with its pages, or bring it up to date. A page stays with the practice it is bound to."""
    practice = find_by_slug(session, new.slug)
    if practice is None:
        practice = Practice(slug=new.slug, paused=False)
        session.add(practice)
    practice.name, practice.nation = new.name, new.nation.value
    practice.facts, practice.opening_hours = dict(new.facts), dict(new.opening_hours)
    practice.ice_breakers = [list(pair) for pair in new.ice_breakers]
    session.flush()
    for page_id, name in new.pages.items():
        page = session.scalars(select(Page).where(Page.page_id == page_id)).one_or_none()
        if page is None:
            session.add(Page(practice_id=practice.id, page_id=page_id, name=name, stops=0))
        elif page.practice_id != practice.id:
            raise DataError(f"the page {page_id} belongs to another practice")
        else:
            page.name = name
    session.flush()
    return practice


def add_missing(session: Session, new: PracticeFile) -> Practice:
    """The practice as it is, or added where there is none: what its admins have changed since stays."""
    return find_by_slug(session, new.slug) or save(session, new)


def pages(session: Session) -> Sequence[Page]:
    return session.scalars(select(Page).order_by(Page.id)).all()


def ids(session: Session) -> Sequence[int]:
    return session.scalars(select(Practice.id).order_by(Practice.id)).all()


def first(session: Session) -> Practice | None:
    """The practice that was added first."""
    return session.scalars(select(Practice).order_by(Practice.id).limit(1)).one_or_none()
