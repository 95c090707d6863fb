"""Random tokens that open something. They are stored as hashes, so that a copy of the database opens nothing."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as text that can stand in an address or a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """As a token is stored. Plain SHA-256: nobody can guess 256 random bits, however fast."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
