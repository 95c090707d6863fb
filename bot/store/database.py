"""The one file that knows SQLite from PostgreSQL.

SQLite (the default): write-ahead log synced at every commit (a 200 to Meta means: on disk), one writer at a
time taken at BEGIN, 5 s of patience. PostgreSQL: row locks with SKIP LOCKED. On both, every database error that is
nobody's bug becomes StoreUnavailable.

A commit that nobody outside is told of need not wait for the disk (`is_told=False`). Both databases write their log in
order: the next commit that waits takes it along, so that whatever survives a power cut is a whole beginning of it.
"""

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    StatementError,
    TimeoutError,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import ReturningInsert

from bot.errors import AssistantError, SettingsError, StoreFault, StoreUnavailable, WrongKey
from bot.keyring import Keyring
from bot.store import answer_tables as answer_tables
from bot.store import desk_tables as desk_tables  # whoever has a database has its tables
from bot.store import learning_tables as learning_tables
from bot.store import operation_tables as operation_tables
from bot.store import people_tables as people_tables  # its tables belong to the metadata too
from bot.store import teaching_tables as teaching_tables
from bot.store import training_tables as training_tables
from bot.store.encryption_keys import KeyGate
from bot.store.tables import Base

BUSY_MILLISECONDS = 5_000
# Pages of SQLite's log before whoever commits copies them to the database, which may take a tenth of a second. The
# worker does so, and whom somebody waits for only where no worker runs.
PAGES, PATIENT_PAGES = 1_000, 10_000
# Seconds between two looks whether the write lock is free. Who gives way to other processes (`bot.giving_way`) does so
# here too: the web process has the lock next, however many threads of a worker want it.
ASK_AGAIN, GIVING_WAY = 0.0005, 0.004
# Our queries are many and short: starting helpers for one costs more than they save, and slows the others.
POSTGRES_OPTIONS = "-c lock_timeout=5000 -c max_parallel_workers_per_gather=0"
ROWS_AT_ONCE = 500  # named in one statement: databases limit the values of one statement
# What is deleted is overwritten in the file; `scrub` takes it out of the write-ahead log too.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
UNAVAILABLE = (OperationalError, InterfaceError, TimeoutError)


class Database:
    """Connections to one database. Threads share it; each `read` or `write` is one transaction.

    Without a keyring everything works but storing and reading what people said.
    """

    def __init__(self, url: str, keyring: Keyring | None = None) -> None:
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            raise SettingsError("BOT_DATABASE_URL is not a database address") from None
        backend = parsed.get_backend_name()
        if backend == "sqlite":
            self.engine = _sqlite_engine(url, parsed.database)
        elif backend == "postgresql":
            self.engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                pool_size=10,
                max_overflow=10,
                pool_timeout=3,
                connect_args={"connect_timeout": 3, "options": f"-c timezone=utc {POSTGRES_OPTIONS}"},
            )
            event.listen(self.engine, "begin", _begin_on_postgres)
        else:
            raise SettingsError("BOT_DATABASE_URL must start with sqlite: or postgresql:")
        self.is_sqlite = backend == "sqlite"
        self.keyring = keyring
        write_engine = self.engine.execution_options(takes_the_write_lock=True)
        self._gate = KeyGate(self.engine, write_engine, keyring)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(write_engine, expire_on_commit=False)
        untold = write_engine.execution_options(waits_for_the_disk=False)
        self._untold_writers = sessionmaker(untold, expire_on_commit=False)

    def refuse_wrong_key(self) -> None:
        """For the start of a process. Raises WrongKey; a database that is down is no reason not to start."""
        try:
            with self.read():
                pass
        except WrongKey:
            raise
        except (StoreUnavailable, StoreFault):
            pass  # asked again before the first transaction that works

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that changes nothing."""
        with self._transaction(self._sessions) as session:
            yield session

    @contextmanager
    def write(self, *, is_told: bool = True) -> Iterator[Session]:
        """A transaction that commits at the end of the block, or changes nothing if it raises.

        `is_told=False`: nobody outside acts on it before a later commit, so a power cut may undo it.
        """
        with self._transaction(self._writers if is_told else self._untold_writers) as session:
            yield session

    @contextmanager
    def unchecked(self) -> Iterator[Session]:
        """A writing transaction before the key was checked: for migrations. Encrypted columns may not work in it."""
        with self._transaction(self._writers, is_checked=False) as session:
            yield session

    @contextmanager
    def _transaction(self, sessions: Callable[[], Session], *, is_checked: bool = True) -> Iterator[Session]:
        try:
            if is_checked:
                self._gate.pass_through()
            with sessions() as session, session.begin():
                yield session
        except UNAVAILABLE as error:
            # The original quotes the statement's values, which may be a patient's words: name its class only.
            raise StoreUnavailable(f"the database cannot be used now ({type(error).__name__})") from None
        except StatementError as error:
            if isinstance(error.orig, AssistantError):
                raise error.orig from None  # a type of ours refused a value, in words of ours
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise StoreUnavailable("the connection to the database was lost") from None
            raise StoreFault(f"the database refused a statement ({type(error.orig or error).__name__})") from None

    def scrub(self) -> bool:
        """Take what was deleted out of the database's files. False: someone is reading, so try again later.

        On SQLite the write-ahead log still holds the pages as they were. On PostgreSQL this is autovacuum's work.
        """
        if not self.is_sqlite:
            return True
        connection = self.engine.raw_connection()  # outside of any transaction
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone() or (1,)
            cursor.close()
            return not busy
        except sqlite3.Error as error:  # the driver's own: SQLAlchemy is not in between
            raise StoreUnavailable(f"the log could not be emptied ({type(error).__name__})") from None
        finally:
            connection.close()

    def forget_deleted(self, tables: Sequence[str]) -> None:
        """Write the tables anew, so that the files keep nothing of values that were replaced. Nobody else may be on."""
        if self.is_sqlite:
            raw = self.engine.raw_connection()  # VACUUM runs outside of a transaction, and the engine begins one
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.cursor().execute(statement)
            raw.close()
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.execute(text(f"VACUUM FULL {table}"))

    def close(self) -> None:
        self.engine.dispose()


def insert_or_skip(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows that name the same columns; those that a unique constraint knows already are skipped.

    Returns how many were new.
    """
    if not rows:
        return 0
    statement = _insert_or_skip(table, session.get_bind().dialect.name)
    return len(session.connection().execute(statement, list(rows)).all())


