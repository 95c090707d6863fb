"""Releases: which trained model is live, with which thresholds and topics, and how that changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, nulls_last, select
from sqlalchemy.orm import Session

from bot.core.promotion import Promotable, why_not_promote, why_not_roll_back
from bot.errors import Refused, ReleaseError
from bot.store import audit
from bot.store.database import insert_or_skip, one_at_a_time
from bot.store.training_tables import Release

LOCK = "releases"
TICK = timedelta(microseconds=1)  # the live one is the newest: no two may share a moment


def add_live(
    session: Session,
    *,
    name: str,
    file: str,
    sha256: str,
    trained_from: str,
    thresholds: Mapping[str, float],
    now: datetime,
    topics: Sequence[Any] | None = None,
) -> None:
    """Record the first release and make it live. Raises ReleaseError where another is live: that takes `promote`."""
    one_at_a_time(session, LOCK)
    current = live(session)
    if current is not None and current.name != name:
        raise ReleaseError(f"the release {current.name} is live: python -m bot releases promote {name}")
    same = {"name": name, "file": file, "sha256": sha256, "trained_from": trained_from}
    row = same | {"thresholds": dict(thresholds), "topics": topics, "state": "first", "live_since": now}
    insert_or_skip(session, Release, [row | {"created_at": now}])


def add_candidate(
    session: Session,
    *,
    name: str,
    file: str,
    sha256: str,
    trained_from: str,
    thresholds: Mapping[str, float],
    topics: Sequence[Any],
    asked_by: str,
    changed_by: Sequence[str],
    now: datetime,
) -> None:
    """Record a release that is about to be evaluated, and is not live; one that is known is evaluated anew."""
    same = {"name": name, "file": file, "sha256": sha256, "trained_from": trained_from}
    row: dict[str, Any] = same | {"thresholds": dict(thresholds), "topics": list(topics), "state": "candidate"}
    row |= {"asked_by": asked_by, "changed_by": list(changed_by), "created_at": now}
    if insert_or_skip(session, Release, [row]):
        return
    known = session.get_one(Release, name, with_for_update=True)
    if known.live_since is None:  # what was live stays a way back, whatever is found out about it now
        known.topics, known.state, known.figures = list(topics), "candidate", None
        known.asked_by, known.changed_by = asked_by, sorted({*(known.changed_by or ()), *changed_by})


def judge(session: Session, name: str, *, is_ready: bool, figures: Mapping[str, Any]) -> None:
    """Keep what the evaluation found. One that was live stays what it was."""
    row = session.get_one(Release, name, with_for_update=True)
    row.figures = dict(figures)
    if row.live_since is None:
        row.state = "ready" if is_ready else "refused"


def promote(session: Session, name: str, now: datetime, *, actor: str) -> None:
    """Make a release live that passed the gate. Raises Refused with the reason."""
    one_at_a_time(session, LOCK)
    row, current = session.get(Release, name), live(session)
    if why := why_not_promote(facts_of(row, current), actor):
        raise Refused(why)
    _make_live(session, name, current, now, actor=actor, action="release_promoted")


def roll_back(session: Session, now: datetime, *, actor: str, to: str | None = None) -> str:
    """Go back to a release that was live before; without `to`, to the newest that was not gone back from.

    Returns its name. Raises Refused with the reason.
    """
    one_at_a_time(session, LOCK)
    current = live(session)
    row = session.get(Release, to) if to else before(session)
    if why := why_not_roll_back(facts_of(row, current)):
        raise Refused(why)
    if row is None or current is None:
        raise Refused("There is no earlier release to go back to.")
    current.rolled_back_at = now
    _make_live(session, row.name, current, now, actor=actor, action="release_rolled_back")
    return row.name


def _make_live(session: Session, name: str, current: Release | None, now: datetime, *, actor: str, action: str) -> None:
    row = session.get_one(Release, name)
    since = current.live_since if current else None
    row.live_since = max(now, since + TICK) if since else now
    row.rolled_back_at = None
    session.flush()
    details = {"instead_of": current.name if current else None}
    audit.record(session, now, actor=actor, action=action, about=f"release {name}", details=details)


def facts_of(row: Release | None, current: Release | None) -> Promotable | None:
    """A release as the rules of `bot.core.promotion` see it."""
    if row is None:
        return None
    is_live = current is not None and row.name == current.name
    was_live = row.live_since is not None
    return Promotable(row.name, row.state, is_live, was_live, row.asked_by, tuple(row.changed_by or ()))


def live(session: Session) -> Release | None:
    """The release that was made live last."""
    return session.scalars(_newest_of(Release.live_since.is_not(None)).limit(1)).one_or_none()


def live_since(session: Session) -> tuple[str, datetime | None]:
    """Its name and since when it is live, for every turn; an empty name where there is none."""
    row = session.execute(_live_since()).one_or_none()
    return (row.name, row.live_since) if row else ("", None)


@cache
def _live_since() -> Select[str, datetime | None]:
    """Made once: asked for each turn."""
    columns = select(Release.name, Release.live_since).where(Release.live_since.is_not(None))
    return columns.order_by(Release.live_since.desc(), Release.name).limit(1)


def live_name(session: Session) -> str:
    """Its name alone; empty where there is none."""
    return live_since(session)[0]


def before(session: Session) -> Release | None:
    """Where a roll-back leads: the release that was live last before this one, and was not gone back from."""
    good = _newest_of(Release.live_since.is_not(None), Release.rolled_back_at.is_(None))
    return session.scalars(good.offset(1).limit(1)).one_or_none()


def _newest_of(*conditions: ColumnElement[bool]) -> Any:
    return select(Release).where(*conditions).order_by(Release.live_since.desc(), Release.name)


def find(session: Session, name: str) -> Release | None:
    return session.get(Release, name)


def newest(session: Session, limit: int) -> Sequence[Release]:
    """The live one and those before it, then those that never were live, newest first."""
    order = (nulls_last(Release.live_since.desc()), Release.created_at.desc(), Release.name)
    return session.scalars(select(Release).order_by(*order).limit(limit)).all()
