"""Patients who write all the time, each once, while something else goes on."""

import threading

from tests.journeys.stack import Stack

EVERY = 0.3  # seconds between two of them


class Patients:
    """Somebody new writes every moment, until the end of the block."""

    def __init__(self, stack: Stack, text: str) -> None:
        self.names: list[str] = []
        self._stack, self._text, self._stop = stack, text, threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Patients":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._stop.wait(EVERY):
            name = f"patient-{len(self.names)}"
            self._stack.say(name, self._text)
            self.names.append(name)
