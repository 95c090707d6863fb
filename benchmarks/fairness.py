"""What it costs to serve practices in turn, and how long a quiet practice waits beside one whose post went viral.

`python -m benchmarks.fairness` fills a queue on SQLite and on PostgreSQL (left out, loudly, where it is not installed):
a long backlog of one practice, and one event of each of the others. It prints milliseconds for a claim with its finish,
and after how many claims the last of the quiet practices had its turn, and writes var/bench/fairness.json.
"""

import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from bot.core.events import TextMessage, to_json
from bot.store import migrate, received_events
from bot.store.database import Database
from bot.store.tables import ReceivedEvent
from bot.wiring import PROJECT
from tests.builders import a_practice
from tests.keys import KEYS
from tests.postgres_server import find_programs, running

PRACTICES, BACKLOG, CLAIMS = 100, 50_000, 1_000
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REPORT = PROJECT / "var" / "bench" / "fairness.json"


def fill(database: Database) -> None:
    """The viral practice's events came first, each of a patient of its own."""
    with database.write() as session:
        ids = [a_practice(session, f"practice-{number}", [str(1000 + number)]).id for number in range(PRACTICES)]
        rows = [_row(ids[0], "1000", number) for number in range(BACKLOG)]
        rows += [_row(ids[number], str(1000 + number), BACKLOG + number) for number in range(1, PRACTICES)]
        session.execute(insert(ReceivedEvent), rows)
        if not database.is_sqlite:  # which is never asked to in operation either; PostgreSQL does it by itself
            session.execute(text("ANALYZE"))


def _row(practice_id: int, page: str, number: int) -> dict[str, Any]:
    at = NOW - timedelta(hours=1) + timedelta(milliseconds=number)
    event = TextMessage(page_id=page, psid=f"p{number}", mid=f"m{number}", key=f"m{number}", text="does it hurt")
    moments = {"order_at": at, "received_at": at, "due_at": at}
    keys = {"practice_id": practice_id, "page_ref": page, "psid": event.psid, "event_key": event.key}
    return {**keys, **moments, "kind": "text", "payload": to_json(event), "state": "waiting", "attempts": 0}


def measure(database: Database) -> dict[str, Any]:
    """Claim and finish as one worker does."""
    milliseconds: list[float] = []
    served: dict[int, int] = {}
    last = 0
    for number in range(1, CLAIMS + 1):
        began = time.perf_counter()
        with database.write() as session:
            [claim] = received_events.claim(session, "worker", NOW, last)
        claimed = time.perf_counter()
        with database.write() as session:
            assert received_events.finish(session, claim, "done", NOW)
        milliseconds.append((claimed - began) * 1000)
        last = claim.practice_id
        served.setdefault(last, number)
    cuts = statistics.quantiles(milliseconds, n=100)
    waited = max(served.values()) if len(served) == PRACTICES else None
    return {"claim_p50_ms": round(cuts[49], 2), "claim_p99_ms": round(cuts[98], 2), "all_served_after_claims": waited}


def main() -> None:
    report: dict[str, Any] = {"practices": PRACTICES, "backlog": BACKLOG}
    with tempfile.TemporaryDirectory() as folder:
        report["sqlite"] = _on(f"sqlite:///{folder}/fairness.db")
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed: left out", file=sys.stderr)
    else:
        with running(programs) as server:
            report["postgresql"] = _on(server.create("fairness"))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


def _on(url: str) -> dict[str, Any]:
    database = Database(url, KEYS)
    migrate.upgrade(database)
    fill(database)
    try:
        return measure(database)
    finally:
        database.close()


if __name__ == "__main__":
    main()
