"""Workers and the trainer process give signs of life; the newest of any of a kind counts."""

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


def test_a_trainer_is_no_worker(database: Database) -> None:
    with database.write() as session:
        heartbeats.beat(session, "a", after(seconds=0))
        heartbeats.beat(session, "b", after(seconds=20), heartbeats.TRAINER)
    with database.read() as session:
        assert heartbeats.newest(session) == after(seconds=0)
        at = [after(seconds=seconds) for seconds in (20, 30, 31, 50, 51)]
        assert [heartbeats.alive(session, moment) for moment in at] == [1, 1, 0, 0, 0]
        assert [heartbeats.alive(session, moment, heartbeats.TRAINER) for moment in at] == [1, 1, 1, 1, 0]
