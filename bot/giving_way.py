"""Which process waits for which where cores are short. The web process is first: webhooks are acknowledged in time."""

import os
from contextlib import suppress
from pathlib import Path

ANSWERING, TRAINING = 5, 10  # niceness; the web process has 0


def give_way(niceness: int, process: int | None = None) -> None:
    """This process, or the one of that id, is at least so nice from now on, with all that it starts.

    On Linux each thread has its own niceness, and libraries start some at import; children take it over. What systemd
    set already (`Nice=`) is not added to.
    """
    wanted = max(niceness, os.getpriority(os.PRIO_PROCESS, process or 0))
    threads = Path(f"/proc/{process or 'self'}/task")
    for thread in [int(entry.name) for entry in threads.iterdir()] if threads.is_dir() else [process or 0]:
        with suppress(ProcessLookupError):  # it has ended since
            os.setpriority(os.PRIO_PROCESS, thread, wanted)
