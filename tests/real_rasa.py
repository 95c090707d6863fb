"""The real Rasa server with the model for the data as it is: one for the whole test session."""

import os
from collections.abc import Iterator

import pytest

from bot import wiring
from bot.errors import ReleaseError
from bot.nlu import server, training_run
from bot.nlu.training_run import TrainedRelease

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
