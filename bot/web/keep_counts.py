"""The web process adds what it counted to the counters that all processes share, every few seconds."""

import threading
from typing import NoReturn

from bot.counted import keep_counted
from bot.wiring import Services

EVERY = 5.0  # seconds


def keep_counts(services: Services) -> NoReturn:
    """Runs as long as the process, in a thread of its own."""
    pause = threading.Event()
    while True:
        pause.wait(EVERY)
        keep_counted(services)
