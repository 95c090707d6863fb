"""A gate for work that takes long: only a few requests may be in it, so that the webhook is answered all the same."""

import threading

from bot.errors import TooBusy


class FewAtOnce:
    """`with gate:` waits `patience` seconds for a place, then raises TooBusy. Requests share it."""

    def __init__(self, places: int, patience: float = 0.5) -> None:
        self._places, self._patience = threading.BoundedSemaphore(places), patience

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=self._patience):
            raise TooBusy("too many people are signing in at this moment")

    def __exit__(self, *_: object) -> None:
        self._places.release()
