"""Every alert is seen to fire over the real metrics of a service in that state, none over one that is well."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot import metrics
from bot.alerts import firing, read_alerts
from bot.alerts_command import FILE
from bot.command_line import main
from bot.core.safety import SafetyNet
from bot.errors import DataError
from bot.nlu.client import PARSE_ALL
from bot.store import heartbeats, job_runs, kill_switch, outgoing, page_health, received_events
from bot.store.database import Database
from bot.store.desk_tables import Escalation, Notification
from bot.store.tables import Heartbeat, JobRun
from bot.told_alerts import Told, keep
from bot.wiring import PROJECT, Services
from tests.builders import NOON, PAGE, a_claim, a_conversation, a_message_to_send, a_text
from tests.journeys.stack import free_port
from tests.keys import KEYS
from tests.mail_server import mail_server
from tests.nlu.nlu_server import NluServer
from tests.web.conftest import a_site

NOW = NOON + timedelta(days=3)
ALERTS = read_alerts(FILE)


def fires(services: Services) -> set[str]:
    return {alert.name for alert in firing(ALERTS, metrics.render(services).decode())}


@pytest.fixture
def well(store: Database, safety_net: SafetyNet, tmp_path: Path, nlu_server: NluServer) -> Services:
    """A service that answers, with a page that was found connected and a proof that found nothing, an hour ago."""
    lately = NOW - timedelta(hours=1)
    with store.write() as session:
        heartbeats.beat(session, "worker-1", NOW)
        heartbeats.beat(session, "trainer-1", NOW, heartbeats.TRAINER)
        page_health.keep(session, PAGE, [(True, "All well.", "")], "mark", lately, actor="x", action="checked a page")
        claim = a_claim(session, now=lately)
        received_events.finish(session, claim, "done", lately)
        for job, counts in (("reconcile", {"event_unanswered": 0}), ("retention", {"messages": 0})):
            run = job_runs.claim(session, job, "day", "trainer-1", lately)
            assert run
            job_runs.finish(session, run, counts, lately)
    return replace(a_site(store, safety_net, tmp_path, nlu_server.url), now=lambda: NOW)


def write(change: Callable[[Session], object]) -> Callable[[Services], Services]:
    def broken(services: Services) -> Services:
        with services.database.write() as session:
            change(session)
        return services

    return broken


def an_old_event(session: Session) -> None:
    received_events.save_all(session, [a_text(psid="bea")], NOW - timedelta(minutes=3))


def an_old_message(session: Session) -> None:
    a_message_to_send(session, a_conversation(session), due_at=NOW - timedelta(minutes=6))


def someone_waits(session: Session) -> None:
    row = a_conversation(session)
    row.waiting_since, row.urgent = NOON, True
    session.flush()
    values = {"practice_id": row.practice_id, "conversation_id": row.id, "kind": "urgent"}
    session.add(Escalation(**values, since=NOON, due_at=NOON, raised_at=NOON))


def a_lost_mail(session: Session) -> None:
    practice_id = a_conversation(session).practice_id
    values = {"practice_id": practice_id, "key": "k", "address": "a@b.nhs.uk", "subject": "s", "body": "b"}
    session.add(Notification(**values, state="failed", attempts=10, due_at=NOW))


def a_finding(session: Session) -> None:
    run = job_runs.claim(session, "reconcile", "next", "worker-1", NOW)
    assert run
    job_runs.finish(session, run, {"event_unanswered": 1}, NOW)


def wrong_token(session: Session) -> None:
    told = [(False, "The token ends.", "Make it again.")]
    page_health.keep(session, PAGE, told, "mark", NOW, actor="x", action="checked a page")


def without_database(services: Services) -> Services:
    (services.settings.var / "folder").mkdir()
    return replace(services, database=Database(f"sqlite:///{services.settings.var / 'folder'}", KEYS))


def later(**span: float) -> Callable[[Services], Services]:
    return lambda services: replace(services, now=lambda: NOW + timedelta(**span))


BREAKS: dict[str, Callable[[Services], Services]] = {
    "QueueOld": write(an_old_event),
    "SendingOld": write(an_old_message),
    "NoWorker": later(minutes=1),
    "NoTrainer": write(lambda session: session.execute(delete(Heartbeat).where(Heartbeat.process == "trainer"))),
    "WebhookSilent": later(days=1),
    "PageNotConnected": write(wrong_token),
    "PageStopped": write(
        lambda session: outgoing.stop_page(session, a_conversation(session).page_id, NOW + timedelta(hours=1), "why")
    ),
    "PageNotLookedAt": later(days=3),
    "DatabaseDown": without_database,
    "AnswersOff": write(lambda session: kill_switch.throw(session, None, off=True, by="Ann", why="a test", now=NOW)),
    "NobodyReads": write(someone_waits),
    "MailsFail": write(a_lost_mail),
    "ReconcileFailed": write(a_finding),
    "ReconcileOverdue": later(days=3),
    "DeletionOverdue": later(days=3),
}
BY_THEMSELVES = {"ModelMissing", "DiskFull"}


def test_a_service_that_is_well_is_left_in_peace(well: Services) -> None:
    assert fires(well) == set()


@pytest.mark.parametrize("name", BREAKS)
def test_each_alert_fires(well: Services, name: str) -> None:
    broken = BREAKS[name](well)
    assert name in fires(broken)
    if broken.database is not well.database:
        broken.database.close()


def test_a_model_that_does_not_read_is_told(well: Services, nlu_server: NluServer) -> None:
    nlu_server.says(PARSE_ALL, {}, 500)
    assert fires(well) == {"ModelMissing"}


def test_where_no_trainer_process_ever_ran_it_is_told(well: Services) -> None:
    with well.database.write() as session:
        session.execute(delete(JobRun))
    assert fires(well) == set()
    assert fires(later(days=3)(well)) >= {"ReconcileOverdue", "DeletionOverdue"}


def test_a_disk_that_is_nearly_full_is_told(well: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(metrics.shutil, "disk_usage", lambda _: type(usage)(100, 91, 9))
    assert fires(well) == {"DiskFull"}


def test_every_alert_is_seen_to_fire() -> None:
    assert {alert.name for alert in ALERTS} == BREAKS.keys() | BY_THEMSELVES


def test_every_alert_is_about_a_metric_that_exists_and_has_a_runbook(well: Services) -> None:
    text = metrics.render(well).decode()
    names = {family.name for family in text_string_to_metric_families(text)}
    for alert in ALERTS:
        assert alert.metric in names
        assert (PROJECT / alert.runbook).read_text(encoding="utf-8").startswith("# ")
        assert alert.severity in ("urgent", "warning")
        assert re.fullmatch(r"[A-Z][^.]+", alert.summary)


def test_every_runbook_has_an_alert() -> None:
    files = {f"docs/runbooks/{file.name}" for file in (PROJECT / "docs" / "runbooks").glob("*.md")}
    assert files == {alert.runbook for alert in ALERTS}


@pytest.mark.parametrize("expression", ["sum(bot_workers) < 1", "bot_workers", "bot_workers => 1", ""])
def test_a_rule_that_is_not_one_comparison_is_refused(tmp_path: Path, expression: str) -> None:
    file = tmp_path / "alerts.yml"
    file.write_text(f"groups: [{{name: x, rules: [{{alert: A, expr: '{expression}'}}]}}]", encoding="utf-8")
    with pytest.raises(DataError, match="the rule A is not one comparison"):
        read_alerts(file)


def test_the_command_names_what_fires_and_mails_it(well: Services, tmp_path: Path) -> None:
    port = free_port()
    with mail_server(port) as inbox:
        env = {
            "BOT_VAR": str(tmp_path),
            "BOT_DATABASE_URL": str(well.database.engine.url),
            "BOT_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "BOT_MAIL_FROM": "bot@riverside.nhs.uk",
            "BOT_NLU_URL": "http://127.0.0.1:9",
        }
        keep(tmp_path / "alerts-told.json", Told(frozenset({"Ended"}), NOON))
        run = CliRunner().invoke(main, ["alerts", "--mail", "operator@riverside.nhs.uk"], env=env)
        assert run.exit_code == 1
        CliRunner().invoke(main, ["alerts", "--mail", "operator@riverside.nhs.uk"], env=env)
        assert len(inbox.texts()) == 1
        assert "over: Ended" in inbox.texts()[0]
        assert "urgent: The NLU server reads no messages (docs/runbooks/model-missing.md)" in run.stdout
        assert [line in inbox.texts()[0] for line in run.stdout.splitlines()] == [True] * len(run.stdout.splitlines())
