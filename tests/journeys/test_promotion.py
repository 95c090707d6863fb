"""A promotion and the way back with real processes while patients write: none is lost, none is misread."""

import os
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import wiring
from bot.nlu.client import NluClient
from bot.nlu.server import is_warm
from bot.nlu.training_run import TrainedRelease
from bot.store import releases
from bot.store.tables import DecisionRow
from tests.journeys.stack import Stack, free_port, wait_for
from tests.real_rasa import MODELS

pytestmark = pytest.mark.rasa

NEXT = "20991231-235959-00ff00ff-00ff00"
EVERY = 0.3  # seconds between two patients
LONGEST = 60.0  # seconds from the click until the first answer


@pytest.fixture
def stack(tmp_path: Path, release: TrainedRelease) -> Iterator[Stack]:
    """Two releases of one model, and a Rasa server that fetches the live one from the web process."""
    models = tmp_path / "models"
    models.mkdir()
    for name in (release.name, NEXT):
        os.link(MODELS / release.file, models / f"{name}.tar.gz")
    url, token = f"http://127.0.0.1:{free_port()}", secrets.token_hex(16)
    made = Stack(tmp_path, url, token, release)
    try:
        made.start("meta", "web", "nlu")
        wait_for("Rasa", lambda: is_warm(NluClient(url, token)), patience=150)
        made.start("earnest")  # a worker with the leases of every day
        yield made
    finally:
        made.stop()
        for log in sorted(tmp_path.glob("*.log")):
            print(f"--- end of {log.name}\n{log.read_text(errors='replace')[-2000:]}")


class Patients:
    """Somebody new writes every moment, until the end of the block."""

    def __init__(self, stack: Stack) -> None:
        self.names: list[str] = []
        self._stack, self._stop = stack, threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Patients":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._stop.wait(EVERY):
            name = f"patient-{len(self.names)}"
            self._stack.say(name, "does a mammogram hurt")
            self.names.append(name)


def decisions(stack: Stack) -> list[DecisionRow]:
    with stack.database.read() as session:
        return list(session.scalars(select(DecisionRow).order_by(DecisionRow.id)))


def seconds_until(stack: Stack, name: str) -> float:
    """How long it takes until a patient is answered by this release."""
    began = time.monotonic()
    wait_for(f"an answer by {name}", lambda: decisions(stack) and decisions(stack)[-1].release == name)
    return time.monotonic() - began


def test_messages_flow_through_a_promotion_and_back(stack: Stack, release: TrainedRelease) -> None:
    following = replace(release, name=NEXT, file=f"{NEXT}.tar.gz")
    with stack.database.write() as session:
        now = wiring.utc_now()
        releases.add_candidate(session, **vars(following), topics=[], asked_by="user 1", changed_by=(), now=now)
        row = releases.find(session, NEXT)
        assert row is not None
        row.topics = None
        releases.judge(session, NEXT, is_ready=True, figures={})
    with Patients(stack) as patients:
        seconds_until(stack, release.name)
        with stack.database.write() as session:
            releases.promote(session, NEXT, wiring.utc_now(), actor="user 2")
        there = seconds_until(stack, NEXT)
        time.sleep(2)
        with stack.database.write() as session:
            assert releases.roll_back(session, wiring.utc_now(), actor="user 2") == release.name
        back = seconds_until(stack, release.name)
    wait_for("every patient to have a reply", lambda: all(stack.replies(name) for name in patients.names))
    wait_for("all work to be done", stack.nothing_unfinished)
    print(f"from the promotion to the first answer {there:.1f} s, from the roll-back {back:.1f} s")
    assert max(there, back) < LONGEST
    found = decisions(stack)
    assert len(found) == len(patients.names)
    assert {row.kind for row in found} == {"answer"}
    order = [row.release for row in found]
    first, last = order.index(NEXT), len(order) - order[::-1].index(NEXT)
    assert set(order[:first]) == set(order[last:]) == {release.name}
    assert set(order[first:last]) == {NEXT}
    assert all(len(stack.replies(name)) == 1 for name in patients.names)
