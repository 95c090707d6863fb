"""The OpenID Connect provider: NHSmail, or any Entra tenant. Authorization code with PKCE, state and nonce.

Its metadata and keys are read anew at every sign-in: there are few, and a key that was changed counts at once. Nothing
is believed that is not in a token signed by one of its keys, for exactly this issuer and exactly this service.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.errors import ProviderError
from bot.few_at_once import FewAtOnce
from bot.settings import OidcSettings

TIMEOUT = 10.0  # seconds for each call
LEEWAY = 60  # seconds that two clocks may differ by
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256")  # signatures with a private key only
MFA_METHODS = frozenset({"mfa", "hwk", "fido", "ngcmfa"})  # of RFC 8176 and Entra: there was more than a password
_gate = FewAtOnce(4)


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way: the browser goes to `address`, the rest is kept for when it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is. `subject` never changes; `had_second_step`: the provider asked for one."""

    issuer: str
    subject: str
    had_second_step: bool


class Provider:
    """One provider. Threads share it."""

    def __init__(self, settings: OidcSettings, callback: str) -> None:
        """`callback` is the address of ours that is registered there."""
        self._settings, self._callback = settings, callback

    def begin(self) -> Begun:
        """Raises ProviderError, TooBusy."""
        with _gate:
            metadata = self._metadata()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                prompt="select_account",  # reception computers are shared: never silently whoever was there before
            )
        return Begun(address, state, nonce, verifier)

    def finish(self, code: str, nonce: str, verifier: str, now: datetime) -> Identity:
        """Trade the code for a token and check it. Raises ProviderError, TooBusy."""
        with _gate:
            metadata = self._metadata()
            token = self._token(metadata["token_endpoint"], code, verifier)
            keys = self._json(metadata["jwks_uri"])
        return self._identity(token, keys, nonce, now)

    def _client(self) -> Any:
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope="openid",
            redirect_uri=self._callback,
            code_challenge_method="S256",
        )

    def _metadata(self) -> dict[str, Any]:
        issuer = self._settings.issuer
        found = self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderError("the provider's metadata are those of another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._may_call(found.get(name)):
                raise ProviderError(f"the provider's metadata have no usable {name}")
        return found

    def _may_call(self, address: object) -> bool:
        needs_tls = self._settings.issuer.startswith("https://")
        return isinstance(address, str) and address.startswith("https://" if needs_tls else ("http://", "https://"))

    def _json(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
        except (requests.RequestException, ValueError) as error:
            raise ProviderError(f"the provider cannot be reached ({type(error).__name__})") from None
        if not isinstance(found, dict):
            raise ProviderError(f"the provider gave no usable answer (status {answer.status_code})")
        return found

    def _token(self, address: str, code: str, verifier: str) -> str:
        try:
            with self._client() as client:
                answer = client.fetch_token(
                    address, code=code, code_verifier=verifier, timeout=TIMEOUT, allow_redirects=False
                )
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            raise ProviderError(f"the provider did not take the code ({type(error).__name__})") from None
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("the provider gave no ID token")
        return token

    def _identity(self, token: str, keys: dict[str, Any], nonce: str, now: datetime) -> Identity:
        settings = self._settings
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
            registry.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderError(f"the provider's token is not valid ({type(error).__name__})") from None
        # The library is content if we are one of several; a token for others as well is not for us.
        if claims["aud"] not in (settings.client_id, [settings.client_id]) or not isinstance(claims["nonce"], str):
            raise ProviderError("the provider's token is for others as well")
        if not isinstance(claims["sub"], str):
            raise ProviderError("the provider's token names nobody")
        methods = claims.get("amr")
        had_second_step = isinstance(methods, list) and not MFA_METHODS.isdisjoint(map(str, methods))
        return Identity(settings.issuer, claims["sub"], had_second_step)
