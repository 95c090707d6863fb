"""Is a webhook really from Meta? And the proof that we send along with a page's token.

Meta signs the bytes as they are on the wire with the app secret (neither the verify token nor a page
token). They must be checked before anything parses or re-encodes them. The older `X-Hub-Signature`
header (SHA-1) is not accepted.
"""

import hashlib
import hmac
import re

_SHAPE = re.compile(r"sha256=([0-9a-fA-F]{64})")


def is_genuine(raw: bytes, header: str | None, app_secret: str) -> bool:
    """Whether `header`, the value of `X-Hub-Signature-256`, signs exactly these bytes. Any header is safe to pass."""
    shape = _SHAPE.fullmatch(header or "")
    if shape is None or not app_secret:  # anyone can sign with an empty secret
        return False
    return hmac.compare_digest(shape[1].lower(), _hex(raw, app_secret))


def sign(raw: bytes, app_secret: str) -> str:
    """The header value that Meta would send with these bytes, for tests and the demo."""
    return "sha256=" + _hex(raw, app_secret)


def proof(token: str, app_secret: str) -> str:
    """The `appsecret_proof` that goes with every Graph API call made with `token`."""
    return _hex(token.encode(), app_secret)


def _hex(content: bytes, app_secret: str) -> str:
    return hmac.new(app_secret.encode(), content, hashlib.sha256).hexdigest()
