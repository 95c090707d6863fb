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
        "live_since": now,
        "created_at": now,
    }
    if not insert_or_skip(session, Release, [row]):
        session.execute(update(Release).where(Release.name == name).values(live_since=now))


def live(session: Session) -> Release | None:
    """The release that was made live last."""
    return session.scalars(select(Release).order_by(Release.live_since.desc(), Release.name).limit(1)).one_or_none()


def find(session: Session, name: str) -> Release | None:
    return session.get(Release, name)
