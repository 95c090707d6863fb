"""Patients who write while things break: each is another one, and a few write twice."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from random import Random
from types import TracebackType

import requests

from tests.faults.scene import Scene

FIRST_PSID = count(500_000)  # shared, so that no two stretches of traffic have a patient in common
WORDS: Sequence[tuple[str, int]] = (  # and how often each is said; the number makes it one that nobody wrote before
    ("Does a mammogram hurt?", 3),
    ("Does a mammogram hurt? {number} people ask", 3),
    ("does a smear hurt", 3),
    ("I want to speak to someone", 1),
    ("ive found a lump in my breast", 1),
    ("when is my appointment", 1),
    ("hello", 1),
)
TWICE = 0.15  # the share of patients who say something more


class Traffic:
    """Use as a context: `per_second` patients write until its end."""

    def __init__(self, scene: Scene, chance: Random, per_second: float = 4.0) -> None:
        self._scene, self._chance, self._pause = scene, chance, 1 / per_second
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> "Traffic":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._enough.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._enough.wait(self._pause * self._chance.uniform(0.5, 1.5)):
            psid = str(next(FIRST_PSID))
            self._say(psid)
            if self._chance.random() < TWICE:
                self._enough.wait(self._chance.uniform(0.1, 1.0))
                self._say(psid)

    def _say(self, psid: str) -> None:
        texts, weights = zip(*WORDS, strict=True)
        times = 2 if self._chance.random() < 0.05 else 1  # Meta brings some webhooks twice
        with suppress(requests.RequestException):  # Meta itself restarts: what was said is counted from its file
            text = self._chance.choices(texts, weights)[0].format(number=psid)
            self._scene.say(psid, text, wait=False, times=times)
