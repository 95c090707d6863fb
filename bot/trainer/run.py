"""The trainer process: trainings as they are asked for, and the rounds that go through everything that is stored.

No patient waits for what this process does, so it may take its time; the worker, for whom they wait, has one loop
(docs/adr/0020-long-rounds-are-the-trainers.md).
"""

import threading
from functools import partial
from pathlib import Path

import structlog

from bot.nlu.language import language_of
from bot.store.retention_periods import read_periods
from bot.trainer import group_next, reconcile, retain, show_life
from bot.trainer.work import train_next
from bot.wiring import PROJECT, Services
from bot.worker.loop import begin, let_finish, run_forever

log = structlog.get_logger()

IDLE = 2.0  # seconds between two looks: a training takes minutes


def run(services: Services, worker: str, stop: threading.Event, source: Path = PROJECT) -> None:
    """Until `stop` is set; a training that goes on then is given back."""
    read_periods(services.settings.retention)  # a wrong file must stop the start, not the first night's run
    language_of("the first call loads the detector")
    log.info("trainer_started", worker=worker)
    rounds = begin(
        [
            (partial(show_life.show_life, services, worker), show_life.EVERY),
            (partial(retain.retain, services, f"{worker}:retain"), retain.EVERY),
            (partial(reconcile.reconcile, services, f"{worker}:reconcile"), reconcile.EVERY),
            (partial(group_next.group_next, services, f"{worker}:group"), group_next.EVERY),
        ],
        stop,
    )
    run_forever(partial(train_next, services, worker, stop.is_set, source), stop, IDLE)
    let_finish(rounds)
    log.info("trainer_stopped", worker=worker)
