"""The pages of trainings and releases: what they show, who may do what, and what nobody can do."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.store import heartbeats, releases, training_runs
from bot.store.training_tables import TrainingRun
from bot.wiring import Services
from tests.builders import NOON
from tests.web.people import form, services_of, signed_in
from tests.web.test_models import release as live_release

HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }}"


def message(text: str, change: str | None = None, must: str = "") -> dict[str, Any]:
    treated = {"read_as": "cost", "decision": "answer", "topics": ["cost"]}
    row = {"text": text, "expected": "does_it_hurt", "source": "all.yml:3", "must": must, "after": treated}
    return row | ({"change": change, "before": treated | {"read_as": "parking"}} if change else {})


FOUND = {
    "compared": True,
    "counts": {"now_wrong": 1, "now_right": 2, "different": 0},
    "differences": [message("will it be sore", "now_wrong"), message(HOSTILE, "now_right")],
    "topics": [{"topic": "does_it_hurt", "messages": 20, "before": 19, "after": 12}],
    "misses": [],
}
MISS = {"name": "right", "side": "at_least", "limit": 0.6, "value": 0.5, "topic": "does_it_hurt"}
FIGURES = {
    "overall": {"topic_right": 0.93, "confidently_wrong": 0.01, "safety_caught": None},
    "floors": [{"name": "topic_right", "side": "at_least", "limit": 0.9, "value": 0.93, "met": True}],
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(services: Services, actor: str = "user 90") -> int:
    with services.database.write() as session:
        run_id = training_runs.ask(session, services.now(), actor=actor, name="Toni Trainer")
    assert run_id is not None
    return run_id


def ended(services: Services, state: str, name: str = "november", actor: str = "user 90") -> int:
    """A training that is over, with its release in the store."""
    run_id = ask(services, actor)
    misses = [MISS | {"messages": [message("is it painful", must="hand_off")]}] if state == "refused" else []
    file = services.settings.var / "models" / f"{name}.tar.gz"
    row = {"name": name, "file": file.name, "sha256": sha256_of(file), "trained_from": "1" * 64}
    with services.database.write() as session:
        run = training_runs.claim(session, "trainer", services.now())
        assert run is not None
        releases.add_candidate(
            session, **row, thresholds={}, topics=[], asked_by=actor, changed_by=(), now=services.now()
        )
        releases.judge(session, name, is_ready=state == "ready", figures=FIGURES)
        kept = {"release": name, "compared_with": "october", "found": FOUND | {"misses": misses}}
        training_runs.finish(session, run, services.now(), state, **kept)
    return run_id


def sha256_of(file: Any) -> str:
    import hashlib

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"the next model")
    return hashlib.sha256(b"the next model").hexdigest()


def live(services: Services) -> str:
    with services.database.read() as session:
        return releases.live_name(session)


def promote(client: FlaskClient, name: str = "november", confirm: str = "promote") -> str:
    fields = form(client, release=name, confirm=confirm)
    return client.post("/trainer/releases/promote", data=fields, follow_redirects=True).text


def test_before_the_first_training_the_page_says_so(client: FlaskClient) -> None:
    signed_in(client, "trainer")
    page = client.get("/trainer/training").text
    assert "There has been no training yet." in page
    assert "Start a training" in page
    assert "There is no release yet." in client.get("/trainer/releases").text


def trainer_lives(services: Services) -> None:
    """A trainer process gives its sign of life."""
    with services.database.write() as session:
        heartbeats.beat(session, "trainer", services.now(), heartbeats.TRAINER)


def test_where_no_process_trains_the_page_says_so(client: FlaskClient) -> None:
    signed_in(client, "trainer")
    services = services_of(client)
    says = "It waits, because the process that trains is not running. Tell whoever runs this service."
    assert says in client.post("/trainer/training", data=form(client), follow_redirects=True).text
    assert client.get("/trainer/training/1/progress").json["words"] == says  # type: ignore[index]
    with services.database.write() as session:
        run = training_runs.claim(session, "trainer", services.now() - training_runs.LEASE)
        assert run is not None
    assert says not in client.get("/trainer/training/1").text, "it may still go on: its lease has not ended"
    with services.database.write() as session:
        session.get_one(TrainingRun, run.id).lease_until = services.now() - timedelta(seconds=1)
    assert says in client.get("/trainer/training/1").text
    trainer_lives(services)
    assert says not in client.get("/trainer/training/1").text


def test_a_trainer_starts_one_watches_it_and_cancels_it(client: FlaskClient) -> None:
    trainer_lives(services_of(client))
    signed_in(client, "trainer")
    page = client.post("/trainer/training", data=form(client), follow_redirects=True).text
    assert "Waiting for its turn" in page
    assert client.get("/trainer/training/1/progress").json == {
        "is_over": False,
        "words": "Waiting for its turn",
        "percent": None,
    }
    services = services_of(client)
    with services.database.write() as session:
        run = training_runs.claim(session, "trainer", services.now())
        assert run is not None
        training_runs.advance(session, run, services.now(), step="read", done=1200, total=2400)
    assert "Reading the test messages with it: 1,200 of 2,400" in client.get("/trainer/training/1").text
    assert client.get("/trainer/training/1/progress").json["percent"] == 50  # type: ignore[index]
    again = client.post("/trainer/training", data=form(client), follow_redirects=True).text
    assert "A training is waiting or running already." in again
    page = client.post("/trainer/training/1/cancel", data=form(client), follow_redirects=True).text
    assert "Stopping" in page
    with services.database.write() as session:
        training_runs.finish(session, run, services.now(), "cancelled")
    assert client.get("/trainer/training/1/progress").json["is_over"]  # type: ignore[index]
    page = client.post("/trainer/training/1/cancel", data=form(client), follow_redirects=True).text
    assert "The training was over already." in page


def test_differences_are_shown_and_hostile_text_is_text(client: FlaskClient) -> None:
    signed_in(client, "practice_admin")
    page = client.get(f"/trainer/training/{ended(services_of(client), 'ready')}").text
    assert "Now right</strong> 2 messages" in page
    assert "Now wrong</strong> 1 message<" in page
    assert "Answer: cost" in page
    assert "will it be sore" in page
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page
    assert "Start a training" not in client.get("/trainer/training").text


def test_a_refused_one_names_the_messages_and_nobody_can_promote_it(client: FlaskClient) -> None:
    live_release(client)
    services = services_of(client)
    run_id = ended(services, "refused")
    signed_in(client, ("clinical_approver", "trainer"))
    page = client.get(f"/trainer/training/{run_id}").text
    assert "is painful" in page or "is it painful" in page
    assert "Messages about “does it hurt” treated right" in page
    assert "must be: Hand over to staff" in page
    assert "Promote november" not in client.get("/trainer/releases").text
    assert f'href="/trainer/training/{run_id}"' in client.get("/trainer/releases").text
    assert "not good enough" in promote(client)
    assert live(services) == "october"


def test_somebody_else_promotes_and_goes_back(client: FlaskClient) -> None:
    live_release(client)
    services = services_of(client)
    ended(services, "ready")
    signed_in(client, "clinical_approver")
    assert "Type the word promote" in promote(client, confirm="yes")
    assert live(services) == "october"
    assert "The release november is live." in promote(client)
    assert live(services) == "november"
    page = client.post("/trainer/releases/roll-back", data=form(client), follow_redirects=True).text
    assert "The release october is live again." in page
    assert live(services) == "october"
    page = client.post("/trainer/releases/roll-back", data=form(client), follow_redirects=True).text
    assert "There is no earlier release to go back to." in page


def test_nobody_promotes_what_they_asked_for(client: FlaskClient) -> None:
    live_release(client)
    services = services_of(client)
    me = signed_in(client, ("clinical_approver", "trainer"))
    ended(services, "ready", actor=me.actor)
    assert "Somebody else must look at it" in client.get("/trainer/releases").text
    assert "Somebody else must look at it" in promote(client)
    assert live(services) == "october"


def test_a_model_that_was_harmed_is_not_promoted(client: FlaskClient) -> None:
    live_release(client)
    services = services_of(client)
    ended(services, "ready")
    (services.settings.var / "models" / "november.tar.gz").write_bytes(b"another")
    signed_in(client, "clinical_approver")
    assert "its hash is another" in promote(client)
    assert live(services) == "october"


def test_what_failed_says_why(client: FlaskClient) -> None:
    services = services_of(client)
    run_id = ask(services)
    with services.database.write() as session:
        run = training_runs.claim(session, "trainer", NOON)
        assert run is not None
        training_runs.finish(session, run, NOON, "failed", problem="floors.yml:2: names no floor")
    signed_in(client, "trainer")
    assert "floors.yml:2: names no floor" in client.get(f"/trainer/training/{run_id}").text


def test_what_does_not_exist_is_not_found(client: FlaskClient) -> None:
    signed_in(client, ("clinical_approver", "trainer"))
    assert client.get("/trainer/training/99").status_code == 404
    assert client.get("/trainer/training/99/progress").status_code == 404
    fields = form(client, release="nothing", confirm="promote")
    assert client.post("/trainer/releases/promote", data=fields).status_code == 404
