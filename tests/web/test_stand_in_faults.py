"""The stand-in fails as a test asks it to: refusals, slow answers, lost answers."""

import time
from pathlib import Path
from typing import Any

import pytest

from bot.web.stand_in_graph import create_app
from tests.web.stand_in_caller import APP_SECRET, PAGES, Caller, numbers, proof


@pytest.fixture
def graph(tmp_path: Path) -> Caller:
    caller = Caller(create_app(tmp_path / "graph.db", PAGES, APP_SECRET))
    caller.patient(text="Is the test free?")
    return caller


def test_a_fault_refuses_the_next_calls_and_then_stops(graph: Caller) -> None:
    graph.control("faults", calls=2, code=613, subcode=2534040)
    assert numbers(graph.send()) == (400, 613, 2534040)
    assert numbers(graph.send()) == (400, 613, 2534040)
    assert graph.send()[0] == 200


def test_faults_that_have_not_happened_can_be_taken_back(graph: Caller) -> None:
    graph.control("faults", calls=3, code=613)
    assert graph.send()[0] == 400
    graph.control("faults", calls=0)
    assert graph.send()[0] == 200


def test_a_fault_may_hold_for_one_page_only(graph: Caller) -> None:
    graph.control("faults", page_id="1002", code=190, subcode=460)
    assert graph.send()[0] == 200


def test_a_fault_leaves_other_kinds_of_calls_alone(graph: Caller) -> None:
    graph.control("faults", code=1)
    assert graph.send(sender_action="typing_on", message=None, messaging_type=None)[0] == 200
    status, body = graph.send()
    assert (status, body["error"]["code"], body["error"]["is_transient"]) == (500, 1, True)


def test_a_fault_may_set_the_status_and_when_to_come_back(graph: Caller) -> None:
    graph.control("faults", on="any", status=429, regain_access_minutes=3)
    answer = graph.http.get("/v26.0/me", headers={"Authorization": f"Bearer {PAGES['1001']}"})
    assert answer.json["error"]["code"] == 100, "no proof, so the fault is still there"
    answer = graph.http.get(
        "/v26.0/me",
        headers={"Authorization": f"Bearer {PAGES['1001']}"},
        query_string={"appsecret_proof": proof(PAGES["1001"])},
    )
    assert (answer.status_code, answer.json["error"]["code"]) == (429, 613)
    assert '"estimated_time_to_regain_access": 3' in answer.headers["X-Business-Use-Case-Usage"]


def test_a_fault_may_name_the_seconds_to_wait(graph: Caller) -> None:
    graph.control("faults", on="any", status=429, retry_after=7)
    answer = graph.http.get(
        "/v26.0/me",
        headers={"Authorization": f"Bearer {PAGES['1001']}"},
        query_string={"appsecret_proof": proof(PAGES["1001"])},
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_a_fault_may_delay_an_answer(graph: Caller) -> None:
    graph.control("faults", delay=0.2)
    started = time.monotonic()
    assert graph.send()[0] == 200
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(("taken", "on_the_phone"), [(True, 2), (False, 1)])
def test_a_lost_answer_hides_whether_the_message_was_taken(graph: Caller, taken: bool, on_the_phone: int) -> None:
    graph.control("faults", lost="500", taken=taken)
    assert graph.send() == (500, None)
    assert len(graph.phone()["messages"]) == on_the_phone


@pytest.mark.parametrize("fault", [{}, {"lost": "somewhere"}, {"code": 1, "on": "holiday"}])
def test_a_fault_that_means_nothing_is_said_to_the_test(graph: Caller, fault: dict[str, Any]) -> None:
    assert graph.http.post("/_stand_in/faults", json=fault).status_code == 400
