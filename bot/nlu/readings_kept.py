"""What the model made of the latest texts: the same words again are not read again.

After a post that many see, many write the same few words ("how do i book", "thanks"). A release reads the same words
the same way every time. In memory only, bounded, and forgotten after a while: a reading holds what words mean.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from cachetools import TTLCache

from bot.core.messages import Prediction, Understanding

MOST, SECONDS = 1_000, 600.0  # of about 10 kB each
LONGEST = 200  # characters: nobody writes a longer text word for word again


class ReadingsKept:
    """Readings by release and text; threads share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: TTLCache[tuple[str, str], Prediction] = TTLCache(MOST, SECONDS, timer=clock)
        self._lock = Lock()

    def of(self, release: str, texts: Sequence[str]) -> dict[str, Prediction]:
        """Those of the texts that the release has read lately."""
        with self._lock:
            found = {text: self._kept.get((release, text)) for text in texts}
        return {text: reading for text, reading in found.items() if reading}

    def keep(self, readings: Mapping[str, Understanding]) -> None:
        """The readings of texts. A failure is not kept, nor what no release is named for."""
        with self._lock:
            for text, reading in readings.items():
                if isinstance(reading, Prediction) and reading.release and len(text) <= LONGEST:
                    self._kept[reading.release, text] = reading
