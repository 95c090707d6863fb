"""`python -m bot worker`, whose leases and waits are a fraction of the real ones: a test notices a kill.

Probes are stored every two seconds, for the same reason.
"""

from gevent import monkey

monkey.patch_all()  # as `bot/__main__.py` does

import sys
from datetime import timedelta

from bot.command_line import main
from bot.errors import OutcomeUnknown
from bot.messenger import retry
from bot.store import outgoing, probes, received_events
from bot.worker import one_release, outbox

QUICKER = 10


def shorten() -> None:
    """In this process, from now on."""
    received_events.LEASE = timedelta(seconds=4)
    one_release.PATIENCE = 2.0  # shorter than the lease, as in earnest
    outgoing.LEASE = timedelta(seconds=12)  # longer than a worker takes to start on a busy machine: the echo is first
    retry.WAITS = {kind: [wait / QUICKER for wait in waits] for kind, waits in retry.WAITS.items()}
    retry.WAITS[OutcomeUnknown] = [wait * (QUICKER / 3) for wait in retry.WAITS[OutcomeUnknown]]  # echoes need time
    retry.RATE_PAUSE /= QUICKER
    outbox.WAIT_FOR_ECHO /= 3
    probes.EVERY = 2


if __name__ == "__main__":
    shorten()
    sys.argv = ["python -m bot", "worker"]
    main()
