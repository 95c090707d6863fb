"""Calls to Meta's Graph API. Every failure is one of the `SendError`s of `bot.errors`.

What matters on failure is whether the message may have left: `OutcomeUnknown` says that it may have, so that it
is not sent twice before its echo had time to come. The token travels in a header and never in an address, and no
text raised here quotes the address, the token or the patient.
"""

import ssl
from dataclasses import dataclass, field
from threading import local
from typing import Any, Literal

import requests
import urllib3
from requests.auth import AuthBase

from bot.core.messages import Reply
from bot.errors import OutcomeUnknown, SendError, SettingsError, TemporarySendError
from bot.messenger.compose import message_body
from bot.messenger.graph_errors import error_from
from bot.messenger.signature import proof

Action = Literal["typing_on", "typing_off", "mark_seen"]
JsonObject = dict[str, Any]


@dataclass(frozen=True)
class PageAccess:
    """A page and the token that may act for it."""

    page_id: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.page_id.isascii() and self.page_id.isdigit()):
            raise SettingsError("a page id is not a number: copy it again from Meta")
        # Checked here because a broken header would be quoted in the HTTP library's own error.
        if not (self.token.isascii() and self.token.isprintable() and self.token.strip()):
            raise SettingsError(f"the token of page {self.page_id} has characters that no token has: copy it again")


@dataclass(frozen=True)
class SendRequest:
    """One part of a reply on its way to a patient.

    `metadata` comes back in the echo. Without `tag` it is an answer inside Meta's 24 hours; `HUMAN_AGENT` marks
    what a person typed after that.
    """

    psid: str = field(repr=False)
    part: Reply = field(repr=False)
    metadata: str
    tag: str | None = None

    def to_json(self) -> JsonObject:
        kind = {"messaging_type": "MESSAGE_TAG", "tag": self.tag} if self.tag else {"messaging_type": "RESPONSE"}
        return {"recipient": {"id": self.psid}, **kind, "message": message_body(self.part, self.metadata)}


class GraphApi:
    """The Graph API at `base_url`, with its version. May be shared by threads: each has its own connections."""

    def __init__(
        self, base_url: str, app_secret: str, connect_timeout: float = 3.05, read_timeout: float = 10.0
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._app_secret = app_secret
        self._timeouts = (connect_timeout, read_timeout)  # seconds
        self._of_thread = local()

    def send(self, page: PageAccess, request: SendRequest) -> str:
        """Send one message and return Meta's id for it. Raises SendError."""
        answer = self.post(f"{page.page_id}/messages", page, request.to_json())
        mid = answer.get("message_id")
        if not isinstance(mid, str) or not mid:
            raise OutcomeUnknown("Meta took the message without giving it an id.")
        return mid

    def action(self, page: PageAccess, psid: str, action: Action) -> None:
        """Show the patient that someone is typing, or has read the message. Raises SendError."""
        self.post(f"{page.page_id}/messages", page, {"recipient": {"id": psid}, "sender_action": action})

    def get(self, path: str, page: PageAccess, fields: str = "") -> JsonObject:
        """Read `fields` (names with commas) of `path`. Raises SendError.

        Graph reads the proof of a GET from the query only. It opens nothing without the token, which stays out.
        """
        query = {"fields": fields} if fields else {}
        return self._call("GET", path, page, query={**query, **self._proof(page)}, body=None)

    def post(self, path: str, page: PageAccess, body: JsonObject) -> JsonObject:
        """Write to `path`. Raises SendError."""
        return self._call("POST", path, page, query={}, body={**body, **self._proof(page)})

    def delete(self, path: str, page: PageAccess) -> JsonObject:
        """Take `path` away. Raises SendError."""
        return self._call("DELETE", path, page, query=self._proof(page), body=None)

    def _proof(self, page: PageAccess) -> dict[str, str]:
        return {"appsecret_proof": proof(page.token, self._app_secret)}

    def _call(
        self, method: str, path: str, page: PageAccess, *, query: dict[str, str], body: JsonObject | None
    ) -> JsonObject:
        failure: SendError | None = None
        try:
            response = self._session().request(
                method,
                f"{self._base_url}/{path}",
                params=query,
                json=body,
                auth=_Bearer(page.token),
                timeout=self._timeouts,
                allow_redirects=False,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failure = _without_answer(error)
        if failure is not None:  # raised out here, so that it does not carry the library's error, which has the address
            raise failure
        return _read(response)

    def _session(self) -> requests.Session:
        if not hasattr(self._of_thread, "session"):
            self._of_thread.session = _session_for(self._base_url)
        session: requests.Session = self._of_thread.session
        return session


def _session_for(url: str) -> requests.Session:
    """With the proxy and the certificates that the environment names for `url`: requests would look for each call."""
    session = requests.Session()
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify = found["proxies"], found["verify"]
    session.trust_env = False
    return session


class _Bearer(AuthBase):
    """The token as a header. As `auth`, because requests would let a name in the address replace a plain header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _read(response: requests.Response) -> JsonObject:
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        body = None
    if response.ok and response.status_code < 300 and isinstance(body, dict) and "error" not in body:
        return body
    raise error_from(response.status_code, body, response.headers)


def _without_answer(error: Exception) -> SendError:
    """Of a call that ended without an answer: can its message have left?"""
    if isinstance(error, ValueError):  # how requests refuses an address
        return TemporarySendError("The address of Meta's service cannot be used. Check BOT_GRAPH_URL.")
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3.exceptions.SSLError) and _is_certificate_refused(reason):
        return TemporarySendError("The certificate of Meta's service was refused. Check the proxy and the clock.")
    never_connected = (requests.ConnectTimeout, requests.exceptions.ProxyError)
    if isinstance(error, never_connected) or isinstance(reason, urllib3.exceptions.NewConnectionError):
        return TemporarySendError("Meta cannot be reached now. The message was not sent and is tried again.")
    return OutcomeUnknown("Meta gave no answer in time and may have the message.")


def _is_certificate_refused(error: Exception) -> bool:
    return bool(error.args) and isinstance(error.args[0], ssl.SSLCertVerificationError)
