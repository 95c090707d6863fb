"""Goes round and round; what is done in a round is not decided here."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

import structlog

log = structlog.get_logger()

IDLE = 0.1  # seconds to wait when nothing was due
AFTER_A_FAULT = 1.0
STOPS_WITHIN = 18.0  # seconds, for all threads together: longer than the slowest call of Meta and the database
Step = Callable[[], bool]  # does one piece of work; says whether there was any


def worker_name() -> str:
    """Who holds a lease: unique among all workers on all machines."""
    return f"{socket.gethostname()}:{os.getpid()}"


def run_forever(step: Step, stop: threading.Event, idle: float = IDLE) -> None:
    """Repeat `step` until `stop` is set. A fault is reported by its kind only: its text may quote a patient."""
    while not stop.is_set():
        structlog.contextvars.clear_contextvars()  # what a step binds is in every line of its round, a fault's too
        try:
            pause = 0.0 if step() else idle
        except Exception as error:
            log.error("step_failed", step=_name_of(step), error=type(error).__name__)
            pause = AFTER_A_FAULT
        if pause:
            stop.wait(pause)


def _name_of(step: Step) -> str:
    return getattr(getattr(step, "func", step), "__name__", "step")


def begin(steps: Sequence[tuple[Step, float]], stop: threading.Event) -> Sequence[threading.Thread]:
    """One thread for each (step, idle seconds), which goes round until `stop` is set."""
    threads = [threading.Thread(target=run_forever, args=(step, stop, idle), daemon=True) for step, idle in steps]
    for thread in threads:
        thread.start()
    return threads


def let_finish(threads: Sequence[threading.Thread]) -> None:
    """After `stop` was set: wait for each to finish what it holds, for all together no longer than STOPS_WITHIN."""
    until = time.monotonic() + STOPS_WITHIN
    for thread in threads:
        thread.join(timeout=max(0.0, until - time.monotonic()))


def run_until_told(steps: Sequence[tuple[Step, float]]) -> None:
    """SIGTERM and SIGINT let each step finish what it holds."""
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    threads = begin(steps, stop)
    while not stop.wait(0.5):
        pass
    let_finish(threads)
