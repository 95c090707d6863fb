"""A fresh installation for each test that asks for one, with the session's Rasa server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nlu import server
from bot.nlu.training_run import TrainedRelease
from tests.journeys.stack import Stack


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
