"""Signed webhooks back to the service. Each is a row until it was answered with 200, so none is lost.

As at Meta: anything but 200 within 5 seconds counts as failed and is tried again with growing pauses,
until an hour has gone by. The webhooks of one conversation go out in order.
"""

import logging
import sqlite3
import threading
import time

import requests

from bot.web.stand_in_graph import events, store
from bot.web.stand_in_graph.conversations import Connection, load_person

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # seconds after each failed try; the last repeats
GIVE_UP_AFTER = 3600.0  # seconds
ANSWER_WITHIN = 5.0  # seconds
LEASE = ANSWER_WITHIN + 1.0  # a process that was killed meanwhile holds a row no longer than this
LOOK_EVERY = 0.25  # seconds: rows of other processes, and tries that have become due
SENDERS = 2
INSERT = """INSERT INTO webhooks (page_id, psid, body, created_at, due_at, leased_until)
VALUES (?, ?, ?, ?, ?, ?)"""
CLAIM = """UPDATE webhooks SET leased_until = :lease WHERE id = (
    SELECT id FROM webhooks AS this
    WHERE state = 'waiting' AND due_at <= :now AND leased_until <= :now AND NOT EXISTS (
        SELECT 1 FROM webhooks AS earlier WHERE earlier.page_id = this.page_id
        AND earlier.psid = this.psid AND earlier.id < this.id AND earlier.state = 'waiting')
    ORDER BY id LIMIT 1) RETURNING *"""

log = logging.getLogger(__name__)


class SendBack:
    """Queues webhooks within the caller's transaction and delivers them from its own threads."""

    def __init__(self, data: store.Store, webhook_url: str | None, app_secret: str, app_id: str) -> None:
        self._store, self._url, self._secret, self._app_id = data, webhook_url, app_secret, app_id
        self._wake, self._closed = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the senders; after a fork, where threads do not come along, start them again."""
        if self._url is None or self._closed.is_set() or any(thread.is_alive() for thread in self._threads):
            return
        self._threads = [threading.Thread(target=self._work, daemon=True, name="send-back") for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop; what is left stays in the file for the next start."""
        self._closed.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(ANSWER_WITHIN)

    def queue(
        self, connection: Connection, page_id: str, psid: str, event: events.Event, held: bool = False
    ) -> int | None:
        """Add a webhook within the caller's transaction and give its row's id; `held` for `send_now`.

        None: the page is not subscribed to this kind, or there is nowhere to send it.
        """
        fields = store.setting(connection, page_id, "subscribed_fields", events.PAGE_FIELDS)
        if self._url is None or events.FIELDS[events.kind_of(event)] not in fields:
            return None
        now = time.time()
        standby = load_person(connection, page_id, psid).owner(now) not in (None, self._app_id)
        if standby and "standby" not in fields:
            return None
        body = events.envelope(page_id, now, event, standby)
        return connection.execute(INSERT, (page_id, psid, body, now, now, now + LEASE if held else 0)).lastrowid

    def wake(self) -> None:
        """There is something to send: call it after the commit."""
        self._wake.set()

    def send_now(self, row_id: int) -> int | None:
        """Try a held webhook in the caller's thread: its HTTP status, None if there was no answer."""
        with self._store.reading() as connection:
            row = connection.execute("SELECT * FROM webhooks WHERE id = ?", (row_id,)).fetchone()
        with _session() as session:
            return self._send(session, row)

    def counts(self, connection: Connection) -> dict[str, int]:
        """How many webhooks still wait, and how many were given up."""
        found = dict(connection.execute("SELECT state, COUNT(*) FROM webhooks GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in ("waiting", "given_up")}

    def _work(self) -> None:
        with _session() as session:
            while not self._closed.is_set():
                try:
                    row = self._claim()
                    if row is not None:
                        self._send(session, row)
                        continue
                except sqlite3.Error as error:
                    log.warning("the stand-in could not read its webhooks", extra={"error": type(error).__name__})
                self._wake.wait(LOOK_EVERY)
                self._wake.clear()

    def _claim(self) -> sqlite3.Row | None:
        """The oldest webhook that is due and has nothing of its conversation waiting before it."""
        now = time.time()
        with self._store.transaction() as connection:
            row: sqlite3.Row | None = connection.execute(CLAIM, {"now": now, "lease": now + LEASE}).fetchone()
        return row

    def _send(self, session: requests.Session, row: sqlite3.Row) -> int | None:
        assert self._url is not None  # without an address no row is ever queued
        try:
            status = session.post(
                self._url,
                data=row["body"],
                headers=events.signature_headers(row["body"], self._secret),
                timeout=ANSWER_WITHIN,
                allow_redirects=False,
            ).status_code
        except requests.RequestException:
            status = None
        self._settle(row, status)
        return status

    def _settle(self, row: sqlite3.Row, status: int | None) -> None:
        now, attempts = time.time(), row["attempts"] + 1
        with self._store.transaction() as connection:
            if status == 200:
                connection.execute("DELETE FROM webhooks WHERE id = ?", (row["id"],))
                return
            state = "waiting" if now - row["created_at"] < GIVE_UP_AFTER else "given_up"
            due_at = now + PAUSES[min(attempts, len(PAUSES)) - 1]
            connection.execute(
                "UPDATE webhooks SET attempts = ?, due_at = ?, leased_until = 0, state = ? WHERE id = ?",
                (attempts, due_at, state, row["id"]),
            )
        log.info("webhook not taken", extra={"status": status, "attempts": attempts, "state": state})


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc between two processes of one machine
    return session
