"""The reconciliation finds whatever was lost, doubled or forgotten, and nothing else; it repairs only what is safe."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.store import reconciling
from bot.store.tables import AuditEntry, Base, Conversation, DecisionRow, JobRun, OutgoingMessage, ReceivedEvent
from bot.trainer.reconcile import JOB, look, reconcile
from tests.builders import NOON, a_text
from tests.worker.conftest import both_databases
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery


def findings(surgery: Surgery, **options: str) -> dict[str, int]:
    found = look(surgery.services.database, surgery.clock, **options)
    return {one.check.name: one.count for one in found if one.count}


@pytest.fixture
def busy(surgery: Surgery, meta: Meta) -> Surgery:
    """A day with an answer that was sent, a burst that was read as one turn, a danger, a send that failed."""
    surgery.answer_all(a_text("Does a mammogram hurt?"), a_text("I have chest pain", psid="bea"))
    surgery.answer_all(a_text("does a", psid="cat"), a_text("Does a smear hurt?", psid="cat"))
    surgery.send_all()
    surgery.clock.forward(hours=3)
    return surgery


@both_databases
def test_after_an_ordinary_day_nothing_is_found(busy: Surgery) -> None:
    assert {row.state for row in busy.rows(ReceivedEvent)} == {"done"}
    assert findings(busy) == {}


def test_while_work_is_going_on_nothing_is_found(surgery: Surgery) -> None:
    surgery.hear(a_text(), a_text(psid="bea"))
    surgery.answer()
    assert findings(surgery) == {}


def set_all(table: type[Base], **values: object) -> Callable[[Session], object]:
    return lambda session: session.execute(update(table).values(values))


def forget_decisions(session: Session) -> None:
    for row in session.query(DecisionRow).all():
        session.delete(row)


BREAKS: dict[str, Callable[[Session], object]] = {
    "event_without_owner": set_all(ReceivedEvent, state="working", lease_until=None),
    "event_left_lying": set_all(ReceivedEvent, state="waiting", due_at=NOON),
    "event_without_reason": set_all(ReceivedEvent, state="failed", reason=None),
    "event_unanswered": forget_decisions,
    "event_answered_twice": set_all(ReceivedEvent, state="done", reason="read as one turn with event 1"),
    "message_without_owner": set_all(OutgoingMessage, state="sending", lease_until=None),
    "message_left_lying": set_all(OutgoingMessage, state="waiting", due_at=NOON),
    "message_without_problem": set_all(OutgoingMessage, state="cancelled", problem=""),
    "message_sent_without_id": set_all(OutgoingMessage, state="sent", mid=None),
    "waits_for_nobody": set_all(Conversation, waiting_since=NOON, holder="user 77", holder_name="Jo"),
}


@both_databases
@pytest.mark.parametrize("name", BREAKS)
def test_each_thing_that_can_be_wrong_is_found(busy: Surgery, name: str) -> None:
    busy.change(BREAKS[name])
    assert findings(busy).keys() == {name}


def test_every_check_is_tried() -> None:
    assert {check.name for check in reconciling.CHECKS} == BREAKS.keys()


def test_what_waits_for_a_page_that_meta_stopped_is_told_of_elsewhere(busy: Surgery) -> None:
    busy.change(BREAKS["message_left_lying"])
    page = busy.page()
    busy.change(lambda session: session.merge(page).__setattr__("stopped_until", busy.clock() + timedelta(hours=1)))
    assert findings(busy) == {}


@pytest.mark.parametrize("name", ["event_without_owner", "message_without_owner", "waits_for_nobody"])
def test_what_is_safe_is_repaired_and_in_the_audit(busy: Surgery, name: str) -> None:
    busy.change(BREAKS[name])
    repaired = look(busy.services.database, busy.clock, repair_by="Ann", why="a crash")
    found = next(one for one in repaired if one.check.name == name)
    assert found.count > 0
    assert found.repaired == found.count
    assert name not in findings(busy)
    [entry] = [row for row in busy.rows(AuditEntry) if row.action == "reconcile_repair"]
    assert (entry.actor, entry.details) == ("Ann", {"what": name, "rows": found.count, "why": "a crash"})


def test_an_event_that_was_given_back_is_answered(surgery: Surgery) -> None:
    surgery.hear(a_text())
    surgery.change(BREAKS["event_without_owner"])
    assert not surgery.answer()
    repaired = list(look(surgery.services.database, surgery.clock, repair_by="Ann", why="x"))
    assert sum(one.repaired for one in repaired) == 1
    assert surgery.answer()


def test_what_needs_a_person_is_not_repaired(busy: Surgery) -> None:
    busy.change(BREAKS["event_unanswered"])
    assert findings(busy, repair_by="Ann", why="x") == findings(busy)


def test_the_events_are_gone_through_a_stretch_at_a_time(busy: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "STRETCH", 1)
    busy.change(BREAKS["event_unanswered"])
    answered_by_themselves = [row for row in busy.rows(ReceivedEvent) if row.reason is None]
    assert findings(busy) == {"event_unanswered": len(answered_by_themselves)}


def test_the_worker_does_it_once_a_day_and_keeps_the_result(busy: Surgery) -> None:
    busy.change(BREAKS["event_unanswered"])
    with capture_logs() as logs:
        for worker in ("worker-1", "worker-2"):
            assert reconcile(busy.services, worker) is False
    [run] = busy.rows(JobRun)
    assert (run.job, run.state, run.claimed_by) == (JOB, "done", "worker-1")
    assert {name: count for name, count in run.removed.items() if count} == findings(busy)
    assert [line["log_level"] for line in logs] == ["error"]
