"""The real Rasa server is killed and comes back: no message is lost, and staff have those that nobody could read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nlu.training_run import TrainedRelease
from tests.faults.account import account
from tests.faults.scene import Scene, scene
from tests.journeys.stack import wait_for

pytestmark = [pytest.mark.timeout(500), pytest.mark.rasa]

QUESTION, ANOTHER = "does a smear hurt?", "is a smear sore?"


@pytest.fixture
def with_rasa(tmp_path: Path, release: TrainedRelease) -> Iterator[Scene]:
    with scene(tmp_path, release) as made:
        yield made


def test_while_rasa_is_dead_staff_get_the_conversation_and_then_it_answers_again(with_rasa: Scene) -> None:
    with_rasa.kill("worker2")  # each worker keeps what it read, so the same one has to read the question twice
    with_rasa.say("1", QUESTION)
    assert "hurt" in with_rasa.reply("1")["text"]
    with_rasa.stop_model()
    with_rasa.say("2", ANOTHER)
    assert "I could not read your message" in with_rasa.reply("2")["text"]
    with_rasa.say("3", QUESTION)  # read before, and kept
    assert with_rasa.reply("3")["text"] == with_rasa.reply("1")["text"]
    with_rasa.start_model()
    with_rasa.start("worker2")
    with_rasa.say("4", ANOTHER)
    assert with_rasa.reply("4")["text"] == with_rasa.reply("1")["text"]
    wait_for("everything to be settled", with_rasa.is_settled)
    found = account(with_rasa)
    assert (found.problems, found.kinds) == ((), {"answer": 3, "unavailable": 1})
    assert with_rasa.conversation("2").waiting_since is not None
