"""What admins change by hand: kept, audited without the words, and nothing else touched."""

import pytest
from sqlalchemy.orm import Session

from bot.store import audit, practice_changes, practices
from bot.store.database import Database
from bot.store.tables import Practice
from tests.builders import NOON


def of(session: Session, practice_id: int) -> Practice:
    return practices.find(session, practice_id)


def test_facts_are_changed_one_by_one(database: Database, riverside: int) -> None:
    with database.write() as session:
        changed = practice_changes.change_facts(
            session, of(session, riverside), NOON, actor="user 9", name=" Brook Surgery ", facts={"parking": " None. "}
        )
        assert changed == ["name", "parking"]
    with database.read() as session:
        row = of(session, riverside)
        assert (row.name, row.facts) == ("Brook Surgery", {"practice_phone": "01632 960001", "parking": "None."})
        [entry] = audit.newest(session, 5)
        assert (entry.actor, entry.practice_id, entry.details) == ("user 9", riverside, {"changed": changed})


def test_saving_the_same_again_is_no_change(database: Database, riverside: int) -> None:
    with database.write() as session:
        row = of(session, riverside)
        same = {"practice_phone": "01632 960001", "parking": ""}
        assert practice_changes.change_facts(session, row, NOON, actor="x", name=row.name, facts=same) == []
        assert audit.newest(session, 5) == []


@pytest.mark.parametrize(("name", "facts"), [(" ", {}), ("Brook", {"practice_name": "x", "cat": "y"})])
def test_a_practice_without_a_name_or_with_an_unknown_fact_is_refused(
    database: Database, riverside: int, name: str, facts: dict[str, str]
) -> None:
    with database.write() as session, pytest.raises(ValueError):
        practice_changes.change_facts(session, of(session, riverside), NOON, actor="x", name=name, facts=facts)


def test_hours_are_changed_day_by_day_and_a_date_is_forgotten(database: Database, riverside: int) -> None:
    with database.write() as session:
        row = of(session, riverside)
        hours = {"tuesday": ("08:00", "13:00", "14:00", "18:00"), "2026-12-24": ()}
        practice_changes.change_hours(session, row, NOON, actor="user 9", hours=hours)
        assert row.opening_hours == {
            "monday": ["08:00", "18:30"],
            "tuesday": ["08:00", "13:00", "14:00", "18:00"],
            "2026-12-24": [],
        }
        assert practice_changes.forget_day(session, row, NOON, actor="user 9", day="2026-12-24")
        assert not practice_changes.forget_day(session, row, NOON, actor="user 9", day="2026-12-24")
    with database.read() as session:
        assert of(session, riverside).opening_hours.keys() == {"monday", "tuesday"}
        assert [entry.action for entry in audit.newest(session, 5)] == ["opening hours changed"] * 2


def test_hours_out_of_order_are_refused(database: Database, riverside: int) -> None:
    with database.write() as session, pytest.raises(ValueError):
        practice_changes.change_hours(
            session, of(session, riverside), NOON, actor="x", hours={"monday": ["18:00", "08:00"]}
        )
