"""What is really stored: read and changed past the encrypted types."""

from typing import Any

from sqlalchemy import text

from bot.store.database import Database

# Every column that holds what people said.
ENCRYPTED = (
    ("conversation", "referral"),
    ("conversation", "last_line"),
    ("message", "text"),
    ("message", "reaction"),
    ("outgoing_message", "text"),
    ("outgoing_message", "buttons"),
    ("received_event", "payload"),
    ("note", "text"),
    ("learning_item", "text"),
    ("learning_item", "vector"),
    ("draft", "text"),
    ("answer_review", "comment"),
    ("example", "text"),
    ("example", "written"),
    ("teaching_change", "rows"),
    ("user_account", "totp_secret"),  # of staff: not words, but nobody's business either
    ("account_link", "totp_secret"),
    ("sign_in_session", "new_totp_secret"),
    ("training_run", "found"),
)


def stored(database: Database, table: str, column: str) -> list[str]:
    """The values of a column as the database holds them, without NULLs, oldest row first."""
    with database.read() as session:
        statement = text(f"SELECT CAST({column} AS TEXT) FROM {table} WHERE {column} IS NOT NULL ORDER BY id")
        return [str(value) for value in session.scalars(statement)]


def put(database: Database, table: str, column: str, value: Any) -> None:
    """Store this in every row, as it is."""
    is_json = column in ("payload", "buttons", "referral", "rows", "found") and not database.is_sqlite
    given = "CAST(:value AS JSON)" if is_json else ":value"
    with database.write() as session:
        session.execute(text(f"UPDATE {table} SET {column} = {given}"), {"value": value})


def flip_a_byte(database: Database, table: str, column: str) -> None:
    """Change one letter in the middle of what is encrypted, in every row."""
    [value] = set(stored(database, table, column))
    middle = len(value) - 20
    put(database, table, column, value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :])
