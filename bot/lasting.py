"""What a process keeps until its end, and what it needed for a moment only.

The rules of the safety net, the code and the descriptions of tables are 350,000 objects. Each full collection went
through all of them: a quarter of a second, several times a minute under load, in which the one loop answered nobody.
"""

import ctypes
import gc
import sys


def keep_for_good() -> None:
    """Call it once, when everything is loaded: later collections look at what came after only."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Call it after work that took much memory for once: what was freed goes back to the system.

    glibc keeps it for the thread that freed it, and the process would grow from one such work to the next. Where there
    is no glibc, nothing happens.
    """
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
