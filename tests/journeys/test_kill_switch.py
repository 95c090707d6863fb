"""The kill switch by its command, beside a worker that is answering: how soon the last answer has left."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import wiring
from bot.core import catalogue
from bot.nlu.training_run import TrainedRelease
from bot.store import audit
from bot.store.tables import OutgoingMessage
from tests.journeys.stack import Stack, wait_for
from tests.nlu import nlu_server

pytestmark = pytest.mark.timeout(180)

QUESTION = "Does a mammogram hurt?"  # the NLU stand-in reads everything as this
OFF = catalogue.PAUSED.partition("\n")[0]
WITHIN = timedelta(seconds=5)  # from the moment that the command stored it
RELEASE = TrainedRelease(
    nlu_server.MODEL,
    f"{nlu_server.MODEL}.tar.gz",
    "0" * 64,
    "0" * 64,
    {"answer": 0.75, "answer_margin": 0.2, "safety": 0.5},
)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Stack]:
    """The real processes, and a new patient who asks every 0.4 seconds until the end of the test."""
    with nlu_server.running() as nlu:
        stack = Stack(tmp_path, nlu.url, nlu_server.TOKEN, RELEASE)
        enough = threading.Event()
        asking = threading.Thread(target=_ask, args=(stack, enough))
        try:
            stack.start("meta", "web", "worker")
            asking.start()
            yield stack
        finally:
            enough.set()
            if asking.is_alive():
                asking.join()
            stack.stop()
            for log in sorted(tmp_path.glob("*.log")):  # pytest shows this where the test failed
                print(f"--- end of {log.name}\n{log.read_text(errors='replace')[-3000:]}")


def _ask(stack: Stack, enough: threading.Event) -> None:
    for number in count(7000):
        if enough.wait(0.4):
            return
        stack.say(str(number), QUESTION, wait=False)


def command(stack: Stack, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", *words, "--by", "Ann Lee", "--why", "a drill"],
        cwd=wiring.PROJECT,
        env=stack.environment,
        check=True,
        capture_output=True,
        timeout=60,
    )


def sent(stack: Stack, *, off: bool) -> list[datetime]:
    """When Meta took each reply that says that answers are off, or each other one, in order."""
    with stack.database.read() as session:
        rows = session.scalars(select(OutgoingMessage).where(OutgoingMessage.state == "sent")).all()
    return sorted(row.sent_at for row in rows if row.sent_at and (OFF in row.text) is off)


def thrown_at(stack: Stack) -> datetime:
    with stack.database.read() as session:
        return audit.newest(session, 1)[0].at


@pytest.mark.parametrize("whom", [["--all"], ["--practice", "potteries-way"]], ids=["all", "one practice"])
def test_within_five_seconds_no_answer_leaves_any_more(busy: Stack, whom: list[str]) -> None:
    wait_for("answers to flow", lambda: len(sent(busy, off=False)) >= 3)
    command(busy, "pause", *whom)
    thrown = thrown_at(busy)
    wait_for("replies that are no answers", lambda: len(sent(busy, off=True)) >= 10)
    first, last_answer = sent(busy, off=True)[0], sent(busy, off=False)[-1]
    print(f"first non-answer after {first - thrown}, last answer {last_answer - thrown} after the switch was thrown")
    assert first - thrown < WITHIN
    assert last_answer - thrown < WITHIN

    busy.say("6999", "I have chest pain and cannot breathe")
    assert busy.reply("6999")["text"].startswith("Call 999 now")
    wait_for("it to be marked as sent", lambda: sent(busy, off=False)[-1] > last_answer)
    assert sent(busy, off=False)[-2] == last_answer  # only the safety reply came after it

    command(busy, "resume", *whom)
    resumed = thrown_at(busy)
    wait_for("answers to flow again", lambda: sent(busy, off=False)[-1] > resumed)
