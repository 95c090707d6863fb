"""The trainer process, killed for real in the middle: its child ends with it, and the next process goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import wiring
from bot.store import training_runs
from bot.store.database import Database
from bot.store.training_tables import TrainingRun
from bot.wiring import Services
from tests.journeys.stack import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are tied to us on Linux only")


class Trainer:
    """Starts and kills trainer processes on one database."""

    def __init__(self, url: str, var: Path, project: Path) -> None:
        self._command = [sys.executable, "-m", "tests.trainer.process", url, str(var), str(project)]
        self._var, self.running = var, list[subprocess.Popen[bytes]]()

    def start(self, slow: float) -> subprocess.Popen[bytes]:
        environment = os.environ | {"SLOW_TRAINING": str(slow), "NO_PROXY": "127.0.0.1"}
        self._var.mkdir(exist_ok=True)
        with (self._var / "trainer.log").open("ab") as log:
            started = subprocess.Popen(
                self._command, cwd=wiring.PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        self.running.append(started)
        return started

    def children(self) -> list[int]:
        """Processes that train for us."""
        found = subprocess.run(["pgrep", "-f", f"small_rasa.py.*{self._var}"], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]


@pytest.fixture
def trainer(database_url: str, services: Services, project: Path) -> Iterator[Trainer]:
    made = Trainer(database_url, services.settings.var, project)
    yield made
    for process in made.running:
        process.kill()
        process.wait()
    print((services.settings.var / "trainer.log").read_text()[-3000:])


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
