"""Meta's data deletion callback and the page that says how far it is."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.core import catalogue
from bot.store.database import Database
from bot.store.erasure_requests import new_code
from bot.store.tables import Conversation, ErasureRequest
from bot.wiring import Services
from bot.worker.erase_next import erase_next
from tests.builders import NOON, a_conversation, a_practice
from tests.messenger.test_signed_request import TOLD, signed
from tests.web.conftest import APP_SECRET
from tests.worker.database_bytes import holders_of

USER = "7300000000000042"
ROUTE = "/webhook/data-deletion"


def ask(app: Flask, text: str | None = None) -> tuple[int, dict[str, str]]:
    text = signed(TOLD | {"user_id": USER}, APP_SECRET) if text is None else text
    answer = app.test_client().post(ROUTE, data={"signed_request": text})
    return answer.status_code, answer.get_json(silent=True) or {}


def requests(store: Database) -> list[ErasureRequest]:
    with store.read() as session:
        return list(session.scalars(select(ErasureRequest).order_by(ErasureRequest.id)))


def page(app: Flask, code: str) -> tuple[int, str]:
    answer = app.test_client().get(f"/data-deletion/{code}")
    assert answer.content_type == "text/html; charset=utf-8"
    return answer.status_code, answer.text


def says(state: str) -> str:
    return catalogue.DELETION_STATUS[state].split("\n\n")[0]


def test_an_id_that_matches_no_conversation_is_told_so_and_waits_for_a_person(app: Flask, store: Database) -> None:
    status, answer = ask(app)
    assert status == 200
    assert answer == {
        "url": f"http://127.0.0.1:9/data-deletion/{answer['confirmation_code']}",
        "confirmation_code": answer["confirmation_code"],
    }
    [request] = requests(store)
    assert (request.state, request.source, request.about) == ("unmatched", "meta", "nobody known")
    code, text = page(app, answer["confirmation_code"])
    assert (code, says("unmatched") in text) == (200, True)
    assert "delete my data" in text
    assert holders_of(store, USER) == []


def test_a_match_is_stored_then_erased_by_the_worker_and_the_page_follows(
    app: Flask, store: Database, services: Services
) -> None:
    with store.write() as session:
        a_practice(session, "hillside", ["1002"])
        a_conversation(session, USER)
        a_conversation(session, USER, "1002")
        a_conversation(session, "bea")
    _, answer = ask(app)
    assert [request.state for request in requests(store)] == ["waiting", "waiting"]
    assert says("received") in page(app, answer["confirmation_code"])[1]
    while erase_next(services, "worker-1"):
        pass
    assert says("done") in page(app, answer["confirmation_code"])[1]
    assert holders_of(store, USER) == []
    with store.read() as session:
        assert session.scalars(select(Conversation.psid)).all() == ["bea"]


def test_the_same_request_again_is_the_same_request(app: Flask, store: Database, services: Services) -> None:
    with store.write() as session:
        a_conversation(session, USER)
    first = ask(app)
    assert ask(app) == first
    while erase_next(services, "worker-1"):
        pass
    assert ask(app) == first
    assert [request.state for request in requests(store)] == ["done"]


def test_under_a_hold_the_page_says_that_not_all_is_deleted(app: Flask, store: Database, services: Services) -> None:
    with store.write() as session:
        a_conversation(session, USER).held_since = NOON
    _, answer = ask(app)
    assert erase_next(services, "worker-1")
    assert says("held") in page(app, answer["confirmation_code"])[1]


def test_a_closed_request_says_that_a_person_looked(app: Flask, store: Database) -> None:
    _, answer = ask(app)
    with store.write() as session:
        session.execute(update(ErasureRequest).values(state="closed"))
    assert says("closed") in page(app, answer["confirmation_code"])[1]


@pytest.mark.parametrize(
    "code", ["x-y-z", "..", "0" * 32, pytest.param(new_code(), id="never given"), "A" * 32, "0" * 33, "%27"]
)
def test_a_code_that_is_none_is_told_so(app: Flask, code: str) -> None:
    status, text = page(app, code)
    assert (status, says("unknown") in text) == (404, True)
    assert code == ".." or code not in text


@pytest.mark.parametrize("text", ["", "a.b", signed(TOLD), signed(TOLD, APP_SECRET)[:-1]])
def test_what_meta_did_not_sign_is_refused_without_effect(app: Flask, store: Database, text: str) -> None:
    with capture_logs() as logs:
        assert ask(app, text) == (403, {})
    assert requests(store) == []
    assert "data_deletion_refused" in [line["event"] for line in logs]


def test_two_or_no_signed_requests_are_refused(app: Flask, store: Database) -> None:
    text = signed(TOLD, APP_SECRET)
    client = app.test_client()
    for data in ({}, {"signed_request": [text, text]}, {"other": text}):
        assert client.post(ROUTE, data=data).status_code == 403
    assert client.post(ROUTE, json={"signed_request": text}).status_code == 403
    assert client.get(ROUTE, query_string={"signed_request": text}).status_code == 405
    assert requests(store) == []


def test_a_huge_body_is_refused(app: Flask) -> None:
    assert app.test_client().post(ROUTE, data={"signed_request": "a" * 20_000}).status_code == 413


def test_nothing_of_the_person_is_logged(app: Flask, store: Database) -> None:
    with capture_logs() as logs:
        _, answer = ask(app)
        page(app, answer["confirmation_code"])
    assert USER not in str(logs)
    assert answer["confirmation_code"] not in str(logs)


def test_without_a_database_meta_is_asked_to_try_again(app: Flask, store: Database) -> None:
    store.close()
    file = store.engine.url.database or ""
    from pathlib import Path

    Path(file).unlink()
    Path(file).mkdir()
    assert ask(app)[0] == 503
