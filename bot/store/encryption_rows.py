"""Encrypting rows that are there already: plain ones from before encryption, and those of an older key.

Works on what is stored, past the encrypted types, in batches that are short transactions. A row that somebody else
holds is left for the next round, so workers go on meanwhile; a value begins with its key's id, so a run that was cut
off goes on where it stopped.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.errors import DamagedValue, StoreUnavailable
from bot.keyring import Keyring, is_sealed
from bot.store.database import Database
from bot.store.encryption import EncryptedJson, EncryptedText
from bot.store.tables import Base

AT_ONCE = 200  # rows in one transaction: some tens of milliseconds
PATIENCE = 60.0  # seconds for rows that others hold
Tick = Callable[[int], None]  # called with the number of rows that are done since the last call


@dataclass
class Resealed:
    """How many rows were encrypted anew, and which could not be ("message 12")."""

    rows: int = 0
    damaged: list[str] = field(default_factory=list)


def stored_tables() -> Iterator[Table]:
    """Every table with encrypted columns as the database sees it: its key and those columns, with plain types."""
    for table in Base.metadata.sorted_tables:
        encrypted = {
            column.name: Text() if isinstance(column.type, EncryptedText) else JSON(none_as_null=True)
            for column in table.columns
            if isinstance(column.type, EncryptedText | EncryptedJson)
        }
        if encrypted:
            columns = [Column(name, kind) for name, kind in encrypted.items()]
            yield Table(table.name, MetaData(), Column("id", BigInteger, primary_key=True), *columns)


def count_to_reseal(database: Database, keyring: Keyring) -> int:
    """How many rows are not encrypted with the keyring's first key."""
    with database.unchecked() as session:
        return sum(_count(session, _is_of_old(table, keyring)) for table in stored_tables())


def _count(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(which)) or 0


def reseal(database: Database, keyring: Keyring, tick: Tick = lambda _rows: None) -> Resealed:
    """Encrypt every row that is there now with the keyring's first key.

    Raises WrongKey, and StoreUnavailable where rows stay locked.
    """
    done = Resealed()
    for table in stored_tables():
        until = time.monotonic() + PATIENCE
        with database.unchecked() as session:
            newest = session.scalar(select(func.max(table.c.id))) or 0
        # Rows that come meanwhile are not followed: a process with an older key could add them for ever.
        here = and_(_is_of_old(table, keyring), table.c.id <= newest)
        while not _one_round(database, table, here, keyring, done, tick):
            if time.monotonic() > until:
                raise StoreUnavailable(f"some rows of {table.name} stay in use by others: run it again")
            time.sleep(0.2)
    return done


def _one_round(
    database: Database, table: Table, here: ColumnElement[bool], keyring: Keyring, done: Resealed, tick: Tick
) -> bool:
    """Once through the table. True: nothing is left but what is damaged."""
    last, damaged = 0, 0
    while True:
        with database.unchecked() as session:
            rows = _next_rows(session, table, and_(here, table.c.id > last))
            changed = [new for row in rows if (new := _resealed(row, table, keyring, done)) is not None]
            if changed:
                _write(session.connection(), table, changed)
        if not rows:
            break
        last, damaged = rows[-1].id, damaged + len(rows) - len(changed)
        done.rows += len(changed)
        tick(len(rows))
    with database.unchecked() as session:
        return _count(session, here) <= damaged


def _next_rows(session: Session, table: Table, which: ColumnElement[bool]) -> list[Row[Any]]:
    found = select(table).where(which).order_by(table.c.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    return list(session.execute(found))


def _is_of_old(table: Table, keyring: Keyring) -> ColumnElement[bool]:
    """Whether a row has a value that the current key did not make; NULL is none. No % or _ is in a prefix."""
    quote = {True: '"', False: ""}
    return or_(
        *(
            cast(column, Text).not_like(f"{quote[isinstance(column.type, JSON)]}{keyring.prefix}%")
            for column in table.columns
            if not column.primary_key
        )
    )


def _resealed(row: Row[Any], table: Table, keyring: Keyring, done: Resealed) -> dict[str, Any] | None:
    """The row's new values by the names of `_write`. None, and noted: one of them is damaged."""
    values: dict[str, Any] = {"row_id": row.id}
    try:
        for column in table.columns:
            if not column.primary_key:
                values[f"new_{column.name}"] = _resealed_value(row._mapping[column], column, keyring)
    except DamagedValue:
        name = f"{table.name} {row.id}"
        if name not in done.damaged:
            done.damaged.append(name)
        return None
    return values


def _resealed_value(stored: Any, column: Column[Any], keyring: Keyring) -> Any:
    about = f"{column.table.name}.{column.name}"
    if stored is None or (is_sealed(stored) and stored.startswith(keyring.prefix)):
        return stored
    if is_sealed(stored):
        return keyring.seal(keyring.unseal(stored, about), about)
    return keyring.seal(json.dumps(stored) if isinstance(column.type, JSON) else stored, about)


def _write(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    values: dict[str, Any] = {
        column.name: bindparam(f"new_{column.name}") for column in table.columns if not column.primary_key
    }
    connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(values), rows)
