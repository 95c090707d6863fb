"""The web process adds what it counted to the counters that all processes share, every few seconds."""

import threading
from typing import NoReturn

import structlog

from bot.errors import StoreFault, StoreUnavailable
from bot.wiring import Services

log = structlog.get_logger()

EVERY = 5.0  # seconds


def keep_counts(services: Services) -> NoReturn:
    """Runs as long as the process, in a thread of its own."""
    pause = threading.Event()
    while True:
        pause.wait(EVERY)
        try:
            services.keep_tally()
        except (StoreUnavailable, StoreFault) as error:
            log.warning("counts_not_kept", error=type(error).__name__)
