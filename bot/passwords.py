"""Passwords as Argon2id hashes. Only a few are hashed at a time, so that a flood of tries cannot starve the webhook.

Parameters: at or above those of OWASP ASVS 5.0, appendix C (t=2, 46 MiB, p=1). One hash takes 30 to 100 ms.
"""

from functools import cache, partial

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.few_at_once import FewAtOnce
from bot.own_thread import in_own_thread

_hasher = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
_gate = FewAtOnce(4)  # 46 MiB each


def hash_password(password: str) -> str:
    """What may be stored. Raises TooBusy."""
    with _gate:
        return in_own_thread(partial(_hasher.hash, password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether it is the password. Without a stored one it takes as long and says no. Raises TooBusy."""
    with _gate:
        try:
            in_own_thread(partial(_hasher.verify, stored or _hash_of_nobody(), password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's: hash it again."""
    return _hasher.check_needs_rehash(stored)


@cache
def _hash_of_nobody() -> str:
    return in_own_thread(partial(_hasher.hash, "nobody has this password"))
