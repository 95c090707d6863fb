"""What admins change of a practice by hand: its name, the facts that answers name, its opening hours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.core.opening_hours import spans_of
from bot.core.practice import FACTS
from bot.store import audit
from bot.store.tables import Practice


def change_facts(
    session: Session, practice: Practice, now: datetime, *, actor: str, name: str, facts: Mapping[str, str]
) -> list[str]:
    """Keep the name, and the facts that are named in `facts`. Returns what is different now, by name."""
    if not name.strip() or not facts.keys() <= set(FACTS):
        raise ValueError("a practice has a name, and no facts but those that answers can use")
    wanted = {key: value.strip() for key, value in facts.items()}
    changed = [key for key, value in wanted.items() if str(practice.facts.get(key) or "") != value]
    if practice.name != name.strip():
        changed.insert(0, "name")
    practice.name, practice.facts = name.strip(), {**practice.facts, **wanted}
    if changed:
        _record(session, practice, now, actor, "practice facts changed", {"changed": changed})
    return changed


def change_hours(
    session: Session, practice: Practice, now: datetime, *, actor: str, hours: Mapping[str, Sequence[str]]
) -> None:
    """Keep the hours of the days that are named: weekdays ("monday") or dates ("2026-12-24")."""
    if any(spans_of(times) is None for times in hours.values()):
        raise ValueError("opening hours are pairs of times in their order")
    practice.opening_hours = {**practice.opening_hours, **{day: list(times) for day, times in hours.items()}}
    _record(session, practice, now, actor, "opening hours changed", {"changed": sorted(hours)})


def forget_day(session: Session, practice: Practice, now: datetime, *, actor: str, day: str) -> bool:
    """A date has the hours of its weekday again. False: it had no others."""
    if day not in practice.opening_hours:
        return False
    practice.opening_hours = {key: times for key, times in practice.opening_hours.items() if key != day}
    _record(session, practice, now, actor, "opening hours changed", {"changed": [day]})
    return True


def _record(
    session: Session, practice: Practice, now: datetime, actor: str, action: str, details: dict[str, Any]
) -> None:
    session.flush()
    about = f"practice {practice.id}"
    audit.record(session, now, actor=actor, action=action, about=about, practice_id=practice.id, details=details)
