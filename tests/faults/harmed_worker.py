"""`python -m bot worker` with short leases, to which troubles can happen."""

from gevent import monkey

monkey.patch_all()  # as `bot/__main__.py` does

import sys

from bot.command_line import main
from tests.faults import troubles
from tests.journeys.quick_leases import shorten

if __name__ == "__main__":
    shorten()
    troubles.follow()
    sys.argv = ["python -m bot", "worker"]
    main()
