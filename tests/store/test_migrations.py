"""The migrations lead from nothing to exactly the tables of the code."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from bot.store import answers, migrate
from bot.store.database import Database
from bot.store.tables import Base, Practice
from tests.builders import NOON, a_practice, an_answer
from tests.keys import KEYS


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url, KEYS)
    yield database
    database.close()


def test_upgrading_from_nothing_gives_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_name_and_every_check_is_that_of_the_code(database: Database, empty: Database) -> None:
    Base.metadata.create_all(empty.engine)
    assert shape(database.engine) == shape(empty.engine)


def shape(engine: Engine) -> dict[str, Any]:
    """What a database knows of its tables, in an order that does not depend on the way they were made."""

    def in_order(found: list[Any]) -> list[str]:
        return sorted(str(sorted(item.items(), key=lambda pair: str(pair[0]))) for item in found)

    seen = inspect(engine)
    return {
        table: {
            "columns": in_order([column | {"type": str(column["type"])} for column in seen.get_columns(table)]),
            "keys": seen.get_pk_constraint(table),
            "references": in_order(seen.get_foreign_keys(table)),
            "unique": in_order(seen.get_unique_constraints(table)),
            "indexes": in_order(seen.get_indexes(table)),
            "checks": in_order(seen.get_check_constraints(table)),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(empty: Database) -> None:
    assert not migrate.is_current(empty)
    migrate.upgrade(empty)
    assert migrate.is_current(empty)


def test_upgrading_again_changes_nothing(database: Database) -> None:
    with database.write() as session:
        practice = a_practice(session).id
    migrate.upgrade(database)
    assert migrate.is_current(database)
    with database.read() as session:
        assert session.get(Practice, practice) is not None


def test_a_database_of_a_newer_version_is_not_current(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not migrate.is_current(database)


def test_the_migrations_are_numbered_one_after_the_other() -> None:
    scripts = ScriptDirectory.from_config(migrate._config())
    assert len(scripts.get_heads()) == 1
    in_order = list(scripts.walk_revisions())[::-1]
    assert [script.revision for script in in_order] == [f"{number:04}" for number in range(1, len(in_order) + 1)]
    assert [script.down_revision for script in in_order] == [None, *(script.revision for script in in_order[:-1])]
    assert all(script.path.rsplit("/", 1)[-1].startswith(f"{script.revision}_") for script in in_order)


def test_an_answer_from_before_approval_is_kept_and_known_again(empty: Database) -> None:
    migrate.upgrade(empty, "0002")
    written = an_answer()
    parts = [written.topic, written.programme, "england", "en", written.text, *written.sources, written.owner]
    parts += ["sample", "2026-11-01", "2027-11-01"]
    values = {
        "text": written.text,
        "sources": json.dumps(written.sources),
        "hash": hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
    }
    with empty.write() as session:
        session.execute(
            text(
                "INSERT INTO answer_version (topic, programme, nations, language, text, sources, owner, status, "
                "reviewed, review_by, content_hash, created_at) VALUES ('does_it_hurt', 'breast', '[\"england\"]', "
                "'en', :text, :sources, 'Screening lead', 'sample', '2026-11-01', '2027-11-01', :hash, "
                "'2026-11-01 00:00:00')"
            ),
            values,
        )
    migrate.upgrade(empty)
    with empty.write() as session:
        assert answers.import_all(session, [written], NOON) == 0
        assert [one.text for one in answers.current(session)] == [written.text]
