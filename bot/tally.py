"""What a process counts between two visits to the database. Names, kinds and seconds only: nothing of a patient."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds, of every histogram


class Tally:
    """Threads share it; `take` empties it."""

    def __init__(self) -> None:
        self._lock, self._amounts = threading.Lock(), defaultdict[tuple[str, str], float](float)

    def count(self, name: str, label: str = "", by: float = 1.0) -> None:
        with self._lock:
            self._amounts[name, label] += by

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """How long the block took, however it ends."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.observe(name, time.monotonic() - began)

    def observe(self, name: str, seconds: float) -> None:
        """One value of a histogram: counted in the first bucket that has room for it."""
        bound = next((str(bound) for bound in BOUNDS if seconds <= bound), "+Inf")
        with self._lock:
            self._amounts[f"{name}_bucket", bound] += 1
            self._amounts[f"{name}_sum", ""] += seconds

    def take(self) -> dict[tuple[str, str], float]:
        """Everything since the last time."""
        with self._lock:
            taken, self._amounts = dict(self._amounts), defaultdict(float)
        return taken

    def put_back(self, taken: Mapping[tuple[str, str], float]) -> None:
        """It could not be stored: it comes with the next."""
        for (name, label), amount in taken.items():
            self.count(name, label, amount)
