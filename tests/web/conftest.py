"""Fixtures of the web tests: services made by hand over a real SQLite file, and the app over them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from bot import wiring
from bot.core.safety import SafetyNet
from bot.core.topics import Topics
from bot.messenger.graph_api import GraphApi
from bot.nlu.client import NluClient
from bot.settings import Settings
from bot.store.database import Database
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON, a_practice
from tests.keys import KEY, KEYS
from tests.nlu.nlu_server import NluServer, running
from tests.web.answers_room import AnswersRoom
from tests.web.inbox_room import InboxRoom
from tests.web.people import Clock

APP_SECRET = "5f2b8c1d9e3a4f6071829304a5b6c7d8"
VERIFY_TOKEN = "kUr9TqLm2VbXw7Pz"
SECRET_KEY = KEY


@pytest.fixture(scope="session")
def safety_net() -> SafetyNet:
    return SafetyNet.from_text(wiring.RULES_FILE.read_text(encoding="utf-8"))


@pytest.fixture
def store(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with one practice and its page."""
    database = Database(f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'bot.db')}", KEYS)
    with database.write() as session:
        a_practice(session)
    yield database
    database.close()


@pytest.fixture
def nlu_server() -> Iterator[NluServer]:
    with running() as server:
        yield server


def a_site(database: Database, safety_net: SafetyNet, var: Path, nlu_url: str, mode: str = "live") -> Services:
    """Everything that the web process needs. Nothing listens at the Graph API's address."""
    settings = Settings(
        mode="live" if mode == "live" else "demo",
        var=var,
        database_url="",
        nlu_url=nlu_url,
        graph_url="http://127.0.0.1:9",
        public_url="http://127.0.0.1:9",
        app_secret=APP_SECRET,
        verify_token=VERIFY_TOKEN,
        nlu_token="Zt4Hn8Rw1Qs6Ky3M",
        page_tokens={"1001": "EAAGm0PX4ZCps"},
        secret_key=SECRET_KEY,
    )
    return Services(
        settings=settings,
        database=database,
        nlu=NluClient(nlu_url, settings.nlu_token),
        graph=GraphApi(settings.graph_url, settings.app_secret),
        safety=safety_net,
        topics=Topics(()),
        now=lambda: NOON,
    )


@pytest.fixture
def services(store: Database, safety_net: SafetyNet, tmp_path: Path) -> Services:
    """In live mode, with an NLU server that is gone: the webhook must not need it."""
    return a_site(store, safety_net, tmp_path, "http://127.0.0.1:9")


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def inbox(services: Services) -> InboxRoom:
    """Riverside's inbox, where staff may reply."""
    room = InboxRoom(services, Clock())
    room.desk.turn_on_replies()
    return room


@pytest.fixture
def room(services: Services) -> AnswersRoom:
    """Riverside's answers: none yet."""
    return AnswersRoom(services, Clock())
