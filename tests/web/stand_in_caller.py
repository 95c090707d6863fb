"""Talks to the stand-in for Meta's Graph API, for the tests of it."""

import hashlib
import hmac
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

APP_SECRET = "a secret of the app"
PAGES = {"1001": "token of the first page", "1002": "token of the second page"}
PATIENT = "7000000000000001"


def proof(token: str) -> str:
    return hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()


class Caller:
    """Talks to the stand-in as the service and as the patient would."""

    def __init__(self, app: Flask, prefix: str = "") -> None:
        self.http: FlaskClient = app.test_client()
        self.prefix = prefix

    def call(self, method: str, path: str, page_id: str = "1001", **body: Any) -> tuple[int, Any]:
        token = PAGES[page_id]
        answer = self.http.open(
            f"{self.prefix}/v26.0/{path}",
            method=method,
            headers={"Authorization": f"Bearer {token}"},
            query_string={"appsecret_proof": proof(token)},
            json=body or None,
        )
        return answer.status_code, answer.get_json(silent=True)

    def send(self, text: str = "Hello", psid: str = PATIENT, **changes: Any) -> tuple[int, Any]:
        body = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": {"text": text}, **changes}
        return self.call("POST", "1001/messages", **{name: value for name, value in body.items() if value is not None})

    def control(self, name: str, **body: Any) -> Any:
        return self.http.post(f"{self.prefix}/_stand_in/{name}", json=body).json

    def patient(self, **what: Any) -> Any:
        return self.control("patient", page_id="1001", psid=PATIENT, **what)

    def phone(self, after: int = 0) -> Any:
        return self.control("messages", page_id="1001", psid=PATIENT, after=after)

    def calls(self) -> Any:
        return self.http.get(f"{self.prefix}/_stand_in/calls").json


def numbers(answer: tuple[int, Any]) -> tuple[int, int, int | None]:
    """HTTP status, code and subcode of a refusal."""
    status, body = answer
    return status, body["error"]["code"], body["error"].get("error_subcode")


def quick_reply(**changes: Any) -> dict[str, Any]:
    return {"content_type": "text", "title": "Yes", "payload": "yes", **changes}
