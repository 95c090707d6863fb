"""Fixtures of the store's tests."""

import pytest

from bot.store.database import Database
from tests.builders import a_practice


@pytest.fixture
def riverside(database: Database) -> int:
    """The id of a stored practice, connected by one page."""
    with database.write() as session:
        return a_practice(session).id
