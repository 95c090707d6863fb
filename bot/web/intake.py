"""Events of webhooks that come at the same moment are stored in one transaction: the disk is waited for once for all.

The first request lets all that have come already put theirs beside its own, then stores for all. A request that finds
another one storing waits for it, with all that come meanwhile; the first of them then stores for all. So the more
requests there are, the fewer transactions each costs, and a request by itself waits for nobody.

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
        """For all that wait; the first that came meanwhile is next."""
        with self._lock:
            together, self._waiting = self._waiting, []
        try:
            self._store_all(together)
        finally:
            with self._lock:
                following = self._waiting[:1]
                self._storing = bool(following)
            for request in (*following, *together):
                request.woken.set()

    def _store_all(self, requests: Sequence[_Request]) -> None:
        """Whatever happens, it is over for all of them: nobody may wait for ever."""
        problem: Exception | None = requests[0].problem
        try:
            self._write([event for request in requests for event in request.events], len(requests))
            problem = None
        except StoreUnavailable as error:
            problem = error
        except Exception as error:
            problem = error
            if len(requests) > 1:  # something in one of them was refused: the others must not suffer for it
                for request in requests:
                    self._store_all([request])
                return
        finally:
            for request in requests:
                if not request.is_over:
                    request.problem, request.is_over = problem, True

    def _write(self, events: Sequence[Event], requests: int) -> None:
        with self._database.write() as session:
            kept = erased_events.without_erased(session, events)
            new = received_events.save_all(session, kept, self._now())
        log.info("events_stored", requests=requests, events=len(events), new=new)
