"""Which keys the database is encrypted with, and whether a process has the right ones.

Every process looks once before its first transaction and again every few seconds. So a wrong key is refused before
anything is read or stored, and a process that still encrypts with a retired key stops doing so by itself.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import DamagedValue, WrongKey
from bot.keyring import Keyring
from bot.store.encryption import hand_over
from bot.store.tables import EncryptionKey

LOOK_EVERY = 5.0  # seconds
KNOWN_WORD = "the right key"
COLUMN = "encryption_key.check_value"


class KeyGate:
    """Lets a process through to the database if it has the keys."""

    def __init__(self, engine: Engine, write_engine: Engine, keyring: Keyring | None) -> None:
        self._engine, self._write_engine, self.keyring = engine, write_engine, keyring
        self._good_until = 0.0

    def pass_through(self) -> None:
        """Raises WrongKey. Without a keyring, or before the migrations, all is well: no message can be read then."""
        if self.keyring is None or time.monotonic() < self._good_until:
            return
        with Session(self._engine) as session:
            if not has_register(session.connection()):
                return
            known = session.scalars(select(EncryptionKey)).all()
        refuse_wrong_keys(self.keyring, known)
        if self.keyring.current not in {key.key_id for key in known}:
            with self._write_engine.begin() as connection:
                register(connection, self.keyring)
        hand_over(self._engine, self.keyring)
        self._good_until = time.monotonic() + LOOK_EVERY


def has_register(connection: Connection) -> bool:
    """Whether the migrations have come as far as encryption."""
    return inspect(connection).has_table(EncryptionKey.__tablename__)


def refuse_wrong_keys(keyring: Keyring, known: Sequence[EncryptionKey]) -> None:
    """Raises WrongKey where a key is missing, is another one, or must not encrypt any more."""
    if not known:
        raise WrongKey("the messages in the database are not encrypted yet: python -m bot migrate")
    needed = [key for key in known if key.unused_since is None]
    missing = [key.key_id for key in needed if key.key_id not in keyring.ids]
    if len(missing) == len(needed):
        raise WrongKey(
            f"BOT_SECRET_KEY is not the key of this database ({', '.join(missing)}): "
            "put back the one that it was set up with"
        )
    if missing:
        raise WrongKey(
            f"BOT_SECRET_KEY lacks the key {', '.join(missing)}, which messages are still encrypted with: "
            "add it after the first one and run python -m bot rotate-key"
        )
    for key in known:
        if key.key_id in keyring.ids:
            _prove(keyring, key)
        if key.key_id == keyring.current and key.retired_at is not None:
            raise WrongKey(f"the first key of BOT_SECRET_KEY ({key.key_id}) is retired: put the newest one first")


def _prove(keyring: Keyring, key: EncryptionKey) -> None:
    try:
        is_known = keyring.unseal(key.check_value, COLUMN) == KNOWN_WORD
    except DamagedValue:
        is_known = False
    if not is_known:
        raise WrongKey(f"the check value of the key {key.key_id} was changed or damaged: restore a backup")


def register(connection: Connection, keyring: Keyring) -> None:
    """From now on the database needs the keyring's first key. Registered before: nothing changes."""
    row = {
        "key_id": keyring.current,
        "check_value": keyring.seal(KNOWN_WORD, COLUMN),
        "added_at": datetime.now(UTC),
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(EncryptionKey).values(row))
    except IntegrityError:
        pass  # another process was first


def retire_others(session: Session, keyring: Keyring, now: datetime) -> bool:
    """No process may encrypt any more with any key but the keyring's first; all notice within LOOK_EVERY.

    Returns whether something may still be encrypted with one of the others.
    """
    others = (EncryptionKey.key_id != keyring.current, EncryptionKey.unused_since.is_(None))
    retired = update(EncryptionKey).where(*others).values(retired_at=func.coalesce(EncryptionKey.retired_at, now))
    statement = retired.returning(EncryptionKey.key_id).execution_options(synchronize_session=False)
    return bool(session.scalars(statement).all())


def mark_unused(session: Session, now: datetime) -> Sequence[str]:
    """Nothing is encrypted with retired keys any more. Returns the ids of those that can be dropped since now."""
    gone = (EncryptionKey.retired_at.is_not(None), EncryptionKey.unused_since.is_(None))
    statement = update(EncryptionKey).where(*gone).values(unused_since=now).returning(EncryptionKey.key_id)
    return session.scalars(statement.execution_options(synchronize_session=False)).all()
