"""One real Rasa server for the session; a fresh installation for each test that asks for one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import wiring
from bot.errors import ReleaseError
from bot.nlu import server, training_run
from bot.nlu.training_run import TrainedRelease
from tests.journeys.stack import Stack

MODELS = wiring.PROJECT / "var" / "models"


@pytest.fixture(scope="session")
def release() -> TrainedRelease:
    """The model for the training data as it is; trained now where there is none."""
    try:
        training_run.rasa_python(wiring.PROJECT)
    except ReleaseError as error:
        if os.environ.get("REQUIRE_ALL"):
            raise
        pytest.skip(str(error))
    found = training_run.find_trained(wiring.PROJECT, MODELS)
    return found or training_run.train(wiring.PROJECT, MODELS, wiring.utc_now(), lambda seconds: None)


@pytest.fixture(scope="session")
def nlu(release: TrainedRelease) -> Iterator[server.TemporaryServer]:
    with server.temporary_server(wiring.PROJECT, MODELS / release.file) as running:
        yield running


def _started(folder: Path, nlu: server.TemporaryServer, release: TrainedRelease) -> Iterator[Stack]:
    made = Stack(folder, nlu.url, nlu.token, release)
    try:
        made.start("meta", "web", "worker")
        yield made
    finally:
        made.stop()
        for log in sorted(folder.glob("*.log")):  # pytest shows this where the test failed
            print(f"--- end of {log.name}\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def stack(tmp_path: Path, nlu: server.TemporaryServer, release: TrainedRelease) -> Iterator[Stack]:
    """An installation that a test may harm."""
    yield from _started(tmp_path, nlu, release)


@pytest.fixture(scope="module")
def shared_stack(
    tmp_path_factory: pytest.TempPathFactory, nlu: server.TemporaryServer, release: TrainedRelease
) -> Iterator[Stack]:
    """One installation for a whole module; each test is another patient."""
    yield from _started(tmp_path_factory.mktemp("stack"), nlu, release)
