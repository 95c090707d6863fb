"""A column type that is encrypted in the database and plain in the code, with the key of `BOT_SECRET_KEY`.

The key belongs to one engine: SQLAlchemy hands every type the dialect of the engine it works for. Before `hand_over`
was called nothing can be stored or read.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Dialect, Engine, Text
from sqlalchemy.types import TypeDecorator

from bot.errors import StoreFault

_CIPHER = "screening_assistant_cipher"  # the attribute of a dialect


def hand_over(engine: Engine, secret_key: str) -> None:
    """From now on the engine's connections encrypt and decrypt with this key."""
    key = base64.urlsafe_b64encode(hashlib.sha256(secret_key.encode()).digest())
    setattr(engine.dialect, _CIPHER, Fernet(key))


class EncryptedText(TypeDecorator[str]):
    """A text. `column` ("account.totp_secret") names where it is stored."""

    impl = Text
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self._cipher(dialect).encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return self._cipher(dialect).decrypt(value.encode()).decode()
        except InvalidToken:
            raise StoreFault(f"a stored {self.column} cannot be decrypted: is BOT_SECRET_KEY another one?") from None

    def _cipher(self, dialect: Dialect) -> Fernet:
        cipher = getattr(dialect, _CIPHER, None)
        if not isinstance(cipher, Fernet):
            raise StoreFault(f"{self.column} cannot be stored or read: no key was given")
        return cipher
