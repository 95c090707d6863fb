"""Column types that hold what people said: encrypted in the database, plain in the code.

The keys belong to one engine: SQLAlchemy hands every type the dialect of the engine it works for, each engine has a
dialect of its own, and the keyring is on that. So two databases with different keys live in one process, and nothing
is global. Before `hand_over` was called nothing can be stored or read.

The database cannot look into these columns: the same words are stored differently every time. Comparing, sorting or
searching by one is refused when the statement is built, because it would silently find nothing.
"""

import json
from typing import Any

import structlog
from sqlalchemy import JSON, ColumnClause, ColumnElement, Dialect, Engine, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from bot.errors import DamagedValue, WrongKey
from bot.keyring import Keyring

log = structlog.get_logger()

_KEYRING = "screening_assistant_keyring"  # the attribute of a dialect


def hand_over(engine: Engine, keyring: Keyring) -> None:
    """From now on the engine's connections encrypt and decrypt with these keys."""
    setattr(engine.dialect, _KEYRING, keyring)


def keyring_of(dialect: Dialect) -> Keyring:
    """The keys that were handed over. Raises WrongKey where none were."""
    keyring = getattr(dialect, _KEYRING, None)
    if not isinstance(keyring, Keyring):
        raise WrongKey("messages cannot be stored or read: no key was given, or the database is not migrated")
    return keyring


class _Unsearchable(TypeDecorator.Comparator[Any]):
    """Only whether there is a value at all can be asked."""

    def operate(self, op: operators.OperatorType, *other: Any, **more: Any) -> ColumnElement[Any]:
        with_column = bool(other) and isinstance(other[0], ColumnClause)  # SQLAlchemy looks for columns in lists so
        if op in (operators.is_, operators.is_not) or (op in (operators.eq, operators.ne) and with_column):
            return super().operate(op, *other, **more)
        raise TypeError("an encrypted column cannot be compared in the database: compare in Python")


class EncryptedText(TypeDecorator[str]):
    """A text. `column` ("message.text") is what stored values are bound to: it must never change.

    With `tolerant`, a damaged value is read as "" and reported in the log: see `EncryptedJson`.
    """

    impl = Text
    cache_ok = True
    comparator_factory = _Unsearchable

    def __init__(self, column: str, *, tolerant: bool = False) -> None:
        super().__init__()
        self.column, self.tolerant = column, tolerant

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).seal(value, self.column)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return keyring_of(dialect).unseal(value, self.column)
        except DamagedValue:
            if not self.tolerant:
                raise
            log.error("stored_value_damaged", column=self.column)
            return ""


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value, stored as a JSON text in a JSON column. None is stored as NULL.

    With `tolerant`, a damaged value is read as {} and reported in the log, so that one damaged row does not keep all
    others from being read. A key that is missing is never tolerated: that damage can be undone.
    """

    impl = JSON
    cache_ok = True
    comparator_factory = _Unsearchable

    def __init__(self, column: str, *, tolerant: bool = False) -> None:
        super().__init__(none_as_null=True)
        self.column, self.tolerant = column, tolerant

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).seal(json.dumps(value), self.column)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        try:
            return json.loads(keyring_of(dialect).unseal(value, self.column))
        except DamagedValue:
            if not self.tolerant:
                raise
            log.error("stored_value_damaged", column=self.column)
            return {}
