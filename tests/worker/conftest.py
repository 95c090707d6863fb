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
from bot.store import answers, releases
from bot.store.database import Database
from bot.wiring import Services
from tests.builders import NOON, PAGE, a_practice, an_answer
from tests.fakes.fake_nlu import RELEASE, FakeNlu
from tests.worker.meta import APP_SECRET, OTHER_PAGE, TOKENS, Meta
from tests.worker.surgery import Clock, Surgery

THRESHOLDS = {"answer": 0.6, "margin": 0.2, "clarify": 0.25, "choice": 0.1, "safety": 0.3}
WORDINGS = {
    "breast": "A mammogram can hurt for a moment.",
    "cervical": "A smear can feel tight for a moment.",
}

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
    """Meta, where ann and bea have just written to both pages."""
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


@pytest.fixture
def services(
    database: Database,
    database_url: str,
    running_meta: Meta,
    safety: SafetyNet,
    topics: Topics,
    nlu: FakeNlu,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Services:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings = Settings.from_env(
        {
            "BOT_VAR": str(tmp_path),
            "BOT_DATABASE_URL": database_url,
            "BOT_GRAPH_URL": running_meta.graph_url,
            "BOT_APP_SECRET": APP_SECRET,
            "BOT_PAGE_TOKENS": ",".join(f"{page_id}={token}" for page_id, token in TOKENS.items()),
        }
    )
    graph = GraphApi(settings.graph_url, settings.app_secret)
    return Services(
        settings=settings, database=database, nlu=nlu, graph=graph, safety=safety, topics=topics, now=Clock()
    )


@pytest.fixture
def surgery(services: Services, nlu: FakeNlu) -> Surgery:
    """Riverside Surgery, which has sample answers to `Does it hurt?` and shares the service with Hillside Surgery."""
    with services.database.write() as session:
        a_practice(session, "riverside", [PAGE])
        a_practice(session, "hillside", [OTHER_PAGE], name="Hillside Surgery")
        written = [an_answer(text, programme=programme) for programme, text in WORDINGS.items()]
        answers.import_all(session, written, NOON)
        releases.add_live(
            session,
            name=RELEASE,
            file=f"{RELEASE}.tar.gz",
            sha256="0" * 64,
            trained_from="0" * 64,
            thresholds=THRESHOLDS,
            now=NOON,
        )
    assert isinstance(services.now, Clock)
    return Surgery(services, nlu, services.now)
