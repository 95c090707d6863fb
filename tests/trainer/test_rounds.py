"""What goes through everything that is stored is done by the trainer process: no patient waits for it."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import DataError
from bot.store import heartbeats
from bot.store.database import Database
from bot.store.learning_tables import LearningItem
from bot.store.tables import JobRun
from bot.trainer import run
from bot.wiring import Services, utc_now
from tests.fakes.fake_nlu import vector_of
from tests.journeys.stack import wait_for
from tests.store.learning import an_item
from tests.trainer.processes import Trainer


def test_the_trainer_process_deletes_proves_and_groups(database: Database, trainer: Trainer) -> None:
    with database.write() as session:
        an_item(session, "can my dog come", likeness=None, vector=vector_of("can my dog come"))
    trainer.start(slow=0)

    def done() -> set[str]:
        with database.read() as session:
            return set(session.scalars(select(JobRun.job).where(JobRun.state == "done")))

    wait_for("the rounds", lambda: done() == {"reconcile", "retention", "grouping"})
    with database.read() as session:
        assert session.scalars(select(LearningItem.likeness)).all() == [1.0]
        assert heartbeats.alive(session, utc_now(), heartbeats.TRAINER) == 1
        assert heartbeats.alive(session, utc_now()) == 0


def test_it_does_not_start_with_retention_periods_that_cannot_be_read(services: Services, tmp_path: Path) -> None:
    wrong = tmp_path / "retention.yml"
    wrong.write_text("messages: for ever\n", encoding="utf-8")
    settings = replace(services.settings, retention=wrong)
    with pytest.raises(DataError, match=r"retention\.yml"):
        run.run(replace(services, settings=settings), "trainer", threading.Event())
