"""Fixtures of the worker's tests: a running stand-in for Meta, and a surgery on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import wiring
from bot.core.messages import Programme
from bot.core.safety import SafetyNet
from bot.core.topics import Topics
from bot.messenger.graph_api import GraphApi
from bot.nlu.language import language_of
from bot.nlu.topic_file import read_topics
from bot.settings import Settings
from bot.store.database import Database
from bot.wiring import Services
from tests.fakes.fake_nlu import FakeNlu
from tests.keys import KEYS
from tests.worker.databases import FilledFile, fill
from tests.worker.meta import APP_SECRET, TOKENS, Meta
from tests.worker.surgery import Clock, Surgery

both_databases = pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
"""For the steps that could go differently on PostgreSQL. The others are tried on SQLite, to save time."""


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def running_meta(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meta]:
    meta = Meta(tmp_path_factory.mktemp("meta") / "graph.db")
    with meta.running():
        yield meta


@pytest.fixture
def meta(running_meta: Meta) -> Meta:
    """Meta, where ann and bea have just written to Riverside and ann to Hillside Surgery."""
    running_meta.start_anew()
    return running_meta


@pytest.fixture(scope="session")
def safety() -> SafetyNet:
    return SafetyNet.from_text(wiring.RULES_FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def topics() -> Topics:
    language_of("the first call loads the detector, so that no turn of a test waits for it")
    return read_topics(wiring.NLU_DATA / "topics.yml")


@pytest.fixture
def nlu() -> FakeNlu:
    """Sure of a question about mammograms and one about smears, and of one that names no test."""
    nlu = FakeNlu()
    nlu.teach("Does a mammogram hurt?", Programme.BREAST, does_it_hurt=0.9)
    nlu.teach("Does a smear hurt?", Programme.CERVICAL, does_it_hurt=0.9)
    nlu.teach("Does it hurt?", does_it_hurt=0.9)
    return nlu


@pytest.fixture(scope="session")
def settings(running_meta: Meta, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_env(
        {
            "BOT_VAR": str(tmp_path_factory.mktemp("var")),
            "BOT_GRAPH_URL": running_meta.graph_url,
            "BOT_APP_SECRET": APP_SECRET,
            "BOT_PAGE_TOKENS": ",".join(f"{page_id}={token}" for page_id, token in TOKENS.items()),
        }
    )


@pytest.fixture(scope="session")
def filled_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledFile]:
    filled = FilledFile(migrated_file, tmp_path_factory.mktemp("worker"))
    yield filled
    filled.database.close()


@pytest.fixture
def database(backend: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Riverside Surgery, which has sample answers to `Does it hurt?`, and Hillside Surgery."""
    if backend == "sqlite":
        yield request.getfixturevalue("filled_file").put_back()
        return
    database = Database(request.getfixturevalue("database_url"), KEYS)
    with database.write() as session:
        fill(session)
    yield database
    database.close()


@pytest.fixture
def surgery(
    database: Database,
    settings: Settings,
    safety: SafetyNet,
    topics: Topics,
    nlu: FakeNlu,
    monkeypatch: pytest.MonkeyPatch,
) -> Surgery:
    """Everything that the worker of both surgeries needs."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    clock = Clock()
    services = Services(
        settings=settings,
        database=database,
        nlu=nlu,  # type: ignore[arg-type]
        graph=GraphApi(settings.graph_url, settings.app_secret),
        safety=safety,
        topics=topics,
        now=clock,
    )
    return Surgery(services, nlu, clock)
