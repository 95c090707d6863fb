"""A database with a practice, and a small project to train from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import training_commands, wiring
from bot.core.safety import SafetyNet
from bot.messenger.graph_api import GraphApi
from bot.nlu.client import NluClient
from bot.settings import Settings
from bot.store.database import Database
from bot.wiring import Services
from tests.builders import a_practice
from tests.trainer import small_project
from tests.trainer.processes import Trainer


@pytest.fixture(autouse=True)
def _stays_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs in the tests' own process must not make all tests after it give way."""
    monkeypatch.setattr(training_commands, "give_way", lambda _niceness: None)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project.make(tmp_path / "project")


@pytest.fixture
def services(database: Database, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with database.write() as session:
        a_practice(session)
    settings = Settings.from_env({"BOT_VAR": str(tmp_path / "var")})
    return Services(
        settings=settings,
        database=database,
        nlu=NluClient("http://127.0.0.1:9", "nobody is asked there"),
        graph=GraphApi(settings.graph_url, settings.app_secret),
        safety=SafetyNet.from_text(wiring.RULES_FILE.read_text(encoding="utf-8")),
        topics=wiring.read_topics(project / "nlu_data" / "topics.yml"),
    )


@pytest.fixture
def trainer(database_url: str, services: Services, project: Path) -> Iterator[Trainer]:
    made = Trainer(database_url, services.settings.var, project)
    yield made
    for process in made.running:
        process.kill()
        process.wait()
    print((services.settings.var / "trainer.log").read_text()[-3000:])
