"""`python -m bot worker` with short leases, to which troubles can happen."""

import sys

from bot.__main__ import main
from tests.faults import troubles
from tests.journeys.quick_leases import shorten

if __name__ == "__main__":
    shorten()
    troubles.follow()
    sys.argv = ["python -m bot", "worker"]
    main()
