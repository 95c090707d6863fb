"""How fast the staff inbox lists and searches at 50,000 conversations, on SQLite and on PostgreSQL.

`python -m benchmarks.inbox` fills a database of its own for each, asks every question `TIMES` times, prints
milliseconds (see `benchmarks.questions`) and writes var/bench/inbox.json. It ends with 1 where a question's 95th
percentile reaches `MOST_MS`. PostgreSQL is left out, loudly, where it is not installed.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from benchmarks.questions import measure
from bot.nlu.training_data import read_examples
from bot.store import escalations, inbox, inbox_rows, inbox_words, migrate, practices
from bot.store.database import Database
from bot.store.desk_tables import ConversationWords
from bot.store.inbox import Filter, Place
from bot.store.tables import Conversation
from bot.wiring import NLU_DATA, PROJECT
from tests.builders import a_practice
from tests.keys import KEYS
from tests.postgres_server import find_programs, running

CONVERSATIONS = 50_000
OTHERS = 10_000  # of another practice
TIMES = 30
MOST_MS = 300.0  # for what a person waits for
IN_THE_BACKGROUND = "what is due (once a minute)"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ME = "user 1"
REPORT = PROJECT / "var" / "bench" / "inbox.json"


def fill(database: Database) -> None:
    """Two practices; the words are those of the training examples, about 30 different ones in each conversation."""
    chance = random.Random(1)
    texts = [example.text for example in read_examples(NLU_DATA / "examples")]
    with database.write() as session:
        ids = [a_practice(session, slug, [page]).id for slug, page in (("riverside", "1001"), ("hillside", "2002"))]
        pages = {page.practice_id: page.id for page in practices.pages(session)}
    for practice_id, count in zip(ids, (CONVERSATIONS, OTHERS), strict=True):
        for start in range(0, count, 1_000):
            rows = [_conversation(chance, practice_id, pages[practice_id], start + number) for number in range(1_000)]
            with database.write() as session:
                made = session.scalars(insert(Conversation).returning(Conversation.id), rows).all()
                session.execute(insert(ConversationWords), [_words(chance, texts, one, practice_id) for one in made])
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _conversation(chance: random.Random, practice_id: int, page_id: int, number: int) -> dict[str, Any]:
    """One in ten waits for a person, one in a hundred urgently; four in ten are closed."""
    at = NOW - timedelta(minutes=chance.randrange(60 * 24 * 365))
    kind = chance.random()
    waits, held, closed = kind < 0.10, 0.10 <= kind < 0.12, kind >= 0.6
    return {
        "practice_id": practice_id,
        "page_id": page_id,
        "psid": f"patient-{number}",
        "owner": "staff" if held else "bot",
        "opted_out": False,
        "waiting_since": at if waits else None,
        "waiting_why": "the patient asked for a person" if waits or closed else None,
        "urgent": waits and chance.random() < 0.1,
        "asked": [],
        "patient_last_at": at,
        "holder": chance.choice((ME, "user 2")) if held else None,
        "closed_at": at if closed else None,
        "outcome": "answered" if closed else None,
        "last_at": at,
        "last_line": "Does it hurt, and how long does it take to have it done? I would like to know before I come.",
        "created_at": at,
    }


def _words(chance: random.Random, texts: list[str], row_id: int, practice_id: int) -> dict[str, Any]:
    said = [word for _ in range(5) for word in inbox_words.words_of(chance.choice(texts))]
    words = inbox_words.stored(set().union(*(_hashed(practice_id, word) for word in set(said))))
    return {"conversation_id": row_id, "practice_id": practice_id, "words": words, "key_id": KEYS.current}


@cache
def _hashed(practice_id: int, word: str) -> set[str]:
    return inbox_words.hashes(KEYS, KEYS.current, practice_id, [word])


def questions(database: Database) -> Iterator[tuple[str, Callable[[], int]]]:
    """What the page asks, each as a call that returns how many rows came."""

    def listed(show: Filter, query: str = "", after: Place | None = None) -> int:
        with database.read() as session:
            found = inbox.listed(session, 1, show, ME, query=query, after=after)
            return len(inbox_rows.rows(session, 1, found.rows, NOW))

    def counted() -> int:
        with database.read() as session:
            return sum(inbox.counts(session, 1, ME).values())

    def due() -> int:
        with database.read() as session:
            return len(escalations.find_due(session, practices.find(session, 1), NOW))

    yield IN_THE_BACKGROUND, due
    for show in Filter:
        yield f"list {show}", lambda show=show: listed(show)  # type: ignore[misc]
    for name, size in (("a page among who waits", 2_000), ("a page far behind", 20_000)):
        with database.read() as session:
            place = inbox.listed(session, 1, Filter.ALL, ME, size=size).next
        yield f"list all, {name}", lambda place=place: listed(Filter.ALL, after=place)  # type: ignore[misc]
    yield "counts of all filters", counted
    for name, query in (("common word", "mammogram"), ("rare word", "zebra"), ("three words", "does smear hurt")):
        for show in (Filter.ALL, Filter.CLOSED):
            yield f"search {show}, {name}", lambda show=show, query=query: listed(show, query)  # type: ignore[misc]


@contextmanager
def filled(url: str) -> Iterator[Database]:
    database = Database(url, KEYS)
    migrate.upgrade(database)
    began = time.perf_counter()
    fill(database)
    print(f"  filled in {time.perf_counter() - began:.0f} s", flush=True)
    yield database
    database.close()


def main() -> int:
    """Measure, print, write the report. Returns the exit code."""
    report: dict[str, Any] = {"conversations": CONVERSATIONS}
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite", flush=True)
        with filled(f"sqlite:///{Path(folder) / 'inbox.db'}") as database:
            report["sqlite"] = measure(questions(database), TIMES)
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed: NOT measured", flush=True)
    else:
        print("PostgreSQL", flush=True)
        with running(programs) as server, filled(server.create("inbox")) as database:
            report["postgresql"] = measure(questions(database), TIMES)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    parts = [report.get(name, {}) for name in ("sqlite", "postgresql")]
    waited_for = [(name, took) for part in parts for name, took in part.items() if name != IN_THE_BACKGROUND]
    slow = [name for name, took in waited_for if took["p95_ms"] >= MOST_MS]
    print(f"slower than {MOST_MS:.0f} ms: {', '.join(slow) or 'nothing'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
