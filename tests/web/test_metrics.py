"""`/metrics`: for whoever shows the token, true at each look, and with nothing of a patient."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.core.safety import SafetyNet
from bot.store import heartbeats, job_runs, kill_switch, page_health
from bot.store.database import Database
from bot.store.tables import ReceivedEvent
from bot.tally import Tally
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON, PAGE, a_conversation, a_message_to_send, a_text, after
from tests.keys import KEYS
from tests.store.queues import Events
from tests.web.conftest import a_site

TOKEN = "k3Jd92mQx7Lp0Zr5"
PSID = "7300000000000042"


@pytest.fixture
def site(store: Database, safety_net: SafetyNet, tmp_path: Path) -> Services:
    services = a_site(store, safety_net, tmp_path, "http://127.0.0.1:9")
    return replace(services, settings=replace(services.settings, metrics_token=TOKEN), now=lambda: after(minutes=5))


def look(site: Services, **headers: str) -> tuple[int, str]:
    answer = create_app(site).test_client().get("/metrics", headers=headers)
    return answer.status_code, answer.text


def values(site: Services) -> dict[str, float]:
    """name{label} -> value."""
    families = text_string_to_metric_families(metrics.render(site).decode())
    samples = [sample for family in families for sample in family.samples]
    return {one.name + "".join(f"{{{value}}}" for value in one.labels.values()): one.value for one in samples}


def test_only_the_token_opens_it(site: Services) -> None:
    assert look(site, Authorization=f"Bearer {TOKEN}")[0] == 200
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer ü"}):
        assert look(site, **wrong)[0] == 404


def test_without_a_token_in_the_settings_there_is_nothing(site: Services) -> None:
    closed = replace(site, settings=replace(site.settings, metrics_token=""))
    assert look(closed, Authorization="Bearer ")[0] == 404


def test_ages_and_sizes_of_the_queues(site: Services, store: Database) -> None:
    Events(store).save(a_text("zebra", psid=PSID), a_text(psid="bea"))
    with store.write() as session:
        a_message_to_send(session, a_conversation(session, PSID), "zebra", due_at=after(minutes=2))
    found = values(site)
    assert found["bot_oldest_unanswered_seconds"] == 300
    assert found["bot_oldest_unsent_seconds"] == 180
    assert (found["bot_events{waiting}"], found["bot_events{failed}"]) == (2, 0)
    assert found["bot_outgoing_messages{waiting}"] == 1
    assert found["bot_last_event_seconds"] == 300
    text = metrics.render(site).decode()
    assert PSID not in text
    assert "zebra" not in text


def test_of_failures_only_those_of_the_last_day_count(site: Services, store: Database) -> None:
    events = Events(store)
    events.save(a_text(), a_text(psid="bea"))
    for claim in [events.claim(), events.claim()]:
        assert claim
        events.finish(claim, "failed", reason="why")
    with store.write() as session:
        session.get_one(ReceivedEvent, 1).due_at = NOON - timedelta(days=2)
    assert values(site)["bot_events{failed}"] == 1


def test_workers_pages_switch_and_staff(site: Services, store: Database) -> None:
    with store.write() as session:
        heartbeats.beat(session, "worker-1", after(minutes=4.9))
        heartbeats.beat(session, "worker-2", NOON)
        heartbeats.beat(session, "trainer-1", after(minutes=5), heartbeats.TRAINER)
        told = [(False, "The token ends.", "Make it again.")]
        page_health.keep(session, PAGE, told, "mark", NOON, actor="test", action="checked a page")
        kill_switch.throw(session, None, off=True, by="Ann", why="a test", now=NOON)
        row = a_conversation(session, PSID)
        row.waiting_since, row.urgent = NOON, True
    found = values(site)
    assert (found["bot_workers"], found["bot_trainers"], found["bot_worker_heartbeat_seconds"]) == (1, 1, 6)
    assert (found[f"bot_page_connected{{{PAGE}}}"], found[f"bot_page_check_seconds{{{PAGE}}}"]) == (0, 300)
    assert (found["bot_answers_off{all practices}"], found["bot_answers_off{practice riverside}"]) == (1, 0)
    assert (found["bot_patients_waiting{yes}"], found["bot_patients_waiting{no}"]) == (1, 0)
    assert found["bot_longest_wait_seconds{yes}"] == 300
    assert found["bot_live_release"] == 0


def test_the_daily_reconciliation_is_told(site: Services, store: Database) -> None:
    assert not any(name.startswith("bot_job_seconds") for name in values(site))
    with store.write() as session:
        run = job_runs.claim(session, "reconcile", "day", "worker-1", NOON)
        assert run
        job_runs.finish(session, run, {"event_unanswered": 2}, NOON)
    assert values(site)["bot_job_seconds{reconcile}"] == 300
    assert values(site)["bot_reconcile_findings{event_unanswered}"] == 2


def test_what_several_processes_count_adds_up(site: Services) -> None:
    for _ in range(2):
        process = replace(site, tally=Tally())
        process.tally.count("bot_decisions", "answer")
        for seconds in (0.004, 0.2, 60.0):
            process.tally.observe("bot_nlu_seconds", seconds)
        process.keep_tally()
        process.keep_tally()
    found = values(site)
    assert found["bot_decisions_total{answer}"] == 2
    assert (found["bot_nlu_seconds_bucket{0.005}"], found["bot_nlu_seconds_bucket{0.25}"]) == (2, 4)
    assert (found["bot_nlu_seconds_bucket{10.0}"], found["bot_nlu_seconds_bucket{+Inf}"]) == (4, 6)
    assert (found["bot_nlu_seconds_count"], round(found["bot_nlu_seconds_sum"], 3)) == (6, 120.408)


def test_what_could_not_be_kept_comes_later(site: Services, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    broken = replace(site, database=Database(f"sqlite:///{tmp_path / 'folder'}", KEYS))
    broken.tally.count("bot_decisions", "answer")
    with pytest.raises(Exception, match="cannot be used"):
        broken.keep_tally()
    replace(site, tally=broken.tally).keep_tally()
    assert values(site)["bot_decisions_total{answer}"] == 1
    broken.database.close()


def test_a_database_that_is_gone_is_told_and_nothing_else_is_claimed(site: Services, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    broken = replace(site, database=Database(f"sqlite:///{tmp_path / 'folder'}", KEYS))
    found = values(broken)
    broken.database.close()
    assert found["bot_database_up"] == 0
    assert found.keys() == {"bot_database_up", "bot_disk_free_ratio", "bot_model_reads"}
    assert 0 < found["bot_disk_free_ratio"] < 1


def test_the_webhook_counts_what_it_answered(site: Services) -> None:
    app = create_app(site)
    app.test_client().post("/webhook", data=b"{}")
    site.keep_tally()
    found = values(site)
    assert found["bot_webhook_requests_total{403}"] == 1
    assert found["bot_webhook_seconds_count"] == 1
