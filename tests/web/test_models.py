"""Rasa's model-server protocol: who gets the live release's model, when, and under which name."""

import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.store import releases
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON
from tests.web.people import services_of

MODEL = b"a model"
ADDRESS = "/internal/models/live"


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services).test_client()


def ask(client: FlaskClient, token: str | None = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    token = services_of(client).settings.nlu_token if token is None else token
    with client.get(ADDRESS, headers={"Authorization": f"Bearer {token}", **headers}) as answer:
        return answer.status_code, answer.data, dict(answer.headers)


def release(client: FlaskClient, name: str = "october", content: bytes = MODEL) -> Path:
    """A live release with its model in the service's own store."""
    services = services_of(client)
    file = services.settings.var / "models" / f"{name}.tar.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    row = {"name": name, "file": file.name, "sha256": sha256, "trained_from": "1" * 64, "thresholds": {}, "now": NOON}
    with services.database.write() as session:
        if releases.live(session) is None:
            releases.add_live(session, **row)
        else:
            releases.add_candidate(session, **row, topics=[], asked_by="user 1", changed_by=())
            releases.judge(session, name, is_ready=True, figures={})
            releases.promote(session, name, NOON, actor="user 2")
    return file


def test_the_model_comes_under_the_releases_name(client: FlaskClient) -> None:
    release(client)
    status, content, headers = ask(client)
    assert (status, content) == (200, MODEL)
    assert headers["filename"] == "october.tar.gz"
    assert headers["ETag"].startswith("october-")


def test_whoever_has_it_is_told_so(client: FlaskClient) -> None:
    release(client)
    tag = ask(client)[2]["ETag"]
    status, content, headers = ask(client, **{"If-None-Match": tag})
    assert (status, content, headers["ETag"]) == (304, b"", tag)


def test_a_promotion_is_what_the_next_question_gets_even_of_the_same_model(client: FlaskClient) -> None:
    release(client)
    tag = ask(client)[2]["ETag"]
    release(client, "november")
    status, _, headers = ask(client, **{"If-None-Match": tag})
    assert (status, headers["filename"]) == (200, "november.tar.gz")
    services = services_of(client)
    with services.database.write() as session:
        releases.roll_back(session, NOON, actor="user 1")
    assert ask(client, **{"If-None-Match": headers["ETag"]})[2]["ETag"] == tag


@pytest.mark.parametrize("token", ["", "wrong", "Bearer", "\u00e9".encode().decode("latin-1")])
def test_strangers_get_nothing(client: FlaskClient, token: str) -> None:
    release(client)
    status, content, _ = ask(client, token)
    assert status == 401
    assert MODEL not in content
    assert client.get(ADDRESS).status_code == 401
    assert client.get(f"{ADDRESS}?token={services_of(client).settings.nlu_token}").status_code == 401


def test_without_a_release_there_is_nothing(client: FlaskClient) -> None:
    assert ask(client)[0] == 404


def test_a_file_that_was_changed_is_not_served(client: FlaskClient) -> None:
    file = release(client)
    file.write_bytes(b"another model")
    assert ask(client)[0] == 404
    file.unlink()
    assert ask(client)[0] == 404
