"""`/readyz` of real processes says what a message of our own met on its way."""

from collections.abc import Sequence

import pytest
import requests

from bot.store import probes
from bot.store.probes import Step
from bot.store.tables import ReceivedEvent
from bot.web.health import STUCK
from tests.journeys.stack import Stack, free_port, wait_for

pytestmark = pytest.mark.rasa
QUICK = "tests.journeys.quick_probes:app"
NO_WORKER = "no worker is running"


@pytest.fixture
def site(shared_stack: Stack) -> Stack:
    """It answers, and was ready a moment ago."""
    if shared_stack.app != QUICK:
        shared_stack.app = QUICK
        shared_stack.restart("web")
    if "worker" not in shared_stack.running:
        shared_stack.start("worker")
    wait_for("the service to be ready", lambda: waiting_for(shared_stack) == [])
    return shared_stack


def waiting_for(stack: Stack) -> Sequence[str]:
    answer = requests.get(f"{stack.web_url}/readyz", timeout=10)
    found: Sequence[str] = answer.json()["waiting_for"]
    assert answer.status_code == (503 if found else 200)
    return found


def test_the_test_messages_leave_nothing_behind(site: Stack) -> None:
    with site.database.read() as session:
        assert session.query(ReceivedEvent).filter_by(kind=probes.KIND).count() <= 2
    assert site.stored() == [0, 0, 0, 0]


def test_a_worker_that_gets_no_reading_is_found_though_the_server_is_well(site: Stack) -> None:
    right = site.environment["BOT_NLU_URL"]
    site.restart("worker", BOT_NLU_URL=f"http://127.0.0.1:{free_port()}")
    wait_for("the step to be named", lambda: waiting_for(site) == [STUCK[Step.READ]])
    site.restart("worker", BOT_NLU_URL=right)
    wait_for("the service to be ready again", lambda: waiting_for(site) == [])


def test_a_killed_worker_is_found_before_its_sign_of_life_is_old(site: Stack) -> None:
    site.kill("worker")
    found = wait_for("the service not to be ready", lambda: waiting_for(site))
    assert len(found) == 1
    assert found[0] in STUCK.values()
    # A later step may be missed a moment sooner: on a busy machine its last message came through before the last one.
    wait_for("the first step to be missed", lambda: waiting_for(site) == [STUCK[Step.STORED]], 29)
    wait_for("the worker to be missed", lambda: NO_WORKER in waiting_for(site))
