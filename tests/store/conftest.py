"""Fixtures of the store's tests."""

import pytest

from bot.store.database import Database
from tests.builders import a_practice
from tests.store.desk_room import Desk


@pytest.fixture
def riverside(database: Database) -> int:
    """The id of a stored practice, connected by one page."""
    with database.write() as session:
        return a_practice(session).id


@pytest.fixture
def desk_room(database: Database, riverside: int) -> Desk:
    """Riverside's desk, where staff may reply."""
    room = Desk(database, riverside)
    room.turn_on_replies()
    return room
