"""Events of webhooks that come at the same moment are stored in one transaction: the disk is waited for once for all.

The first request lets all that have come already put theirs beside its own, waits for its turn to write, then stores
for all that came until then. A request that finds another one storing waits for it, with all that come meanwhile; the
first of them then stores for all. So the more requests there are, the fewer transactions each costs, and a request by
itself waits for nobody.

Whoever waits is woken by whoever stored for it. A lock that each has to take in turn, only to find that it is over,
would make the last of them wait for the threads of all others.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event as Signal
from threading import Lock

import structlog

from bot.core.events import Event
from bot.errors import StoreUnavailable
from bot.store import erased_events, received_events
from bot.store.database import Database

log = structlog.get_logger()


class _Request:
    """What one webhook brought, and how storing it ended."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events, self.is_over, self.woken = events, False, Signal()
        self.problem: Exception | None = StoreUnavailable("nobody came to store it")


class Intake:
    """Stores events; threads share it."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._lock, self._storing = Lock(), False
        self._waiting: list[_Request] = []

    def store(self, events: Sequence[Event]) -> None:
        """On return they are on disk. Raises StoreUnavailable where they are not."""
        mine = _Request(events)
        with self._lock:
            self._waiting.append(mine)
            must_wait, self._storing = self._storing, True
        if must_wait:
            mine.woken.wait()
        else:
            time.sleep(0)  # whoever can go on does so before we go on: requests share one loop
        if not mine.is_over:
            self._store_for_all()
        if mine.problem is not None:
            raise mine.problem

    def _store_for_all(self) -> None:
        """For all that have come when it is our turn to write; the first that comes later is next.

        Whatever happens, it is over for all of them: nobody may wait for ever.
        """
        together: list[_Request] = []
        try:
            problem = self._problem(together, with_all_that_wait=True)
            together = together or self._taken()
            for request in together:
                request.problem = problem
            if len(together) > 1 and problem is not None and not isinstance(problem, StoreUnavailable):
                for request in together:  # something in one of them was refused: the others must not suffer for it
                    request.problem = self._problem([request])
        finally:
            together = together or self._taken()
            with self._lock:
                following = self._waiting[:1]
                self._storing = bool(following)
            for request in together:
                request.is_over = True
            for request in (*following, *together):
                request.woken.set()

    def _taken(self) -> list[_Request]:
        with self._lock:
            taken, self._waiting = self._waiting, []
        return taken

    def _problem(self, requests: list[_Request], *, with_all_that_wait: bool = False) -> Exception | None:
        """Store what they brought; what went wrong, if anything.

        `with_all_that_wait` adds all that wait to `requests`, as late as can be: who comes while we wait for the write
        lock of SQLite is in time.
        """
        try:
            with self._database.write() as session:
                session.connection()
                if with_all_that_wait:
                    requests += self._taken()
                events = [event for request in requests for event in request.events]
                kept = erased_events.without_erased(session, events)
                new = received_events.save_all(session, kept, self._now())
        except Exception as error:
            return error
        log.info("events_stored", requests=len(requests), events=len(events), new=new)
        return None
