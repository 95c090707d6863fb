"""What is in the files of a database, whoever may read it there."""

from pathlib import Path

from sqlalchemy import make_url, text

from bot.store.database import Database
from bot.store.tables import Base


def bytes_of(database: Database) -> bytes:
    """Every byte of a SQLite database: the file and its log."""
    file = Path(str(make_url(database.engine.url).database))
    log = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (log.read_bytes() if log.exists() else b"")


def rows_of(database: Database) -> dict[str, str]:
    """Every row of every table as text."""
    with database.read() as session:
        return {
            name: "\n".join(str(row) for row in session.execute(text(f'SELECT * FROM "{name}"')))
            for name in Base.metadata.tables
        }


def holders_of(database: Database, *words: str) -> list[tuple[str, str]]:
    """The tables, or `the file`, that hold one of the words."""
    held = rows_of(database)
    found = [(name, word) for name, content in held.items() for word in words if word in content]
    if database.is_sqlite:
        content = bytes_of(database)
        found += [("the file", word) for word in words if word.encode() in content]
    return found
