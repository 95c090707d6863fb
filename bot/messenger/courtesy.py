"""Small signs for the patient, "seen" and typing dots: nice to have, so they never hold up or fail a turn."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Event

from bot.errors import SendError
from bot.messenger.graph_api import GraphApi, PageAccess

MOST_AT_ONCE = 20  # turns; under more load the signs are left out, the answers are not
DOTS_AFTER = 0.7  # seconds without an answer until typing dots are shown


class Courtesy:
    """Shows the signs from threads of its own."""

    def __init__(self, graph: GraphApi) -> None:
        self._graph = graph
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="courtesy")
        self._room = BoundedSemaphore(MOST_AT_ONCE)

    def begin(self, page: PageAccess, psid: str) -> Event:
        """Mark the message as seen, and show dots if the returned event is not set soon: set it with the answer."""
        answered = Event()
        if self._room.acquire(blocking=False):
            self._threads.submit(self._show, page, psid, answered)
        return answered

    def _show(self, page: PageAccess, psid: str, answered: Event) -> None:
        try:
            self._graph.action(page, psid, "mark_seen")
            # Dots that come after the answer would stay for 20 seconds and promise another one.
            if not answered.wait(DOTS_AFTER):
                self._graph.action(page, psid, "typing_on")
        except SendError:
            pass  # the answer itself will meet the same fault, and says so
        finally:
            self._room.release()
