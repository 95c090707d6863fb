"""Each migration works while the version before is still running: nothing that old code reads or writes goes away.

The rule is in docs/deployment.md: first widen, then move, and narrow in a later release. What breaks it needs a pause,
and stands in PAUSES with the reason.
"""

from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, UniqueConstraint, create_engine, inspect

from bot.store import migrate
from bot.store.database import Database

FIRST_HELD_TO_IT = 9  # the versions before were never released
# revision -> problem -> why it could not be avoided; the upgrade notes of that release say to stop the processes first.
PAUSES: dict[str, dict[str, str]] = {}

Shape = dict[str, dict[str, dict[str, Any]]]


def shape(engine: Engine) -> Shape:
    """Table -> its columns, what must be unique in it, and its checks."""
    seen = inspect(engine)
    return {
        table: {
            "columns": {column["name"]: column for column in seen.get_columns(table)},
            "unique": {
                *(tuple(sorted(one["column_names"])) for one in seen.get_unique_constraints(table)),
                *(
                    tuple(sorted(name or "" for name in one["column_names"]))
                    for one in seen.get_indexes(table)
                    if one["unique"]
                ),
            },  # type: ignore[dict-item]
        }
        for table in seen.get_table_names()
    }


def what_old_code_trips_over(before: Shape, after: Shape) -> list[str]:
    """Why the version before could fail on the tables after a migration; empty where it cannot."""
    found = [f"the table {table} is gone" for table in before.keys() - after.keys()]
    for table in sorted(before.keys() & after.keys()):
        old, new = before[table]["columns"], after[table]["columns"]
        found += [f"{table}.{name} is gone" for name in old.keys() - new.keys()]
        for name, column in new.items():
            if name not in old:
                if not column["nullable"] and column["default"] is None:
                    found.append(f"{table}.{name} is new, must be given, and old code gives nothing")
                continue
            if str(column["type"]) != str(old[name]["type"]):
                found.append(f"{table}.{name} changes its type")
            if old[name]["nullable"] and not column["nullable"]:
                found.append(f"{table}.{name} must now be given")
        narrower = {columns for columns in after[table]["unique"] if set(columns) <= old.keys()}  # type: ignore[attr-defined]
        found += [f"{table}: {columns} must now be unique" for columns in narrower - set(before[table]["unique"])]
    return found


REVISIONS = [script.revision for script in ScriptDirectory.from_config(migrate._config()).walk_revisions()][::-1]


def test_every_migration_leaves_old_code_running(tmp_path: Any) -> None:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")  # without a key: the tables alone are asked about
    before: Shape = {}
    tripped: dict[str, list[str]] = {}
    for revision in REVISIONS:
        migrate.upgrade(database, revision)
        after = shape(database.engine)
        allowed = PAUSES.get(revision, {})
        if int(revision) >= FIRST_HELD_TO_IT:
            tripped[revision] = [one for one in what_old_code_trips_over(before, after) if one not in allowed]
        before = after
    database.close()
    assert {revision: problems for revision, problems in tripped.items() if problems} == {}
    assert len(tripped) == len(REVISIONS) - FIRST_HELD_TO_IT + 1


def shape_of(*columns: Any, name: str = "thing") -> Shape:
    metadata = MetaData()
    Table(name, metadata, Column("id", Integer, primary_key=True), *columns)
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    found = shape(engine)
    engine.dispose()
    return found


OLD = shape_of(Column("word", String(10)), Column("other", String(10)))


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (shape_of(Column("word", String(10)), name="item"), "the table thing is gone"),
        (shape_of(Column("word", String(10))), "thing.other is gone"),
        (
            shape_of(Column("word", String(10)), Column("other", String(10)), Column("more", Integer, nullable=False)),
            "thing.more is new, must be given, and old code gives nothing",
        ),
        (shape_of(Column("word", Integer), Column("other", String(10))), "thing.word changes its type"),
        (shape_of(Column("word", String(10), nullable=False), Column("other", String(10))), "thing.word must now be"),
        (
            shape_of(Column("word", String(10)), Column("other", String(10)), UniqueConstraint("word")),
            "thing: ('word',) must now be unique",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks_old_code_is_found(new: Shape, problem: str) -> None:
    [found] = what_old_code_trips_over(OLD, new)
    assert found.startswith(problem)


def test_what_only_widens_is_fine() -> None:
    more = (Column("more", Integer), Column("counted", Integer, nullable=False, server_default="0"))
    wider = shape_of(Column("word", String(10)), Column("other", String(10)), *more, UniqueConstraint("more"))
    assert what_old_code_trips_over(OLD, wider | shape_of(name="another")) == []
