"""Workers give signs of life; the newest of any of them counts."""

from bot.store import heartbeats
from bot.store.database import Database
from tests.builders import after


def test_the_newest_sign_of_life_of_any_worker_counts(database: Database) -> None:
    with database.read() as session:
        assert heartbeats.newest(session) is None
    for worker, seconds in (("a", 0), ("b", 20), ("a", 10)):
        with database.write() as session:
            heartbeats.beat(session, worker, after(seconds=seconds))
    with database.read() as session:
        assert heartbeats.newest(session) == after(seconds=20)
