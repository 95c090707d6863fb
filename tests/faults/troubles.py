"""What happens to a process of ours while it runs: its clock jumps, its database can only be read or is full.

A process that calls `follow` reads the troubles from a file, so that the test can change them at any moment.
"""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from bot.wiring import utc_now

FILE = "FAULTS_FILE"  # names the file in the environment of a process
LOOK_EVERY = 0.05  # seconds
MOST_PAGES = 1_073_741_823  # SQLite's own limit where none was set
NONE: dict[str, Any] = {"clock": 0.0, "read_only": False, "full": False}


def set_troubles(file: Path, **troubles: Any) -> None:
    """From now on these and no others: `clock` (seconds ahead), `read_only`, `full`."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(NONE | troubles), encoding="utf-8")
    fresh.replace(file)


def follow() -> None:
    """Let the troubles in the file happen in this process, until it ends."""
    file, now = Path(os.environ[FILE]), dict(NONE)
    traveller = time_machine.travel(utc_now(), tick=True).start()  # the monotonic clock stays as it is

    def look() -> None:
        wanted = json.loads(file.read_text(encoding="utf-8"))
        traveller.shift(wanted["clock"] - now["clock"])
        now.update(wanted)

    def watch() -> None:
        while True:
            time.sleep(LOOK_EVERY)
            look()

    @event.listens_for(Engine, "begin")
    def _harm(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA query_only = {int(now['read_only'])}")
            connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if now['full'] else MOST_PAGES}")

    look()
    threading.Thread(target=watch, daemon=True).start()
