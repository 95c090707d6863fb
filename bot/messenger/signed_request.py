"""Meta's `signed_request`: who asks, through Facebook, that their data be deleted.

`<signature>.<payload>`, both base64url without padding. The signature is HMAC-SHA256 with the app secret over the
payload as it is written, still encoded: padding or decoding it first would sign something else. Source: Meta's pages
on the data deletion callback, read in November 2026.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

LONGEST = 8_192  # characters
_SHAPE = re.compile(r"([A-Za-z0-9_-]+)={0,2}\.([A-Za-z0-9_-]+={0,2})")
_USER = re.compile(r"[0-9]{1,64}")


@dataclass(frozen=True)
class DeletionRequest:
    """`user_id` is app-scoped: not the page-scoped id by which conversations are known."""

    user_id: str
    code: str  # for the status page: the same for the same request, and nobody without the secret can guess it


def read(signed_request: str, app_secret: str) -> DeletionRequest | None:
    """The request, if Meta signed it. None for everything else; any text is safe to pass."""
    shape = _SHAPE.fullmatch(signed_request) if len(signed_request) <= LONGEST else None
    if shape is None or not app_secret:  # anyone can sign with an empty secret
        return None
    encoded = shape[2].encode()
    signature = _decoded(shape[1])
    wanted = hmac.new(app_secret.encode(), encoded, hashlib.sha256).digest()
    if signature is None or not hmac.compare_digest(signature, wanted):
        return None
    user_id = _user_in(_decoded(shape[2].rstrip("=")) or b"")
    if user_id is None:
        return None
    code = hmac.new(app_secret.encode(), b"data deletion code:" + encoded, hashlib.sha256).hexdigest()[:32]
    return DeletionRequest(user_id, code)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def _user_in(payload: bytes) -> str | None:
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or str(told.get("algorithm", "")).upper() != "HMAC-SHA256":
        return None
    user = told.get("user_id")
    text = str(user) if isinstance(user, str | int) and not isinstance(user, bool) else ""
    return text if _USER.fullmatch(text) else None
