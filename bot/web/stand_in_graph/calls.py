"""What every Graph call goes through: who calls, the faults set by a test, the record, the error's shape."""

import json
import re
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g, jsonify, request

from bot.web.stand_in_graph import events, rules, store
from bot.web.stand_in_graph.rules import GraphError
from bot.web.stand_in_graph.send_back import SendBack

SECRETS = ("access_token", "appsecret_proof", "input_token")
HALF_AN_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n{"recipient_id": "'
VERSION = re.compile(r"v\d{1,2}\.\d")


@dataclass(frozen=True)
class StandIn:
    """One stand-in: its pages (id -> token), its memory and its way back to the service."""

    pages: Mapping[str, str] = field(repr=False)
    app_secret: str = field(repr=False)
    app_id: str
    reads: bool
    store: store.Store
    send_back: SendBack

    def page_of(self, token: str) -> str | None:
        """The page that a token belongs to."""
        return next((page_id for page_id, known in self.pages.items() if known == token), None)


class Refused(Exception):
    """A call that the Graph API would refuse."""

    def __init__(self, error: GraphError) -> None:
        self.error = error
        super().__init__(f"refused with {error.code}")


class AnswerLost(Exception):
    """A test asked for the answer to this call to get lost; `how` is drop, half or 500."""

    def __init__(self, how: str) -> None:
        self.how = how
        super().__init__(how)


def require(error: GraphError | None) -> None:
    if error is not None:
        raise Refused(error)


def parameters() -> dict[str, Any]:
    """Query and body as one: JSON, or form fields in which objects are written as JSON."""
    sent: dict[str, Any] = dict(request.args)
    for name, value in request.form.items():
        sent[name] = _form_value(value)
    if request.is_json:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise Refused(rules.bad_parameter("The request body is not a JSON object"))
        sent.update(body)
    return sent


def _form_value(value: str) -> Any:
    if value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def token_of_call(sent: Mapping[str, Any]) -> tuple[str, str]:
    """The access token and where it came from: header, body or query."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme in ("Bearer", "OAuth") and token:
        return token.strip(), "header"
    return str(sent.get("access_token", "")), "query" if "access_token" in request.args else "body"


def page_of_call(stand_in: StandIn, version: str, page: str) -> str:
    """The id of the page that the call is for. Raises Refused when the caller may not act for it."""
    if not VERSION.fullmatch(version):
        raise Refused(GraphError("Unknown path components", 2500))
    sent = parameters()
    token, g.token_in = token_of_call(sent)
    if not token:
        raise Refused(GraphError("An access token is required to request this resource.", 104))
    own = stand_in.page_of(token)
    if own is None:
        raise Refused(GraphError("Invalid OAuth access token - Cannot parse access token", 190))
    _check_proof(stand_in, token, sent.get("appsecret_proof"))
    if page in ("me", own):
        g.page_id = own
        return own
    if page in stand_in.pages:
        raise Refused(GraphError("(#200) The access token does not belong to this page", 200, status=403))
    raise Refused(
        GraphError(
            "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, "
            "or does not support this operation",
            100,
            33,
            type="GraphMethodException",
        )
    )


def _check_proof(stand_in: StandIn, token: str, given: object) -> None:
    if not given:
        message = "API calls from the server require an appsecret_proof argument"
    elif not secrets.compare_digest(str(given).encode(), events.proof(token, stand_in.app_secret).encode()):
        message = "Invalid appsecret_proof provided in the API argument"
    else:
        return
    raise Refused(GraphError(message, 100, type="GraphMethodException"))


def answer_refused(refused: Refused) -> tuple[Response, int]:
    """Meta's error JSON."""
    g.error = refused.error
    return jsonify(refused.error.to_json(f"A{secrets.token_urlsafe(16)}")), refused.error.status


def meet_fault(stand_in: StandIn, page_id: str, on_call: str) -> dict[str, Any]:
    """Wait, or refuse, as a test has asked for; gives what is left to do once the message is taken."""
    with stand_in.store.transaction() as connection:
        fault = store.take_fault(connection, page_id, on_call)
    g.fault = fault or None
    time.sleep(fault.get("delay", 0))
    if "code" in fault:
        code, temporary = fault["code"], fault["code"] in (1, 2)
        message = fault.get("message", f"(#{code}) A fault was set")
        status = fault.get("status", 500 if temporary else 400)
        raise Refused(GraphError(message, code, fault.get("subcode"), status, transient=temporary))
    if "lost" in fault and not fault.get("taken", True):
        raise AnswerLost(fault["lost"])
    return fault


def lose_answer(lost: AnswerLost) -> tuple[Response, int]:
    """The caller never hears how it went: a connection dropped at once or half-way, a 500 that is not Meta's JSON."""
    connected = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if lost.how in ("drop", "half") and connected is not None:
        if lost.how == "half":
            connected.sendall(HALF_AN_ANSWER)
        connected.shutdown(socket.SHUT_RDWR)
    return Response("<html>Sorry, something went wrong.</html>", mimetype="text/html"), 500


def record(stand_in: StandIn, response: Response) -> Response:
    """Keep the call as `/_stand_in/calls` shows it: never the token or the proof."""
    body = request.get_json(silent=True) if request.is_json else {k: _form_value(v) for k, v in request.form.items()}
    public = {k: v for k, v in body.items() if k not in SECRETS} if isinstance(body, dict) else body
    recipient = body.get("recipient") if isinstance(body, dict) else None
    error: GraphError | None = g.get("error")
    call = {
        "method": request.method,
        "path": request.path,
        "query": {k: v for k, v in request.args.items() if k not in SECRETS},
        "token_in": g.get("token_in"),
        "page_id": g.get("page_id"),
        "psid": recipient.get("id") if isinstance(recipient, dict) else None,
        "body": public,
        "status": response.status_code,
        "code": error.code if error else None,
        "subcode": error.subcode if error else None,
        "fault": g.get("fault"),
    }
    minutes = (g.get("fault") or {}).get("regain_access_minutes")
    if minutes is not None:
        usage = {"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": minutes}
        response.headers["X-Business-Use-Case-Usage"] = json.dumps({str(g.page_id): [usage]})
    seconds = (g.get("fault") or {}).get("retry_after")
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    with stand_in.store.transaction() as connection:
        store.add_call(connection, call)
    return response
