"""The benchmark of scale: its requests, its clock, its accounts. A small real server takes the requests."""

import hashlib
import hmac
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import report
from benchmarks.scale import acknowledge, burst, load, posts
from benchmarks.scale.answers import waited
from benchmarks.scale.load import Answered
from benchmarks.scale.sink import Faults, Sink, Taken
from bot.messenger.payload import parse
from bot.messenger.signature import is_genuine
from tests.listening import listening

SECRET = "a secret"


@pytest.fixture
def slow_server() -> Iterator[str]:
    """Answers one request after the other, each after 50 ms; those to /no are refused."""

    def app(environment: dict[str, Any], start: Any) -> list[bytes]:
        time.sleep(0.05)
        start("403 Forbidden" if environment["PATH_INFO"] == "/no" else "200 OK", [])
        return [b""]

    with listening(app, threaded=False) as address:
        yield address


def one_post(_number: int = 0) -> posts.Post:
    return posts.post("1001", SECRET, [posts.said("7", "does it hurt", 1_000)])


def test_a_request_is_what_the_webhook_takes() -> None:
    made = posts.post("1001", SECRET, [posts.said("7", "does it hurt", 1_000), posts.said("8", "ta", 2_000)])
    assert is_genuine(made.body, made.headers["X-Hub-Signature-256"], SECRET)
    older = hmac.new(SECRET.encode(), made.body, hashlib.sha1).hexdigest()
    assert made.headers["X-Hub-Signature"] == f"sha1={older}"
    assert [(event.psid, event.page_id) for event in parse(made.body).events] == [("7", "1001"), ("8", "1001")]


def test_no_two_messages_have_one_id() -> None:
    assert posts.said("7", "a", 1).mid != posts.said("7", "a", 1).mid


def test_what_patients_write_holds_no_danger_and_no_second_line() -> None:
    found = posts.texts()
    assert len(found) > 1_000
    assert not [text for text in found if "\n" in text]


def test_a_request_is_charged_for_what_it_had_to_wait_for(slow_server: str) -> None:
    answers = load.at_moments(slow_server, [(0.0, one_post())] * 5, connections=1)
    assert len(answers) == 5
    assert max(one.seconds for one in answers) >= 0.25  # the fifth waited for four others


def test_each_client_sends_its_next_request_when_it_has_its_answer(slow_server: str) -> None:
    began = time.monotonic()
    answers = load.as_fast_as_taken(slow_server, one_post, clients=2, seconds=0.3)
    assert time.monotonic() - began < 30
    assert 2 <= len(answers) <= 12
    assert load.summary(answers)["accepted"] == len(answers)


def test_a_refused_request_is_not_counted_as_accepted(slow_server: str) -> None:
    assert load.summary(load.at_moments(f"{slow_server}/no", [(0.0, one_post())])) == {
        "accepted": 0,
        "refused": 1,
        "per_second": 0.0,
    }


def test_who_does_not_answer_at_all_refuses() -> None:
    [answer] = load.at_moments("http://127.0.0.1:9", [(0.0, one_post())])
    assert answer.status == 0


@pytest.mark.parametrize(("share", "value"), [(0.5, 2.0), (0.75, 3.0), (0.99, 4.0), (1.0, 4.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert load.percentile([4.0, 1.0, 3.0, 2.0], share) == value


def test_the_rate_counts_from_the_first_due_to_the_last_answer() -> None:
    answers = [Answered(10.0, 0.5, 200), Answered(11.0, 1.0, 200), Answered(11.0, 0.1, 503)]
    found = load.summary(answers)
    assert (found["accepted"], found["refused"], found["per_second"], found["p50_ms"]) == (2, 1, 1.0, 500.0)


def test_a_patient_waits_until_the_next_reply() -> None:
    arrived = [Taken("7", 3.0, "a"), Taken("7", 9.0, "b"), Taken("8", 1.0, "c")]
    assert waited({"7": [1.0, 4.0], "8": [2.0], "9": [0.0]}, arrived) == [2.0, 5.0]


def test_the_burst_is_a_step_and_a_decay() -> None:
    at = list(burst.moments(10_000))
    assert len(at) == 10_000
    assert at == sorted(at)
    first = sum(moment < 30 for moment in at)
    assert first == pytest.approx(30 * burst.STEP, rel=0.01)
    late = sum(300 <= moment < 330 for moment in at)
    assert 0 < late < first / 4


def test_the_burst_has_what_goes_wrong_in_it() -> None:
    service = SimpleNamespace(page_id="1001", app_secret=SECRET)
    made = burst.plan(service, ["does it hurt"], 2_000, random.Random(1))  # type: ignore[arg-type]
    bodies = [post.body for _, post in made.requests]
    garbage = [body for body in bodies if body in burst.NOT_OURS]
    repeated = len(bodies) - len(garbage) - len({body for body in bodies if body not in burst.NOT_OURS})
    assert len(made.written) == 1_200
    assert sum(map(len, made.written.values())) == 2_000
    assert 10 <= len(garbage) <= 35
    assert 20 <= repeated <= 60
    assert [at for at, _ in made.requests] == sorted(at for at, _ in made.requests)


def test_the_stand_in_takes_messages_and_fails_as_it_is_told() -> None:
    import requests

    body = {"recipient": {"id": "7"}, "message": {"text": "Yes.", "metadata": "k"}}
    with Sink() as sink:
        address = f"{sink.url}/v26.0/1001/messages"
        assert requests.post(address, json=body, timeout=10).json()["recipient_id"] == "7"
        assert requests.post(address, json={"sender_action": "typing_on"}, timeout=10).json() == {}
        assert [(one.psid, one.metadata) for one in sink.taken()] == [("7", "k")]
        sink.clear(Faults(errors=1.0))
        assert requests.post(address, json=body, timeout=10).status_code == 500
        assert sink.count() == 0


def test_the_median_of_several_runs_says_how_far_they_lie_apart() -> None:
    runs = [
        {"per_second": 100.0, "p99_ms": 9.0},
        {"per_second": 300.0, "p99_ms": 5.0},
        {"per_second": 110.0, "p99_ms": 7.0},
    ]
    found = acknowledge.median_of(runs)
    assert found == {"per_second": 110.0, "p99_ms": 7.0, "runs": 3, "per_second_range": [100.0, 300.0]}


def test_the_report_says_what_was_not_measured(tmp_path: Path) -> None:
    assert report.main(tmp_path) == 1
    measured = {
        "acknowledge": {"ours": {"per_second": 900.0, "p99_ms": 20.0}, "rasa": {"not measured": "no <b>Node</b>"}}
    }
    (tmp_path / "scale.json").write_text(json.dumps(measured), encoding="utf-8")
    assert report.main(tmp_path) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("<img") == 2
    assert "not measured" in page
    assert "<b>Node" not in page
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["scale"] == measured
