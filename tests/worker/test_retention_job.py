"""The daily deletion: one worker does it, another takes over where one died, and a row proves what was done."""

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.store import job_runs, retention
from bot.store.job_runs import LEASE
from bot.store.retention_periods import read_periods
from bot.store.tables import Conversation, DecisionRow, JobRun, Message, OutgoingMessage
from bot.trainer.retain import JOB, retain, run_once
from tests.builders import NOON, a_text
from tests.worker.conftest import both_databases
from tests.worker.database_bytes import holders_of
from tests.worker.meta import Meta
from tests.worker.outages import Broken, breaking_at
from tests.worker.surgery import Surgery

PSID, WORDS = "7300000000000042", "I am Zebedee Quillfeather. Does a mammogram hurt?"


@pytest.fixture
def old(surgery: Surgery, meta: Meta) -> Surgery:
    """A question that was answered 100 days ago."""
    meta.hears_from(PSID)
    surgery.answer_all(a_text(WORDS, psid=PSID))
    surgery.send_all()
    surgery.clock.forward(days=100)
    return surgery


@both_databases
def test_what_is_old_is_gone_from_tables_and_files_and_a_row_proves_it(old: Surgery) -> None:
    database = old.services.database
    assert holders_of(database, PSID, "Quillfeather") != []
    with capture_logs() as logs:
        assert retain(old.services, "worker-1") is False
    assert holders_of(database, PSID, "Quillfeather") == []
    [run] = old.rows(JobRun)
    assert (run.job, run.run_key, run.state, run.claimed_by) == (JOB, "2027-03-04", "done", "worker-1")
    assert (run.finished_at, run.problem) == (old.clock(), None)
    assert {name: rows for name, rows in run.removed.items() if rows} == {
        "outgoing_messages": 1,
        "messages": 2,
        "search_words": 1,
        "decisions": 1,
        "learning_items": 1,
        "received_events": 1,
        "conversations": 1,
    }
    assert [line["event"] for line in logs] == ["retention_done"]


@both_databases
def test_it_runs_once_a_day(old: Surgery) -> None:
    for worker in ("worker-1", "worker-2"):
        retain(old.services, worker)
    assert [run.claimed_by for run in old.rows(JobRun)] == ["worker-1"]
    old.clock.forward(days=1)
    retain(old.services, "worker-2")
    assert [run.claimed_by for run in old.rows(JobRun)] == ["worker-1", "worker-2"]


@both_databases
def test_a_worker_that_dies_is_succeeded_and_the_counts_go_on(old: Surgery) -> None:
    run = old.change(lambda session: job_runs.claim(session, JOB, "2027-03-04", "worker-1", old.clock()))
    assert run is not None
    [sends, *_] = retention.CLASSES
    [send] = old.rows(OutgoingMessage)
    old.change(lambda session: retention.remove(session, sends, read_periods(), old.clock(), [send.id]))
    assert old.change(lambda session: job_runs.renew(session, run, {"outgoing_messages": 1}, old.clock()))
    retain(old.services, "worker-2")
    assert old.rows(Message) != []
    old.clock.forward(seconds=LEASE.total_seconds() + 1)
    retain(old.services, "worker-2")
    [row] = old.rows(JobRun)
    assert (row.state, row.claimed_by, row.attempts) == ("done", "worker-2", 2)
    assert (row.removed["outgoing_messages"], row.removed["messages"]) == (1, 2)
    assert not old.change(lambda session: job_runs.finish(session, run, {}, NOON))


def test_a_worker_that_lost_its_lease_removes_nothing_more(old: Surgery) -> None:
    def take_over(_name: str, _rows: int) -> None:
        old.clock.forward(seconds=LEASE.total_seconds() + 1)
        old.change(lambda session: job_runs.claim(session, JOB, "k", "worker-2", old.clock()))

    assert run_once(old.services.database, old.clock, read_periods(), "worker-1", "k", take_over) is None
    assert len(old.rows(Message)) == 2  # after the sends it was taken over


@both_databases
def test_a_run_that_breaks_is_kept_as_failed_and_tried_again_after_an_hour(old: Surgery) -> None:
    with breaking_at(old.services.database, "DELETE FROM decision"), pytest.raises(Broken):
        retain(old.services, "worker-1")
    [run] = old.rows(JobRun)
    assert (run.state, run.problem) == ("failed", "Broken")
    assert (len(old.rows(OutgoingMessage)), len(old.rows(DecisionRow))) == (0, 1)
    retain(old.services, "worker-2")
    assert len(old.rows(DecisionRow)) == 1
    old.clock.forward(hours=1, seconds=1)
    retain(old.services, "worker-2")
    [run] = old.rows(JobRun)
    assert (run.state, run.claimed_by, run.removed["outgoing_messages"]) == ("done", "worker-2", 1)
    assert old.rows(Conversation) == []


def test_the_installations_own_periods_count(old: Surgery, tmp_path: Path) -> None:
    from bot.store.retention_periods import DEFAULT

    file = tmp_path / "own.yml"
    file.write_text(DEFAULT.read_text(encoding="utf-8").replace("90", "200"), encoding="utf-8")
    old.services = replace(old.services, settings=replace(old.services.settings, retention=file))
    retain(old.services, "worker-1")
    assert len(old.rows(Message)) == 2


def test_without_a_database_it_fails_and_says_so_nowhere_else(old: Surgery) -> None:
    from tests.worker.outages import Outage

    outage = Outage(old.services.database)
    outage.begin()
    with pytest.raises(StoreUnavailable):
        retain(old.services, "worker-1")
    outage.end()
    assert old.rows(JobRun) == []
