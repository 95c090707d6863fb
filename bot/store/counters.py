"""Numbers that only grow, added to by every process: so that one look at the database sees them all."""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.database import insert_or_skip
from bot.store.operation_tables import Counter

Key = tuple[str, str]  # name, label


def add(session: Session, amounts: Mapping[Key, float]) -> None:
    """Add to each; those that are new start at nothing. In one order, so that two processes never wait in a ring."""
    keys = sorted(amounts)
    insert_or_skip(session, Counter, [{"name": name, "label": label, "value": 0.0} for name, label in keys])
    for name, label in keys:
        session.execute(
            update(Counter)
            .where(Counter.name == name, Counter.label == label)
            .values(value=Counter.value + amounts[name, label])
            .execution_options(synchronize_session=False)
        )


def all_values(session: Session) -> dict[Key, float]:
    """Every counter as it stands."""
    return {
        (name, label): value
        for name, label, value in session.execute(select(Counter.name, Counter.label, Counter.value))
    }
