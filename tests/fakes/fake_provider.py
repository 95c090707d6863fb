"""An OpenID Connect provider on loopback: real HTTP, real RSA keys, one person who always agrees.

It plays fair until a test changes `claims`, `header`, `key` or `metadata`. It checks what a provider has to check:
client, secret, redirect address, PKCE, and that a code is used once.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.listening import listening

CLIENT_ID = "screening-messages"
CLIENT_SECRET = "Rp5Vx9Ne2Lq8Ju4D"


def rsa_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"}, private=True)


@dataclass
class FakeProvider:
    """What the provider says and does. `asked` are the parameters of the last authorization request."""

    issuer: str
    first_key: RSAKey
    key: RSAKey  # signs
    published: list[RSAKey]
    claims: dict[str, Any] = field(default_factory=dict)  # instead of, or beside, the usual ones; None takes one away
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    subject: str = "b1946ac9-2b8d"
    methods: list[str] = field(default_factory=lambda: ["pwd", "mfa"])
    asked: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    unsigned: bool = False
    now: int | None = None  # the clock of the service under test

    def as_new(self, now: int) -> None:
        """Forget what a test did; making keys takes long, so the first one stays."""
        key = self.first_key
        for name, value in vars(FakeProvider(self.issuer, key, key, [key], now=now)).items():
            setattr(self, name, value)

    def token(self, nonce: str) -> str:
        """An ID token for whoever asked."""
        now = self.now or int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": self.subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "amr": self.methods,
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.unsigned:
            parts = (b'{"alg":"none","typ":"JWT"}', jsonify(claims).data)
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **self.header}, claims, self.key)

    def take(self, form: dict[str, str], authorization: str) -> str | None:
        """The nonce that belongs to a code, if everything about the request is right."""
        kept = self.codes.pop(form.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        checks = {
            "code": kept is not None,
            "client": authorization == f"Basic {expected}",
            "redirect": kept is not None and form.get("redirect_uri") == kept["redirect_uri"],
            "pkce": kept is not None and challenge == kept["code_challenge"],
        }
        self.refused += [name for name, is_right in checks.items() if not is_right]
        return kept["nonce"] if kept and all(checks.values()) else None


@contextmanager
def running() -> Iterator[FakeProvider]:
    """Listens on loopback until the end of the block."""
    app = Flask(__name__)
    key = rsa_key("first")
    with listening(app) as address:
        provider = FakeProvider(address, key, key, [key])
        _add_routes(app, provider)
        yield provider


def _add_routes(app: Flask, provider: FakeProvider) -> None:
    @app.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        issuer = provider.issuer
        usual = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }
        return jsonify(usual | provider.metadata)

    @app.get("/authorize")
    def authorize() -> ResponseReturnValue:
        provider.asked = dict(request.args)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = provider.asked
        return redirect(f"{request.args['redirect_uri']}?{urlencode({'code': code, 'state': request.args['state']})}")

    @app.post("/token")
    def token() -> ResponseReturnValue:
        nonce = provider.take(dict(request.form), request.headers.get("Authorization", ""))
        if nonce is None:
            return jsonify(error="invalid_grant"), 400
        return jsonify(access_token="x", token_type="Bearer", id_token=provider.token(nonce))

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[key.as_dict(private=False) for key in provider.published])
