"""What the tables' columns are made of, besides SQLAlchemy's own types and the encrypted ones."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite only counts up by itself for INTEGER


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    """A CHECK that holds a column to its words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=column)
