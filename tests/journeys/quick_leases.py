"""`python -m bot worker`, whose leases end after seconds instead of half a minute: a test notices a kill.

Probes are stored every two seconds, for the same reason.
"""

import sys
from datetime import timedelta

from bot.__main__ import main
from bot.store import outgoing, probes, received_events
from bot.worker import one_release, send_next

received_events.LEASE = timedelta(seconds=4)
one_release.PATIENCE = 2.0  # shorter than the lease, as in earnest
outgoing.LEASE = timedelta(seconds=12)  # longer than a worker takes to start on a busy machine: the echo comes first
probes.EVERY = 2
send_next.WAIT_FOR_ECHO = timedelta(seconds=20)  # a third, as nothing else in these tests waits for a minute

if __name__ == "__main__":
    sys.argv = ["python -m bot", "worker"]
    main()
