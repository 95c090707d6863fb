"""While there is nothing to do, one of several loops of one kind looks for work, and the others leave it to that one.

To look costs up to five statements and the write lock. What waits for Meta needs many loops, though they are
idle at most times.
"""

import functools
import time
from collections.abc import Callable

from bot.worker.loop import Step

SECONDS = 0.08  # after somebody looked in vain; less than the loops wait themselves


class Lull:
    """Shared by the loops of one kind in one process."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock, self._until = seconds, clock, float("-inf")

    def spares(self, step: Step) -> Step:
        """`step`, which is not taken while it would look in vain. In a fault's report it has its own name."""

        @functools.wraps(getattr(step, "func", step))
        def spared() -> bool:
            if self._clock() < self._until:
                return False
            found = step()
            self._until = float("-inf") if found else self._clock() + self._seconds
            return found

        return spared
