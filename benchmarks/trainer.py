"""How fast trainers' pages answer at 100,000 messages and how long 10,000 take to group, on SQLite and PostgreSQL.

`python -m benchmarks.trainer` fills a database of its own for each, asks every question `TIMES` times, prints
milliseconds (see `benchmarks.questions`) and writes var/bench/trainer.json. It ends with 1 where a question's 95th
percentile reaches `MOST_MS` or the grouping `MOST_SECONDS`. PostgreSQL is left out, loudly, where it is not installed.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, text

from benchmarks.questions import measure
from bot.core import likeness
from bot.core.learning import Why
from bot.nlu.training_data import read_examples
from bot.store import asked, inbox_words, insights, labelling, migrate
from bot.store.database import Database
from bot.store.learning_tables import LearningItem, LearningWords
from bot.store.tables import Conversation, DecisionRow, Message, ReceivedEvent
from bot.trainer.group_next import group_all
from bot.wiring import NLU_DATA, PROJECT
from tests.builders import a_practice
from tests.keys import KEYS
from tests.postgres_server import find_programs, running

MESSAGES, GROUPED, GROUPS, AT_ONCE = 100_000, 10_000, 4_000, 1_000
TIMES = 20
MOST_MS, MOST_SECONDS = 300.0, 30.0
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REPORT = PROJECT / "var" / "bench" / "trainer.json"
VARIED = np.random.default_rng(1)


def fill(database: Database) -> None:
    """One practice with as many conversations, decisions, messages and open items; 1 in 50 was answered by staff."""
    chance = random.Random(1)
    texts = [example.text for example in read_examples(NLU_DATA / "examples")]
    centres = likeness.to_length_1(VARIED.normal(size=(GROUPS, likeness.NUMBERS)).astype(np.float32))
    with database.write() as session:
        a_practice(session)
    for start in range(1, MESSAGES + 1, AT_ONCE):
        ids = range(start, start + AT_ONCE)
        with database.write() as session:
            for table, make in (
                (Conversation, _conversation),
                (ReceivedEvent, _event),
                (Message, _message),
                (DecisionRow, _decision),
            ):
                session.execute(insert(table), [make(chance, number) for number in ids])
            said = {number: chance.choice(texts) for number in ids}
            items = [_item(chance, number, said[number], centres) for number in ids]
            session.execute(insert(LearningItem), items)
            session.execute(insert(LearningWords), [_words(number, said[number]) for number in ids])
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _conversation(_chance: random.Random, number: int) -> dict[str, Any]:
    facts = {"owner": "bot", "opted_out": False, "urgent": False, "asked": [], "created_at": NOW, "last_at": NOW}
    return {"id": number, "practice_id": 1, "page_id": 1, "psid": f"patient-{number}", **facts}


def _at(number: int) -> datetime:
    return NOW - timedelta(seconds=number * 24)


def _event(_chance: random.Random, number: int) -> dict[str, Any]:
    moments = dict.fromkeys(("order_at", "received_at", "due_at"), _at(number))
    what = {"page_ref": "1001", "kind": "text", "event_key": f"k{number}", "payload": {}, "state": "done"}
    return {"id": number, "practice_id": 1, "attempts": 1, **what, **moments}


def _message(_chance: random.Random, number: int) -> dict[str, Any]:
    """Every fiftieth is a colleague's, in the conversation of the one before."""
    is_staffs = number % 50 == 0
    return {
        "id": number,
        "practice_id": 1,
        "conversation_id": number - 1 if is_staffs else number,
        "author": "staff" if is_staffs else "patient",
        "text": "It does not take long.",
        "unsent": False,
        "said_at": _at(number) + timedelta(hours=1) if is_staffs else _at(number),
    }


def _decision(chance: random.Random, number: int) -> dict[str, Any]:
    lists: dict[str, Any] = {name: [] for name in ("programmes", "answer_versions", "safety")}
    told = {"thresholds": {}, "language": "en", "release": "r", "milliseconds": 20, "rule": "sure"}
    return {
        "id": number,
        "practice_id": 1,
        "conversation_id": number,
        "event_id": number,
        "kind": chance.choices(("answer", "clarify", "hand_off", "small_talk"), (60, 20, 15, 5))[0],
        "topics": [f"topic_{chance.randrange(90)}"],
        "feedback": chance.choice((None, None, None, "good", "bad")),
        "decided_at": _at(number),
        **lists,
        **told,
    }


