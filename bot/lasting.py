"""What a process makes at its start stays until its end, so Python need not look for garbage in it again and again.

The rules of the safety net, the code and the descriptions of tables are 350,000 objects. Each full collection went
through all of them: a quarter of a second, several times a minute under load, in which the one loop answered nobody.
"""

import gc


def keep_for_good() -> None:
    """Call it once, when everything is loaded: later collections look at what came after only."""
    gc.collect()
    gc.freeze()
