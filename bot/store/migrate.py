"""Bringing the database up to date with the code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from bot.keyring import Keyring
from bot.store import encryption_keys, encryption_rows
from bot.store.database import Database
from bot.store.tables import EncryptionKey


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing; does nothing where none is. Raises WrongKey.

    A database with a keyring gets its first key registered, once what was stored before is encrypted with it.
    """
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    if database.keyring is not None:
        _encrypt(database, database.keyring)


def _encrypt(database: Database, keyring: Keyring) -> None:
    with database.unchecked() as session:
        if not encryption_keys.has_register(session.connection()):
            return  # only a part of the migrations was asked for
        is_encrypted = session.scalar(select(func.count()).select_from(EncryptionKey))
    if not is_encrypted:
        if encryption_rows.reseal(database, keyring).rows:
            database.forget_deleted([table.name for table in encryption_rows.stored_tables()])
        # Last: no process starts before, and a run that was cut off begins again.
        with database.unchecked() as session:
            encryption_keys.register(session.connection(), keyring)
    database.refuse_wrong_key()


def is_current(database: Database) -> bool:
    """Whether the database has every migration of this code."""
    with database.read() as session:
        here = MigrationContext.configure(session.connection()).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(_config()).get_heads())


def knows(revision: str) -> bool:
    """Whether this code has that migration: else the database is of a newer version."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def write_revision(database: Database, message: str) -> None:
    """For developers: a new migration with what the tables and the database differ in."""
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        number = len(list((Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