def _item(chance: random.Random, number: int, said: str, centres: likeness.Vectors) -> dict[str, Any]:
    """Few groups are large and many small, as after a post that goes viral."""
    kind = min(int(chance.expovariate(1 / 600)), GROUPS - 1)
    vector = centres[kind] + 0.03 * VARIED.normal(size=likeness.NUMBERS)
    return {
        "id": number,
        "practice_id": 1,
        "conversation_id": number,
        "event_id": number,
        "why": chance.choice(list(Why)).value,
        "text": said,
        "vector": likeness.text_of(vector),
        "ranking": [["book", 0.4], ["cost", 0.3]],
        "release": "r",
        "asked_at": _at(number),
        "group_id": kind + 1,
        "likeness": chance.random(),
        "state": "open",
        "kept_back": False,
    }


@cache
def _hashed(word: str) -> frozenset[str]:
    return frozenset(inbox_words.hashes(KEYS, KEYS.current, 1, [word]))


def _words(number: int, said: str) -> dict[str, Any]:
    words = inbox_words.stored(set().union(*(_hashed(word) for word in inbox_words.words_of(said))))
    return {"item_id": number, "practice_id": 1, "words": words, "key_id": KEYS.current}


def questions(database: Database) -> Iterator[tuple[str, Callable[[], int]]]:
    """What the pages ask, each as a call that returns how many rows came."""

    def listed(why: Why | None = None, query: str = "", page: int = 1) -> int:
        with database.read() as session:
            found = asked.listed(session, [1], why, query, page)
            asked.counts(session, [1])  # the page asks for them too
            return len(found.groups)

    def one_group() -> int:
        with database.read() as session:
            found = asked.group(session, [1], 1)
            return len(found.items) if found else 0

    def labelled() -> int:
        with database.read() as session:
            return len(labelling.newest(session, [1]))

    def numbers() -> int:
        with database.read() as session:
            return len(insights.of_practice(session, 1, NOW - timedelta(days=28)).days)

    yield "first page", listed
    yield "a page far behind", lambda: listed(page=100)
    yield "one reason", lambda: listed(Why.UNSURE)
    for name, query in (("common word", "mammogram"), ("rare word", "zebra"), ("three words", "does smear hurt")):
        yield f"search, {name}", lambda query=query: listed(query=query)  # type: ignore[misc]
    yield "the largest group", one_group
    yield "what was labelled", labelled
    yield "insights of 28 days", numbers


def time_grouping(database: Database) -> float:
    """Seconds to read, group and keep the newest 10,000 messages, as the trainer process does."""
    began = time.perf_counter()
    done = group_all(database, lambda _total: lambda _done: None)["compared"]
    took = time.perf_counter() - began
    print(f"  {done:,} messages grouped in {took:.1f} s", flush=True)
    return took


def run(url: str) -> dict[str, Any]:
    database = Database(url, KEYS)
    migrate.upgrade(database)
    began = time.perf_counter()
    fill(database)
    print(f"  filled in {time.perf_counter() - began:.0f} s", flush=True)
    report = {"questions": measure(questions(database), TIMES), "grouping_seconds": round(time_grouping(database), 1)}
    database.close()
    return report


def main() -> int:
    report: dict[str, Any] = {}
    print(f"SQLite, {MESSAGES:,} messages")
    with tempfile.TemporaryDirectory() as folder:
        report["sqlite"] = run(f"sqlite:///{Path(folder) / 'bench.db'}")
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed: its half is left out", file=sys.stderr)
    else:
        print(f"PostgreSQL, {MESSAGES:,} messages")
        with running(programs) as server:
            report["postgres"] = run(server.create("bench"))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2), encoding="utf-8")
    late = [
        f"{name}: {question}"
        for name, of in report.items()
        for question, cost in of["questions"].items()
        if cost["p95_ms"] >= MOST_MS
    ]
    late += [f"{name}: grouping" for name, of in report.items() if of["grouping_seconds"] >= MOST_SECONDS]
    print("Too slow: " + ", ".join(late) if late else "Everything is fast enough.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
