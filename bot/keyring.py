"""The keys that messages are encrypted with: AES-256-GCM, from `BOT_SECRET_KEY`. Why so: docs/adr/0006.

A sealed value is text, `e1:<key id>:<base64 of nonce, ciphertext and tag>`. It is bound to the column it was made
for: moved to another one it does not open. The key's id is a hash of the key; it names the key without showing it.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import DamagedValue, SettingsError, WrongKey

SCHEME = "e1"
NONCE = 12  # bytes, at random: with one key good for 2^32 values by NIST SP 800-38D
_KEY = re.compile(r"[0-9a-f]{64}")
_SEALED = re.compile(rf"{SCHEME}:[0-9a-f]{{8}}:")
SHORT = 6  # characters of a short hash
WAY_OUT = "`python -m bot new-key` prints one"


def new_key() -> str:
    """A fresh key, 256 bits as 64 hexadecimal digits."""
    return secrets.token_hex(32)


class Keyring:
    """One or more keys: the first encrypts, all decrypt. Threads may share it."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {_id_of(key): AESGCM(key) for key in keys}
        self._hash_keys = {_id_of(key): _for_hashes(key) for key in keys}
        self.ids = tuple(self._ciphers)

    @classmethod
    def from_text(cls, text: str) -> "Keyring":
        """Keys separated by commas or line breaks. Raises SettingsError, which never quotes one."""
        written = [part.strip().lower() for part in text.replace(",", "\n").split("\n") if part.strip()]
        if not written:
            raise SettingsError(f"BOT_SECRET_KEY is missing: {WAY_OUT}")
        for number, key in enumerate(written, start=1):
            if not _KEY.fullmatch(key):
                raise SettingsError(f"BOT_SECRET_KEY: key {number} is not 64 hexadecimal digits: {WAY_OUT}")
        return cls([bytes.fromhex(key) for key in written])

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self.ids)})"

    @property
    def current(self) -> str:
        """The id of the key that encrypts."""
        return self.ids[0]

    @property
    def prefix(self) -> str:
        """What a value begins with that is sealed with the current key."""
        return f"{SCHEME}:{self.current}:"

    def seal(self, plain: str, column: str) -> str:
        """`plain` as it may be stored in `column` ("message.text")."""
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + self._ciphers[self.current].encrypt(nonce, plain.encode(), _bound_to(self.current, column))
        return self.prefix + base64.b64encode(sealed).decode()

    def unseal(self, stored: str, column: str) -> str:
        """What `seal` was given. Raises WrongKey where the key is not here, DamagedValue where anything was changed."""
        key_id, raw = _parts(stored, column)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise WrongKey(f"{column} is encrypted with the key {key_id}, which BOT_SECRET_KEY does not have")
        try:
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], _bound_to(key_id, column)).decode()
        except (InvalidTag, ValueError):  # ValueError: too short for a nonce and a tag
            raise DamagedValue(f"a stored {column} was changed or damaged: it cannot be decrypted") from None

    def short_hash(self, text: str, key_id: str) -> str:
        """36 bits of a text's HMAC-SHA256 as six letters, digits, - and _: equal texts are seen to be equal."""
        digest = hmac.digest(self._hash_keys[key_id], text.encode("utf-8", "replace"), "sha256")
        return base64.urlsafe_b64encode(digest[:6])[:SHORT].decode()


def _for_hashes(key: bytes) -> bytes:
    """Another key for another purpose: who learns one does not know the other."""
    return HKDF(SHA256(), 32, salt=None, info=b"hashes of the screening assistant").derive(key)


def is_sealed(stored: object) -> bool:
    """Whether a stored value looks like one that `seal` made, and not like one from before encryption."""
    return isinstance(stored, str) and _SEALED.match(stored) is not None


def _parts(stored: object, column: str) -> tuple[str, bytes]:
    if not isinstance(stored, str) or not is_sealed(stored):
        raise DamagedValue(f"a stored {column} is not encrypted, although it should be")
    _, key_id, encoded = stored.split(":", 2)
    try:
        return key_id, binascii.a2b_base64(encoded, strict_mode=True)
    except (binascii.Error, ValueError):
        raise DamagedValue(f"a stored {column} was changed or damaged: it cannot be decrypted") from None


def _bound_to(key_id: str, column: str) -> bytes:
    return f"{SCHEME}:{key_id}:{column}".encode()


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"id of a key of the screening assistant:" + key).hexdigest()[:8]
