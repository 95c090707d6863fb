"""The database of the environment, for one command: opened with the keys of its messages, closed at the end."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy.orm import Session

from bot import wiring
from bot.settings import Settings
from bot.store.database import Database


@contextmanager
def opened() -> Iterator[Database]:
    """Raises SettingsError or WrongKey."""
    with closing(wiring.open_database(Settings.from_env(os.environ))) as database:
        yield database


@contextmanager
def reading() -> Iterator[Session]:
    """One transaction that changes nothing."""
    with opened() as database, database.read() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction that commits at the end of the block, or changes nothing if it raises."""
    with opened() as database, database.write() as session:
        yield session
