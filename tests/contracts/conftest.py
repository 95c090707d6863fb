"""The real Rasa server of the journeys, for the contract that it and its stand-in are held to."""

from tests.journeys.conftest import nlu, release

__all__ = ["nlu", "release"]
