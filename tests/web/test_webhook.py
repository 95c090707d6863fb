"""Meta's webhook: genuine events are stored before the 200, and nothing else leaves a trace."""

import io
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from bot.messenger.signature import sign
from bot.store import database as database_module
from bot.store.database import Database
from bot.store.tables import ReceivedEvent
from bot.web.app import create_app
from bot.web.webhook import LARGEST_BODY
from bot.wiring import Services
from tests.builders import PAGE
from tests.keys import KEYS
from tests.web.conftest import APP_SECRET, VERIFY_TOKEN

PATIENT = "7000000000000001"


@pytest.fixture
def meta(app: Flask) -> FlaskClient:
    """Whoever calls the webhook."""
    return app.test_client()


def a_message(number: int = 1, text: str = "gusset-worry", page_id: str = PAGE) -> dict[str, Any]:
    message = {"mid": f"m_{number}", "text": text}
    return {
        "sender": {"id": PATIENT},
        "recipient": {"id": page_id},
        "timestamp": 1795521600000 + number,
        "message": message,
    }


def a_webhook(*messages: dict[str, Any], page_id: str = PAGE) -> bytes:
    entry = {"id": page_id, "time": 1795521600000, "messaging": list(messages or [a_message()])}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def post(meta: FlaskClient, raw: bytes, signature: str | None = None) -> TestResponse:
    """As Meta posts: signed with the app's secret, unless another signature is given."""
    headers = {"X-Hub-Signature-256": sign(raw, APP_SECRET) if signature is None else signature}
    return meta.post("/webhook", data=raw, headers=headers, content_type="application/json")


def stored(database: Database) -> list[ReceivedEvent]:
    with database.read() as session:
        return list(session.scalars(select(ReceivedEvent).order_by(ReceivedEvent.id)))


# Verification


RIGHT = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}


def test_meta_gets_its_challenge_back_bare(meta: FlaskClient) -> None:
    answer = meta.get("/webhook", query_string=RIGHT)
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "1158201444", "text/plain")


@pytest.mark.parametrize(
    "question",
    [
        {**RIGHT, "hub.verify_token": "wrong"},
        {**RIGHT, "hub.verify_token": ""},
        {**RIGHT, "hub.verify_token": VERIFY_TOKEN.upper()},
        {**RIGHT, "hub.verify_token": f"{VERIFY_TOKEN} "},
        {**RIGHT, "hub.verify_token": "wörd"},
        {**RIGHT, "hub.verify_token": [VERIFY_TOKEN, VERIFY_TOKEN]},
        {**RIGHT, "hub.verify_token": ["wrong", VERIFY_TOKEN]},
        {**RIGHT, "hub.challenge": ["1", "2"]},
        {**RIGHT, "hub.mode": ["subscribe", "subscribe"]},
        {**RIGHT, "hub.mode": "unsubscribe"},
        {**RIGHT, "hub.challenge": ""},
        {name: value for name, value in RIGHT.items() if name != "hub.mode"},
        {name: value for name, value in RIGHT.items() if name != "hub.verify_token"},
        {name: value for name, value in RIGHT.items() if name != "hub.challenge"},
        {name.replace(".", "_"): value for name, value in RIGHT.items()},
        {},
    ],
)
def test_any_other_question_is_refused(meta: FlaskClient, question: dict[str, Any]) -> None:
    answer = meta.get("/webhook", query_string=question)
    assert answer.status_code == 403
    assert VERIFY_TOKEN not in answer.text
    assert "1158201444" not in answer.text


def test_without_a_token_of_its_own_the_service_verifies_nobody(services: Services) -> None:
    app = create_app(replace(services, settings=replace(services.settings, verify_token="")))
    assert app.test_client().get("/webhook", query_string={**RIGHT, "hub.verify_token": ""}).status_code == 403


def test_a_challenge_is_never_a_page(meta: FlaskClient) -> None:
    answer = meta.get("/webhook", query_string={**RIGHT, "hub.challenge": "<script>alert(1)</script>"})
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# Events


def test_a_genuine_message_is_stored_before_the_200(meta: FlaskClient, store: Database) -> None:
    answer = post(meta, a_webhook())
    assert (answer.status_code, answer.text) == (200, "EVENT_RECEIVED")
    [event] = stored(store)
    assert (event.state, event.kind, event.psid, event.page_ref) == ("waiting", "text", PATIENT, PAGE)
    assert event.payload["text"] == "gusset-worry"


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, sign(a_webhook(), "another secret"), "words"],
)
def test_a_wrong_signature_is_refused_and_nothing_is_stored(meta: FlaskClient, store: Database, signature: str) -> None:
    assert post(meta, a_webhook(), signature).status_code == 403
    assert stored(store) == []


def test_no_signature_is_refused(meta: FlaskClient, store: Database) -> None:
    assert meta.post("/webhook", data=a_webhook()).status_code == 403
    assert stored(store) == []


def test_a_changed_byte_is_refused(meta: FlaskClient, store: Database) -> None:
    raw = a_webhook()
    assert post(meta, raw.replace(b"gusset", b"gussot"), sign(raw, APP_SECRET)).status_code == 403
    assert stored(store) == []


def test_the_signature_is_checked_before_anything_is_read(meta: FlaskClient) -> None:
    assert post(meta, b"not json", "sha256=" + "0" * 64).status_code == 403


