"""What `test_one_loop.py` asks of a process whose requests share one loop: prints the answers as JSON."""

from gevent import monkey

monkey.patch_all()  # as gunicorn's worker does

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import event, func, select

from bot import passwords
from bot.store import migrate
from bot.store.database import Database
from bot.store.tables import ReceivedEvent
from bot.web.intake import Intake
from tests.builders import NOON, a_practice, a_text
from tests.keys import KEYS

REQUESTS = 12


def stored_at_once(database: Database) -> dict[str, int]:
    """As many requests as come in one round of the loop."""
    intake, transactions = Intake(database, lambda: NOON), []
    event.listen(database.engine, "begin", transactions.append)
    all_there = threading.Event()

    def request(_number: int) -> None:
        all_there.wait()
        intake.store([a_text()])

    with ThreadPoolExecutor(REQUESTS) as threads:
        for number in range(REQUESTS):
            threads.submit(request, number)
        all_there.set()
    written = len(transactions)
    with database.read() as session:
        return {"transactions": written, "events": session.scalar(select(func.count(ReceivedEvent.id))) or 0}


def others_go_on_while(work: threading.Thread) -> int:
    """How often somebody else had a turn before `work` was over."""
    turns = 0
    work.start()
    while work.is_alive():
        time.sleep(0.001)
        turns += 1
    return turns


if __name__ == "__main__":
    database = Database(f"sqlite:///{Path(sys.argv[1]) / 'bot.db'}", KEYS)
    migrate.upgrade(database)
    with database.write() as session:
        a_practice(session)
    hashing = threading.Thread(target=passwords.hash_password, args=("a long password",))
    print(json.dumps(stored_at_once(database) | {"turns_while_hashing": others_go_on_while(hashing)}))
