"""The database fails: it is gone altogether, or one statement of a transaction breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, make_url

from bot.store.database import Database


class Broken(Exception):
    """A fault that nobody foresaw. Its text quotes the patient, as the text of a real one might."""

    def __init__(self) -> None:
        super().__init__("while storing: I am Ann and a mammogram hurt")


def break_down() -> None:
    raise Broken


class Outage:
    """The database of these connections is gone until `end`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._url = make_url(database.engine.url)

    def begin(self) -> None:
        if self._database.is_sqlite:
            self._database.engine.dispose()
            self._file.rename(self._away)
            self._file.mkdir()  # SQLite would make an empty file where there is none
        else:
            self._tell_postgres("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
            self._tell_postgres("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'")

    def end(self) -> None:
        if self._database.is_sqlite:
            self._file.rmdir()
            self._away.rename(self._file)
        else:
            self._tell_postgres("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true")

    @property
    def _file(self) -> Path:
        return Path(str(self._url.database))

    @property
    def _away(self) -> Path:
        return self._file.with_suffix(".away")

    def _tell_postgres(self, statement: str) -> None:
        address = self._url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(statement.format(self._url.database))


@contextmanager
def breaking_at(database: Database, statement: str, does: Callable[[], None] = break_down) -> Iterator[None]:
    """Within the block every statement that starts with these words breaks, before the database sees it."""

    def look(connection: Any, cursor: Any, sql: str, *_: Any) -> None:
        if sql.startswith(statement):
            does()

    event.listen(database.engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", look)


@contextmanager
def breaking_commits(database: Database) -> Iterator[None]:
    """Within the block no transaction can be committed."""

    def refuse(connection: Any) -> None:
        break_down()

    event.listen(database.engine, "commit", refuse)
    try:
        yield
    finally:
        event.remove(database.engine, "commit", refuse)