@pytest.mark.parametrize("raw", [b"", b"not json", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_refused(meta: FlaskClient, store: Database, raw: bytes) -> None:
    assert post(meta, raw).status_code == 400
    assert stored(store) == []


@pytest.mark.parametrize(
    "raw", [b'{"object": "instagram", "entry": []}', b"{}", b"[]", b"null", b'{"object": ["page"]}']
)
def test_what_is_not_about_a_page_is_refused(meta: FlaskClient, store: Database, raw: bytes) -> None:
    assert post(meta, raw).status_code == 404
    assert stored(store) == []


def test_an_event_of_a_strangers_page_is_kept_without_what_was_said(meta: FlaskClient, store: Database) -> None:
    assert post(meta, a_webhook(a_message(page_id="9999"), page_id="9999")).status_code == 200
    [event] = stored(store)
    assert (event.state, event.reason) == ("ignored", "the page is not connected to this service")
    assert event.practice_id is None
    assert "gusset" not in json.dumps(event.payload)


def test_a_webhook_that_comes_again_changes_nothing(meta: FlaskClient, store: Database) -> None:
    raw = a_webhook(a_message(1), a_message(2))
    assert [post(meta, raw).status_code for _ in range(3)] == [200, 200, 200]
    assert len(stored(store)) == 2


def test_of_a_webhook_that_is_partly_known_only_the_rest_is_stored(meta: FlaskClient, store: Database) -> None:
    post(meta, a_webhook(a_message(1)))
    post(meta, a_webhook(a_message(1), a_message(2), a_message(2)))
    assert [event.payload["mid"] for event in stored(store)] == ["m_1", "m_2"]


@pytest.mark.parametrize("many", [1_000, 4_000])
def test_very_many_events_in_one_webhook_are_all_stored(meta: FlaskClient, store: Database, many: int) -> None:
    raw = a_webhook(*(a_message(number, "hello") for number in range(many)))
    assert len(raw) <= LARGEST_BODY
    assert post(meta, raw).status_code == 200
    assert len(stored(store)) == many


def test_the_content_type_does_not_matter(meta: FlaskClient, store: Database) -> None:
    raw = a_webhook()
    headers = {"X-Hub-Signature-256": sign(raw, APP_SECRET)}
    answer = meta.post("/webhook", data=raw, headers=headers, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert len(stored(store)) == 1


def test_where_no_cookie_is_sent_nothing_is_prepared_to_check_one(
    meta: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        SecureCookieSessionInterface, "get_signing_serializer", lambda *_: pytest.fail("a signature was prepared")
    )
    assert post(meta, a_webhook()).status_code == 200


# Too large


def test_a_body_of_exactly_the_limit_is_read(meta: FlaskClient) -> None:
    assert post(meta, b" " * LARGEST_BODY).status_code == 400  # read, and not JSON


def test_a_body_above_the_limit_is_refused(meta: FlaskClient, store: Database) -> None:
    raw = a_webhook(a_message(text="x" * LARGEST_BODY))
    assert post(meta, raw).status_code == 413
    assert stored(store) == []


def post_in_chunks(meta: FlaskClient, body: io.RawIOBase | io.BytesIO, signature: str = "") -> TestResponse:
    """As through gunicorn without a Content-Length: the server marks the end of the body itself."""
    environment = {"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return meta.post("/webhook", headers={"X-Hub-Signature-256": signature}, environ_overrides=environment)


class CountedStream(io.RawIOBase):
    """A body of so many bytes; remembers how much of it was read."""

    def __init__(self, size: int) -> None:
        self._left, self.read_so_far = size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        some = min(len(buffer), self._left, 65_536)
        buffer[:some] = b" " * some
        self._left -= some
        self.read_so_far += some
        return some


def test_a_body_without_a_length_is_refused_and_not_read_to_its_end(meta: FlaskClient) -> None:
    endless = CountedStream(20 * LARGEST_BODY)
    assert post_in_chunks(meta, endless).status_code == 413
    assert endless.read_so_far <= 2 * LARGEST_BODY


def test_a_body_without_a_length_of_usual_size_is_stored(meta: FlaskClient, store: Database) -> None:
    raw = a_webhook()
    assert post_in_chunks(meta, io.BytesIO(raw), sign(raw, APP_SECRET)).status_code == 200
    assert len(stored(store)) == 1


# The database is in trouble: Meta must send it again


@pytest.fixture
def impatient(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The same site, whose database waits for a lock for a tenth of a second only."""
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 100)
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}", KEYS)
    yield create_app(replace(services, database=database)).test_client()
    database.close()


def test_while_the_database_is_locked_meta_is_told_to_come_again(
    impatient: FlaskClient, store: Database, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert post(impatient, a_webhook()).status_code == 503
    other.execute("ROLLBACK")
    other.close()
    assert stored(store) == []
    assert post(impatient, a_webhook()).status_code == 200
    assert len(stored(store)) == 1


def test_without_its_tables_meta_is_told_to_come_again(services: Services, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}", KEYS)
    answer = post(create_app(replace(services, database=empty)).test_client(), a_webhook())
    empty.close()
    assert answer.status_code == 503


# What others may learn


@pytest.mark.parametrize("signature", [None, "sha256=" + "0" * 64])
def test_no_log_line_holds_the_patients_words_or_id(meta: FlaskClient, signature: str | None) -> None:
    with capture_logs() as lines:
        post(meta, a_webhook(), signature)
    assert lines
    assert "gusset" not in str(lines)
    assert PATIENT not in str(lines)


def test_a_fault_of_ours_is_not_logged_with_the_patients_words(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fault() -> str:
        raise RuntimeError("could not read gusset-worry")

    app.view_functions["webhook.receive"] = fault
    assert app.test_client().post("/webhook").status_code == 500
    assert "gusset" not in caplog.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(meta: FlaskClient, method: str) -> None:
    assert getattr(meta, method)("/webhook").status_code == 405
