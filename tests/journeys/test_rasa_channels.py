"""One decision path: Rasa's REST channel says what the service decides, over the regression messages.

A sample in `make test`; with CHANNELS_ALL=1 every message.
"""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest
import requests

from bot import wiring
from bot.channel_commands import channel_model
from bot.nlu.training_data import read_examples
from bot.replay import Row, decided
from bot.settings import Settings
from bot.wiring import Services
from tests.journeys.stack import Stack, free_port, wait_for
from tests.real_rasa import MODELS

pytestmark = pytest.mark.rasa

SAMPLE = 25
Say = Callable[..., list[dict[str, Any]]]
_senders = count(1)


@pytest.fixture(scope="module")
def say(shared_stack: Stack) -> Iterator[Say]:
    """Says messages of one sender to Rasa's REST channel; gives what came back for the last one."""
    channel_model(wiring.PROJECT, MODELS)
    (shared_stack.folder / "models").mkdir()
    (shared_stack.folder / "models" / "channels").symlink_to(MODELS / "channels")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (shared_stack.folder / "channels.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "bot", "channels", "run", "--port", str(port)],
            cwd=wiring.PROJECT, env=shared_stack.environment, stdout=log, stderr=log,
        )  # fmt: skip

    def tell(*texts: str, sender: str | None = None) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = []
        name = sender or f"sender-{next(_senders)}"
        for text in texts:
            body = {"sender": name, "message": text}
            said = requests.post(f"{url}/webhooks/rest/webhook", json=body, timeout=60).json()
        return said

    try:
        wait_for("Rasa's REST channel", lambda: running.poll() is not None or Stack.answers(url), 240)
        assert running.poll() is None
        yield tell
    finally:
        running.terminate()
        running.wait(timeout=30)


@pytest.fixture(scope="module")
def services(shared_stack: Stack) -> Iterator[Services]:
    built = wiring.build(Settings.from_env(shared_stack.environment))
    with closing(built.database):
        yield built


Outcome = tuple[dict[str, Any], str, list[str]]


def outcome(said: list[dict[str, Any]]) -> Outcome:
    """The decision's facts, the words and the buttons that came. Rasa makes a message of each paragraph."""
    *replies, facts = said
    shown = [button["title"] for one in replies for button in one.get("buttons", [])]
    return without_time(facts["custom"]), "\n\n".join(one["text"] for one in replies), shown


def wanted(services: Services, *texts: str) -> Outcome:
    """The same, straight from the decision path."""
    facts = decided(services, Row(None, texts[-1], texts[:-1]), None)
    replies = facts.pop("replies")
    shown = [button["title"] for one in replies for button in one["buttons"]]
    return without_time(facts), "\n\n".join(one["text"] for one in replies), shown


def without_time(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "milliseconds"}


@pytest.mark.timeout(1500)
def test_both_ways_give_the_same_decisions_and_replies(say: Say, services: Services) -> None:
    texts = [example.text for example in read_examples(wiring.NLU_DATA / "regression")]
    assert len(texts) > 1_000
    if os.environ.get("CHANNELS_ALL") != "1":
        texts = random.Random(3).sample(texts, SAMPLE)
    differing = [text for text in texts if outcome(say(text)) != wanted(services, text)]
    assert differing == []
    print(f"{len(texts)} messages, the same both ways")


@pytest.mark.parametrize(
    "texts",
    [
        ("does it hurt", "Breast screening"),  # a tap on a button sends its title
        ("does a smear hurt?", "and the mammogram?"),
        ("hello", "chest pain cant breathe"),
        ("STOP", "does a smear hurt?", "START"),
        ("how do i post the kit", "i want to talk to somebody", "is it free"),
    ],
)
def test_what_was_said_before_counts_in_the_same_way(texts: tuple[str, ...], say: Say, services: Services) -> None:
    assert outcome(say(*texts)) == wanted(services, *texts)


@pytest.mark.parametrize("text", ["/", "/help me", "/message", "/does it hurt{", "7", "😀"])
def test_odd_messages_reach_the_service_too(text: str, say: Say, services: Services) -> None:
    assert outcome(say(text)) == wanted(services, text)


def test_senders_do_not_hear_of_each_other(say: Say) -> None:
    say("does a smear hurt?", sender="one")
    facts, *_ = outcome(say("and where do i go?", sender="another"))
    assert facts["programmes"] == []


def test_a_service_that_is_gone_is_said_plainly(say: Say, shared_stack: Stack) -> None:
    shared_stack.kill("web")
    said = say("does it hurt")
    assert [("The service gave no answer" in one["text"]) for one in said] == [True]
    log = (shared_stack.folder / "channels.log").read_text(encoding="utf-8", errors="replace")
    assert not [word for word in ("does it hurt", "smear", "help me") if word in log]
    assert shared_stack.secrets["BOT_INTERNAL_TOKEN"] not in log
