"""Bringing the database up to date with the code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store.database import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing; does nothing where none is."""
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def is_current(database: Database) -> bool:
    """Whether the database has every migration of this code."""
    with database.read() as session:
        here = MigrationContext.configure(session.connection()).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(_config()).get_heads())


def write_revision(database: Database, message: str) -> None:
    """For developers: a new migration with what the tables and the database differ in."""
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        number = len(list((Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
