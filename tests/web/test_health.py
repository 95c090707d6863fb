"""Is the process alive, and would a patient's message be answered now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bot.core.safety import FailedNet, SafetyNet
from bot.nlu.client import PARSE_ALL
from bot.store import heartbeats, probes, releases
from bot.store.database import Database
from bot.store.probes import Step
from bot.web.app import create_app
from bot.web.health import LEFT_BEHIND, STUCK
from bot.wiring import Services
from tests.builders import NOON
from tests.keys import KEYS
from tests.nlu.nlu_server import MODEL, NluServer
from tests.web.conftest import a_site


@pytest.fixture
def healthy(store: Database, safety_net: SafetyNet, tmp_path: Path, nlu_server: NluServer) -> Services:
    """A site where everything works."""
    with store.write() as session:
        heartbeats.beat(session, "worker-1", NOON - timedelta(seconds=5))
        probes.passed(session, Step, NOON - timedelta(seconds=5))
    return a_site(store, safety_net, tmp_path, nlu_server.url)


def ready(services: Services) -> tuple[int, Any]:
    answer = create_app(services).test_client().get("/readyz")
    return answer.status_code, answer.json


def test_when_everything_works_the_site_is_ready(healthy: Services) -> None:
    assert ready(healthy) == (200, {"ready": True, "waiting_for": []})


def test_the_nlu_server_is_asked_with_words_of_ours(healthy: Services, nlu_server: NluServer) -> None:
    ready(healthy)
    assert nlu_server.bodies() == [{"texts": ["does it hurt"]}]


NO_MODEL = "the NLU server does not read messages yet"


def test_a_server_that_is_gone_is_named(services: Services, store: Database) -> None:
    with store.write() as session:
        heartbeats.beat(session, "worker-1", NOON)
        probes.passed(session, Step, NOON)
    assert ready(services) == (503, {"ready": False, "waiting_for": [NO_MODEL]})


BREAKS: dict[str, Callable[[NluServer], None]] = {
    "no model": lambda server: server.says("/status", {"model_file": None}),
    "a wrong token": lambda server: server.says("/status", {"reason": "NotAuthenticated"}, 401),
    "a status without sense": lambda server: server.says("/status", []),
    "a model that cannot read": lambda server: server.says(PARSE_ALL, {}, 500),
    "a model without topics": lambda server: server.says(PARSE_ALL, {"intent_ranking": []}),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_model_that_does_not_read_is_named(healthy: Services, nlu_server: NluServer, what: str) -> None:
    BREAKS[what](nlu_server)
    assert ready(healthy) == (503, {"ready": False, "waiting_for": [NO_MODEL]})


@pytest.mark.parametrize(
    ("live", "minutes", "waiting_for"),
    [(MODEL, 60, []), ("20261201-120000-00ff00ff", 0.9, []), ("20261201-120000-00ff00ff", 1, [LEFT_BEHIND])],
)
def test_a_server_that_is_stuck_on_an_old_release_is_named(
    healthy: Services, store: Database, live: str, minutes: float, waiting_for: list[str]
) -> None:
    with store.write() as session:
        since = NOON - timedelta(minutes=minutes)
        files = {"file": f"{live}.tar.gz", "sha256": "0" * 64, "trained_from": "0" * 64}
        releases.add_live(session, name=live, **files, thresholds={}, now=since)
    assert ready(healthy)[1]["waiting_for"] == waiting_for


@pytest.mark.parametrize(("seconds", "status"), [(30, 200), (31, 503)])
def test_a_worker_that_went_silent_is_named(healthy: Services, seconds: int, status: int) -> None:
    later = replace(healthy, now=lambda: NOON + timedelta(seconds=seconds - 5))
    assert ready(later)[0] == status
    assert ("no worker is running" in ready(later)[1]["waiting_for"]) is (status == 503)


def test_one_worker_alive_is_enough(healthy: Services, store: Database) -> None:
    with store.write() as session:
        heartbeats.beat(session, "worker-2", NOON - timedelta(days=1))
    assert ready(healthy)[0] == 200


def test_no_worker_at_all_is_named(services: Services) -> None:
    assert "no worker is running" in ready(services)[1]["waiting_for"]


def test_a_database_that_was_not_migrated_is_named(healthy: Services, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}", KEYS)
    answer = ready(replace(healthy, database=empty))
    empty.close()
    assert answer == (503, {"ready": False, "waiting_for": ["the database has not been migrated"]})


def test_a_database_that_cannot_be_used_is_named(healthy: Services, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    unusable = Database(f"sqlite:///{tmp_path / 'folder'}", KEYS)
    answer = ready(replace(healthy, database=unusable))
    unusable.close()
    assert answer == (503, {"ready": False, "waiting_for": ["the database cannot be used"]})


def test_a_process_is_alive_whatever_else_is_broken(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})


@pytest.mark.parametrize("broken", ["safety", "safety_languages"])
def test_safety_rules_that_cannot_be_read_are_named(healthy: Services, broken: str) -> None:
    status, said = ready(replace(healthy, **{broken: FailedNet()}))
    assert status == 503
    assert said["waiting_for"] == ["the safety rules cannot be read: every message gets the cautious reply"]


@pytest.mark.parametrize("step", Step)
def test_the_first_step_that_no_test_message_went_through_is_named(
    healthy: Services, store: Database, step: Step
) -> None:
    later = NOON + timedelta(seconds=41)
    with store.write() as session:
        heartbeats.beat(session, "worker-1", later)
        probes.passed(session, list(Step)[: list(Step).index(step)], later)
    assert ready(replace(healthy, now=lambda: later)) == (503, {"ready": False, "waiting_for": [STUCK[step]]})


def test_a_test_message_that_is_late_makes_nothing_unready(healthy: Services, store: Database) -> None:
    later = NOON + timedelta(seconds=40)
    with store.write() as session:
        heartbeats.beat(session, "worker-1", later)
    assert ready(replace(healthy, now=lambda: later))[0] == 200


def test_a_service_that_never_saw_a_test_message_is_not_ready(services: Services, store: Database) -> None:
    with store.write() as session:
        heartbeats.beat(session, "worker-1", NOON)
    assert STUCK[Step.STORED] in ready(services)[1]["waiting_for"]


def test_every_step_has_words_for_people() -> None:
    assert list(STUCK) == list(Step)
