"""The trainer process, killed for real in the middle: its child ends with it, and the next process goes on."""

import signal
import sys

import pytest

from bot import wiring
from bot.store import training_runs
from bot.store.database import Database
from bot.store.training_tables import TrainingRun
from tests.journeys.stack import wait_for
from tests.trainer.processes import Trainer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are tied to us on Linux only")


def row(database: Database, run_id: int) -> TrainingRun:
    with database.read() as session:
        return session.get_one(TrainingRun, run_id)


def ask(database: Database) -> int:
    with database.write() as session:
        run_id = training_runs.ask(session, wiring.utc_now(), actor="user 1", name="Toni")
    assert run_id is not None
    return run_id


def test_a_killed_training_is_taken_up_by_the_next_process(database: Database, trainer: Trainer) -> None:
    run_id = ask(database)
    process = trainer.start(slow=60)
    wait_for("the training to begin", lambda: trainer.children())
    process.kill()
    process.wait()
    wait_for("its child to end with it", lambda: not trainer.children())
    assert row(database, run_id).state == "working"
    trainer.start(slow=0)
    wait_for("the next to finish it", lambda: row(database, run_id).state == "ready")
    assert row(database, run_id).attempts == 2


def test_a_trainer_that_is_told_to_end_gives_back_at_once(database: Database, trainer: Trainer) -> None:
    run_id = ask(database)
    process = trainer.start(slow=60)
    wait_for("the training to begin", lambda: trainer.children())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert row(database, run_id).state == "waiting"
    assert trainer.children() == []


def test_a_training_is_cancelled_while_it_goes_on(database: Database, trainer: Trainer) -> None:
    run_id = ask(database)
    trainer.start(slow=60)
    wait_for("the training to begin", lambda: trainer.children())
    with database.write() as session:
        assert training_runs.cancel(session, run_id, wiring.utc_now(), actor="user 2")
    wait_for("it to stop", lambda: row(database, run_id).state == "cancelled")
    assert trainer.children() == []
