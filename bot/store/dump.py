"""A whole database as one file, taken while others write, and back into an empty database.

SQLite: its own online copy, which holds up no writer. PostgreSQL: `pg_dump` of one exported snapshot. Either way
what is counted is what is in the file.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, table, text
from sqlalchemy.orm import Session

from bot.errors import StoreFault, StoreUnavailable
from bot.store import postgres_programs, releases
from bot.store.database import Database
from bot.store.tables import Base, EncryptionKey
from bot.store.training_tables import Release

DUMP_OPTIONS = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=10000")
RESTORE_OPTIONS = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")


@dataclass(frozen=True)
class Contents:
    """What is in a database: its kind and schema, the keys it needs, its live release, how many rows each table has."""

    kind: Literal["sqlite", "postgresql"]
    schema: str
    key_ids: tuple[str, ...]
    release: Release | None
    rows: dict[str, int]


def contents(session: Session, kind: Literal["sqlite", "postgresql"]) -> Contents:
    """What the session's transaction sees of a database that has every migration."""
    needed = select(EncryptionKey.key_id).where(EncryptionKey.unused_since.is_(None)).order_by(EncryptionKey.key_id)
    rows = count_rows(session, Base.metadata.tables)
    return Contents(kind, schema_of(session), tuple(session.scalars(needed)), releases.live(session), rows)


def schema_of(session: Session) -> str:
    """The newest migration that the database has; empty where it has none."""
    return MigrationContext.configure(session.connection()).get_current_revision() or ""


def count_rows(session: Session, tables: Iterable[str]) -> dict[str, int]:
    """How many rows each of these tables has."""
    return {name: session.scalar(select(func.count()).select_from(table(name))) or 0 for name in tables}


def dump(database: Database, file: Path) -> Contents:
    """Write the database to a new file. Raises StoreUnavailable."""
    return _dump_sqlite(database, file) if database.is_sqlite else _dump_postgresql(database, file)


def _dump_sqlite(database: Database, file: Path) -> Contents:
    source = database.engine.raw_connection()
    try:
        with closing(sqlite3.connect(file)) as target:
            cast(sqlite3.Connection, source.driver_connection).backup(target)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database cannot be copied ({type(error).__name__})") from None
    finally:
        source.close()
    copy = Database(f"sqlite:///{file}")
    try:
        with copy.read() as session:
            if session.scalar(text("PRAGMA integrity_check")) != "ok":
                raise StoreFault("the database is damaged: PRAGMA integrity_check says where")
            return contents(session, "sqlite")
    finally:
        copy.close()


def _dump_postgresql(database: Database, file: Path) -> Contents:
    with database.read() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        snapshot = session.scalar(select(func.pg_export_snapshot()))
        found = contents(session, "postgresql")
        options = (*DUMP_OPTIONS, f"--snapshot={snapshot}", f"--file={file}")
        postgres_programs.run("pg_dump", database.engine.url, *options)
    return found


def is_empty(database: Database) -> bool:
    """Whether nothing would be overwritten. Makes no file."""
    if database.is_sqlite:
        file = Path(str(database.engine.url.database))
        return not file.exists() or file.stat().st_size == 0
    with database.read() as session:
        return not inspect(session.connection()).get_table_names()


def load(database: Database, file: Path) -> None:
    """Fill an empty database from the file of a dump, wholly or not at all. Raises StoreUnavailable."""
    if not database.is_sqlite:
        postgres_programs.run("pg_restore", database.engine.url, *RESTORE_OPTIONS, str(file))
        return
    target = Path(str(database.engine.url.database))
    unfinished = target.with_name(f"{target.name}.part")
    shutil.copyfile(file, unfinished)
    unfinished.chmod(0o600)
    with unfinished.open("rb+") as written:
        os.fsync(written.fileno())
    unfinished.replace(target)
