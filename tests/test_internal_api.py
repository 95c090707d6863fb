"""The internal API: for whoever has the token, in the words of `replay`, with nothing stored and nothing logged."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bot import internal_api, wiring
from bot.core.safety import SafetyNet
from bot.internal_api import LARGEST_BODY, LONGEST_TEXT, MOST_CONTEXT
from bot.nlu.topic_file import read_topics
from bot.replay import Row, decided
from bot.store.database import Database
from bot.store.tables import Base
from bot.web.app import create_app
from bot.wiring import Services
from tests.keys import KEYS
from tests.nlu import nlu_server
from tests.planted import IDENTIFIERS
from tests.web.conftest import a_site, safety_net, store

__all__ = ["safety_net", "store"]

TOKEN = "Hs7Kp3Wd9Ta5Zc1G"
GOOD = {"Authorization": f"Bearer {TOKEN}"}
PATH = "/internal/decide"


@pytest.fixture
def services(store: Database, safety_net: SafetyNet, tmp_path: Path) -> Iterator[Services]:
    """A site with a practice, an NLU server that knows one message, and a token."""
    with nlu_server.running() as nlu:
        site = a_site(store, safety_net, tmp_path, nlu.url)
        topics = read_topics(wiring.NLU_DATA / "topics.yml")
        yield replace(site, topics=topics, settings=replace(site.settings, internal_token=TOKEN))


def app_of(services: Services) -> Flask:
    return create_app(services, *internal_api.blueprints(services))


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return app_of(services).test_client()


def test_it_gives_what_replay_gives(client: FlaskClient, services: Services) -> None:
    for text, context in (("chest pain cant breathe", ()), ("does the mammogram hurt", ("hello", "does it hurt"))):
        turns = [{"role": "user", "text": said} for said in context]
        answer = client.post(PATH, json={"text": text, "context": turns}, headers=GOOD)
        assert answer.status_code == 200
        wanted = decided(services, Row(1, text, context), None)
        assert answer.get_json() | {"milliseconds": 0} == wanted | {"milliseconds": 0}


def test_another_nation_may_be_asked_about(client: FlaskClient) -> None:
    body = {"text": "ive found a lump in my breast", "nation": "northern_ireland"}
    assert "out-of-hours" in client.post(PATH, json=body, headers=GOOD).get_json()["replies"][0]["text"]


@pytest.mark.parametrize(
    "sent",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, f"bearer {TOKEN}", "Bearer é"],
)
def test_without_the_token_nothing_is_told(client: FlaskClient, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent}
    answer = client.post(PATH, json={"text": "does it hurt"}, headers=headers)
    assert answer.status_code == 401
    assert "decision" not in answer.get_data(as_text=True)


def test_without_a_token_in_the_settings_there_is_no_such_address(services: Services) -> None:
    site = replace(services, settings=replace(services.settings, internal_token=""))
    for headers in (GOOD, {"Authorization": "Bearer "}, {}):
        assert app_of(site).test_client().post(PATH, json={"text": "hi"}, headers=headers).status_code == 404


TURN = {"role": "user", "text": "hello"}


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], "words", {}, {"text": 7}, {"text": "hi", "sender": "6512340987650001"}),
        *({"text": "hi", "nation": nation} for nation in ("france", ["england"], 7)),
        *({"text": "hi", "context": context} for context in ("hello", [{"role": "nurse"}], [7])),
        {"text": "hi", "context": [TURN] * (MOST_CONTEXT + 1)},
        {"text": "x" * (LONGEST_TEXT + 1)},
        {"text": "hi", "context": [TURN | {"text": "x" * (LONGEST_TEXT + 1)}]},
    ],
)
def test_a_question_that_is_none_is_refused_without_quoting_it(client: FlaskClient, body: Any) -> None:
    answer = client.post(PATH, json=body, headers=GOOD)
    assert answer.status_code == 400
    assert set(answer.get_json()) == {"problem"}
    assert "6512340987650001" not in answer.get_data(as_text=True)


def test_a_body_that_is_too_large_or_no_json_is_refused(client: FlaskClient) -> None:
    assert client.post(PATH, data=b"{" * 20, headers=GOOD).status_code == 400
    assert client.post(PATH, data=b" " * (LARGEST_BODY + 1), headers=GOOD).status_code in (400, 413)


def test_nothing_is_stored_and_no_word_is_logged(
    client: FlaskClient, store: Database, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def rows() -> dict[str, int]:
        with store.read() as session:
            tables = Base.metadata.sorted_tables
            return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    before = rows()
    for text in (*IDENTIFIERS.values(), "i want to talk to somebody", "STOP", "delete my data"):
        turns = [{"role": "user", "text": text}]
        assert client.post(PATH, json={"text": text, "context": turns}, headers=GOOD).status_code == 200
    assert rows() == before
    printed = capsys.readouterr()
    written = printed.out + printed.err + caplog.text
    assert "decided_for_a_channel_of_rasa" in written
    assert not any(text in written for text in IDENTIFIERS.values())


def test_where_there_is_no_practice_it_says_so(services: Services, empty_file: Database) -> None:
    answer = app_of(replace(services, database=empty_file)).test_client().post(PATH, json={"text": "hi"}, headers=GOOD)
    assert (answer.status_code, "no practice" in answer.get_json()["problem"]) == (400, True)


@pytest.fixture
def empty_file(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "none.db").write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'none.db'}", KEYS)
    yield database
    database.close()
