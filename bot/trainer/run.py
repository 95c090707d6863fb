"""The trainer process: takes trainings as they are asked for."""

import threading
from functools import partial
from pathlib import Path

import structlog

from bot.nlu.language import language_of
from bot.trainer.work import train_next
from bot.wiring import PROJECT, Services
from bot.worker.loop import run_forever

log = structlog.get_logger()

IDLE = 2.0  # seconds between two looks: a training takes minutes


def run(services: Services, worker: str, stop: threading.Event, source: Path = PROJECT) -> None:
    """Until `stop` is set; a training that goes on then is given back."""
    language_of("the first call loads the detector")
    log.info("trainer_started", worker=worker)
    run_forever(partial(train_next, services, worker, stop.is_set, source), stop, IDLE)
    log.info("trainer_stopped", worker=worker)
