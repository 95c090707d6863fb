"""Work that keeps a processor busy without Python, away from the loop that answers all requests of a process.

Where the process has such a loop (gevent, docs/adr/0018) nobody else would be answered meanwhile.
"""

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub, monkey

Result = TypeVar("Result")


def in_own_thread(work: Callable[[], Result]) -> Result:
    """What `work` gives, or raises. It must share nothing with others: no database, no lock."""
    if not monkey.is_module_patched("threading"):
        return work()
    result: Result = get_hub().threadpool.apply(work)
    return result
