"""Releases: which trained model is live, and with which thresholds."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.database import insert_or_skip
from bot.store.tables import Release


def add_live(
    session: Session,
    *,
    name: str,
    file: str,
    sha256: str,
    trained_from: str,
    thresholds: Mapping[str, float],
    now: datetime,
) -> None:
    """Record a release and make it the live one; recorded before, it is only made live."""
    row = {
        "name": name,
        "file": file,
        "sha256": sha256,
        "trained_from": trained_from,
        "thresholds": dict(thresholds),
        "live": False,
        "created_at": now,
    }
    insert_or_skip(session, Release, [row])
    session.execute(update(Release).where(Release.live, Release.name != name).values(live=False))
    session.execute(update(Release).where(Release.name == name).values(live=True))


def live(session: Session) -> Release | None:
    return session.scalars(select(Release).where(Release.live)).one_or_none()


def find(session: Session, name: str) -> Release | None:
    return session.get(Release, name)
