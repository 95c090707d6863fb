"""How far a training is, told to whoever watches; and the word that it has to stop."""

import time
from collections.abc import Callable

import structlog

from bot.errors import StoreUnavailable
from bot.store import training_runs
from bot.store.training_runs import Run
from bot.wiring import Services

log = structlog.get_logger()

EVERY = 1.0  # seconds between two words to the database
STEPS = ("write", "train", "load", "read", "load_live", "read_live", "compare")
Watcher = Callable[[str, int, int], None]  # step, done, total


class Stopped(Exception):
    """Somebody cancelled the training, or another process has it."""


class ProcessEnds(Exception):
    """This process was told to end; another may go on with the training."""


def nobody(_step: str, _done: int, _total: int) -> None:
    """Watches nothing."""


class Progress:
    """Says how far a run is. Each word renews the lease, and raises Stopped or ProcessEnds where it has to end."""

    def __init__(
        self, services: Services, run: Run, watch: Watcher = nobody, ends: Callable[[], bool] = lambda: False
    ) -> None:
        self._services, self._run, self._watch, self._ends = services, run, watch, ends
        self._step, self._total, self._next = "", 0, 0.0

    def begin(self, step: str, total: int = 0) -> None:
        """The next of STEPS; `total` is how much there is to do in it, 0 where nobody knows."""
        self._step, self._total, self._next = step, total, 0.0
        self.tick(0)

    def tick(self, done: float = 0) -> None:
        """So much of it is done."""
        if self._ends():
            raise ProcessEnds
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        self._watch(self._step, int(done), self._total)
        try:
            with self._services.database.write() as session:
                now = self._services.now()
                goes_on = training_runs.advance(
                    session, self._run, now, step=self._step, done=int(done), total=self._total
                )
        except StoreUnavailable as error:  # the lease outlasts a short outage
            log.warning("progress_not_stored", error=str(error))
            return
        if not goes_on:
            raise Stopped
