"""The patient's phone: who wrote to which page, and the messages that stand there. One transaction each.

Times are seconds since 1970.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

TYPING_SHOWS_FOR = 20.0  # seconds
CONTROL_LASTS = 24 * 3600.0  # seconds without renewal

Connection = sqlite3.Connection


@dataclass(frozen=True)
class Person:
    """One patient as one page knows them."""

    page_id: str
    psid: str
    last_at: float | None = None  # their last message, tap, reaction or link; None: they never wrote
    owner_app_id: str | None = None
    owner_until: float = 0.0
    typing_at: float | None = None  # when the page's typing sign was last switched on
    seen_at: float | None = None
    delivered_seq: int = 0
    read_seq: int = 0

    def owner(self, now: float) -> str | None:
        """The app that controls the thread, None for nobody."""
        return self.owner_app_id if self.owner_until > now else None

    def owned_by(self, app_id: str | None, now: float) -> "Person":
        return replace(self, owner_app_id=app_id, owner_until=now + CONTROL_LASTS)


@dataclass(frozen=True)
class Message:
    """One message on the phone; `content` as `patient` and `routes` make it."""

    page_id: str
    psid: str
    mid: str
    sender: str  # patient or page
    kind: str
    content: Mapping[str, Any]
    at: float
    seq: int | None = None  # given by the file
    app_id: str | None = None
    edits: int = 0
    unsent: bool = False
    reaction: Mapping[str, Any] | None = None


def new_mid() -> str:
    """A message id in the form Meta gives them."""
    return f"m_{secrets.token_urlsafe(48)}"


def load_person(connection: Connection, page_id: str, psid: str) -> Person:
    """The person; one who never wrote if the file does not know them."""
    row = connection.execute("SELECT * FROM people WHERE page_id = ? AND psid = ?", (page_id, psid)).fetchone()
    return Person(**dict(row)) if row else Person(page_id, psid)


def save_person(connection: Connection, person: Person) -> None:
    connection.execute(
        "REPLACE INTO people VALUES (:page_id, :psid, :last_at, :owner_app_id, :owner_until, :typing_at, "
        ":seen_at, :delivered_seq, :read_seq)",
        asdict(person),
    )


def save_message(connection: Connection, message: Message) -> int:
    """Store a new message, or a changed one under its `seq`; gives the `seq`."""
    columns = {**asdict(message), "content": json.dumps(message.content), "reaction": json.dumps(message.reaction)}
    seq = connection.execute(
        "REPLACE INTO messages VALUES (:seq, :page_id, :psid, :mid, :sender, :kind, :content, :at, :app_id, "
        ":edits, :unsent, :reaction)",
        columns,
    ).lastrowid
    assert seq is not None  # SQLite numbers every row
    return seq


def messages_of(connection: Connection, page_id: str, psid: str, after: int = 0) -> list[Message]:
    """The messages of one conversation with `seq` above `after`, oldest first."""
    rows = connection.execute(
        "SELECT * FROM messages WHERE page_id = ? AND psid = ? AND seq > ? ORDER BY seq", (page_id, psid, after)
    )
    return [_message(row) for row in rows]


def find_message(connection: Connection, page_id: str, psid: str, mid: str) -> Message | None:
    """The message of this conversation with this mid."""
    row = connection.execute(
        "SELECT * FROM messages WHERE page_id = ? AND psid = ? AND mid = ?", (page_id, psid, mid)
    ).fetchone()
    return _message(row) if row else None


def transcript(connection: Connection, page_id: str, psid: str, after: int, now: float) -> dict[str, Any]:
    """The conversation as the phone shows it: its state, and the messages with `seq` above `after`."""
    person = load_person(connection, page_id, psid)
    return {
        "messages": [_shown(message) for message in messages_of(connection, page_id, psid, after)],
        "typing": person.typing_at is not None and now - person.typing_at < TYPING_SHOWS_FOR,
        "seen_at": person.seen_at,
        "delivered_up_to": person.delivered_seq,
        "read_up_to": person.read_seq,
        "owner_app_id": person.owner(now),
    }


def _message(row: sqlite3.Row) -> Message:
    parsed = {name: json.loads(row[name]) for name in ("content", "reaction")}
    return Message(**{**dict(row), **parsed, "unsent": bool(row["unsent"])})


def _shown(message: Message) -> dict[str, Any]:
    columns = asdict(message)
    for name in ("page_id", "psid", "content"):
        del columns[name]
    return {**message.content, **columns}
