"""Which process waits for which where cores are short. The web process is first: webhooks are acknowledged in time."""

import os
from contextlib import suppress
from pathlib import Path

ANSWERING, TRAINING = 5, 10  # niceness; the web process has 0
THREADS = Path("/proc/self/task")  # on Linux each thread has its own niceness, and libraries start some at import


def give_way(niceness: int) -> None:
    """Be at least so nice from now on, with what is started from here: threads and children take it over.

    What systemd set already (`Nice=`) is not added to.
    """
    wanted = max(niceness, os.getpriority(os.PRIO_PROCESS, 0))
    for thread in [int(entry.name) for entry in THREADS.iterdir()] if THREADS.is_dir() else [0]:
        with suppress(ProcessLookupError):  # it has ended since
            os.setpriority(os.PRIO_PROCESS, thread, wanted)
