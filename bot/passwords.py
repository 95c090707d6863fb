"""Passwords as Argon2id hashes. At most a few are hashed at a time, so that a flood of tries cannot starve the webhook.

Parameters: at or above those of OWASP ASVS 5.0, appendix C (t=2, 46 MiB, p=1). One hash takes 30 to 100 ms.
"""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import TooBusy

AT_ONCE = 4  # of gunicorn's 16 threads; 46 MiB each
_hasher = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
_slots = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """What may be stored. Raises TooBusy."""
    with _Slot():
        return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether it is the password. Without a stored one it takes as long and says no. Raises TooBusy."""
    with _Slot():
        try:
            _hasher.verify(stored or _hash_of_nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's: hash it again."""
    return _hasher.check_needs_rehash(stored)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("nobody has this password")


class _Slot:
    """One of a few; whoever finds none free is told to come back instead of waiting in a web thread."""

    def __enter__(self) -> None:
        if not _slots.acquire(timeout=0.5):
            raise TooBusy("too many people are signing in at this moment")

    def __exit__(self, *_: object) -> None:
        _slots.release()
