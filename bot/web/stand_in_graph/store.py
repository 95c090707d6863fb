"""The stand-in's one SQLite file, safe for threads and for several processes.

Every change is one short `BEGIN IMMEDIATE` transaction, so that two calls at once cannot both pass a check.
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.web.stand_in_graph.conversations import Connection

TABLES = (
    """CREATE TABLE IF NOT EXISTS people (page_id TEXT, psid TEXT, last_at REAL, owner_app_id TEXT,
    owner_until REAL, typing_at REAL, seen_at REAL, delivered_seq INTEGER, read_seq INTEGER,
    PRIMARY KEY (page_id, psid))""",
    """CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, page_id TEXT, psid TEXT,
    mid TEXT UNIQUE, sender TEXT, kind TEXT, content TEXT, at REAL, app_id TEXT, edits INTEGER,
    unsent INTEGER, reaction TEXT)""",
    "CREATE INDEX IF NOT EXISTS messages_of ON messages (page_id, psid, seq)",
    "CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, call TEXT)",
    """CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY AUTOINCREMENT, page_id TEXT, on_call TEXT,
    remaining INTEGER, fault TEXT)""",
    """CREATE TABLE IF NOT EXISTS page_settings (page_id TEXT, name TEXT, value TEXT,
    PRIMARY KEY (page_id, name))""",
    """CREATE TABLE IF NOT EXISTS webhooks (id INTEGER PRIMARY KEY AUTOINCREMENT, page_id TEXT, psid TEXT,
    body BLOB, state TEXT DEFAULT 'waiting', created_at REAL, due_at REAL, leased_until REAL,
    attempts INTEGER DEFAULT 0)""",
    "CREATE INDEX IF NOT EXISTS webhooks_of ON webhooks (page_id, psid, id)",
)
CLEAR = (
    "DELETE FROM people",
    "DELETE FROM messages",
    "DELETE FROM calls",
    "DELETE FROM faults",
    "DELETE FROM page_settings",
    "DELETE FROM webhooks",
)
WAIT_FOR_OTHERS = 30.0  # seconds that a writer waits for its turn


class Store:
    """The file; what is kept in it is read and written within `transaction()` or `reading()`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()
        file.parent.mkdir(parents=True, exist_ok=True)
        with self.transaction() as connection:
            for statement in TABLES:
                connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing, and nobody else writes meanwhile."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the file, keeping nobody from writing."""
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")

    def clear(self) -> None:
        """Forget everything."""
        with self.transaction() as connection:
            for statement in CLEAR:
                connection.execute(statement)

    def _connection(self) -> Connection:
        """One connection for each thread, and a new one in a forked process."""
        if getattr(self._local, "process", None) != os.getpid():
            connection = sqlite3.connect(self._file, timeout=WAIT_FOR_OTHERS, isolation_level=None)
            connection.row_factory = sqlite3.Row
            _use_write_ahead_log(connection)
            connection.execute("PRAGMA synchronous=OFF")  # survives a killed process; power cuts do not matter here
            self._local.connection, self._local.process = connection, os.getpid()
        opened: Connection = self._local.connection
        return opened


def _use_write_ahead_log(connection: Connection) -> None:
    """Switching a new file over fails at once, without waiting, while another process does the same."""
    until = time.monotonic() + WAIT_FOR_OTHERS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def setting(connection: Connection, page_id: str, name: str, default: Any) -> Any:
    """A page's stored setting (`profile`, `subscribed_fields`), or `default`."""
    row = connection.execute(
        "SELECT value FROM page_settings WHERE page_id = ? AND name = ?", (page_id, name)
    ).fetchone()
    return json.loads(row["value"]) if row else default


def set_setting(connection: Connection, page_id: str, name: str, value: Any) -> None:
    connection.execute("REPLACE INTO page_settings VALUES (?, ?, ?)", (page_id, name, json.dumps(value)))


def add_fault(connection: Connection, page_id: str | None, on_call: str, times: int, fault: Mapping[str, Any]) -> None:
    """Let the next `times` calls of this kind meet `fault`; `page_id` None: whichever page."""
    connection.execute(
        "INSERT INTO faults (page_id, on_call, remaining, fault) VALUES (?, ?, ?, ?)",
        (page_id, on_call, times, json.dumps(dict(fault))),
    )


def take_back_faults(connection: Connection) -> None:
    """What was set and did not happen yet does not happen any more."""
    connection.execute("DELETE FROM faults")


def take_fault(connection: Connection, page_id: str, on_call: str) -> dict[str, Any]:
    """The fault set for this call, used up by one; empty when all is well."""
    row = connection.execute(
        "UPDATE faults SET remaining = remaining - 1 WHERE id = (SELECT id FROM faults WHERE remaining > 0 "
        "AND on_call IN (?, 'any') AND (page_id IS NULL OR page_id = ?) ORDER BY id LIMIT 1) RETURNING fault",
        (on_call, page_id),
    ).fetchone()
    fault: dict[str, Any] = json.loads(row["fault"]) if row else {}
    return fault


def add_call(connection: Connection, call: Mapping[str, Any]) -> None:
    connection.execute("INSERT INTO calls (at, call) VALUES (?, ?)", (time.time(), json.dumps(dict(call))))


def calls_after(connection: Connection, after: int) -> list[dict[str, Any]]:
    """The recorded calls with an id above `after`, oldest first."""
    rows = connection.execute("SELECT * FROM calls WHERE id > ? ORDER BY id", (after,))
    return [{"id": row["id"], "at": row["at"], **json.loads(row["call"])} for row in rows]