@cache
def _insert_or_skip(table: type[Base], dialect: str) -> ReturningInsert[int]:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # RETURNING, because drivers disagree on the row count where rows were skipped.
    return insert(table).on_conflict_do_nothing().returning(literal(1))


def holds(session: Session, column: ColumnElement[str] | InstrumentedAttribute[str], part: str) -> ColumnElement[bool]:
    """Whether a text holds `part`, letter by letter, by what each database looks fastest with.

    SQLite: GLOB takes half of the time of `instr`. PostgreSQL: `strpos` takes two thirds of that of LIKE.
    """
    if session.get_bind().dialect.name == "sqlite":
        plainly = re.sub(r"([*?[])", r"[\1]", part)
        return column.op("GLOB", is_comparison=True)(f"*{plainly}*")
    return func.strpos(column, part) > 0


def one_at_a_time(session: Session, what: str) -> None:
    """Until the transaction ends, nobody else gets past this for the same `what`. For a writing session."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))
    # SQLite: a writing session holds the one write lock from its start.


def _sqlite_engine(url: str, file: str | None) -> Engine:
    if not file or file == ":memory:":
        raise SettingsError("BOT_DATABASE_URL needs a file: several processes share it")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, pool_size=10, max_overflow=10, pool_timeout=3
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, f"busy_timeout={BUSY_MILLISECONDS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that first reads and then writes could find the lock taken half-way and fail at once.
        options = connection.get_execution_options()
        if not options.get("takes_the_write_lock", False):
            connection.exec_driver_sql("BEGIN")
            return
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        is_told = options.get("waits_for_the_disk", True)
        raw.execute(f"PRAGMA synchronous={'FULL' if is_told else 'NORMAL'}")
        raw.execute(f"PRAGMA wal_autocheckpoint={PATIENT_PAGES if is_told else PAGES}")
        raw.execute("PRAGMA busy_timeout=0")
        try:
            if not _took_write_lock(raw):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, so that SQLAlchemy raises what it says
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")

    return engine


def _took_write_lock(raw: sqlite3.Connection) -> bool:
    """Begin to write, or False where something is in the way: another writer for all of our patience, say.

    SQLite's own waiting looks ever more rarely, in the end ten times a second: who had waited longest came last, and
    Meta waited for its answer.
    """
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    pause = GIVING_WAY if os.getpriority(os.PRIO_PROCESS, 0) > 0 else ASK_AGAIN
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.Error as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                return False
        time.sleep(pause)


def _begin_on_postgres(connection: Connection) -> None:
    if not connection.get_execution_options().get("waits_for_the_disk", True):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
