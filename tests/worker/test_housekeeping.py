"""Signs of life, and a word about work that a dead worker left lying."""

import pytest
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.store import heartbeats
from bot.store.received_events import LEASE
from bot.store.tables import Heartbeat, ReceivedEvent
from bot.worker.housekeeping import keep_house
from tests.builders import NOON, a_text, after, claim_one
from tests.worker.conftest import both_databases
from tests.worker.outages import Outage
from tests.worker.surgery import Surgery


@both_databases
def test_each_round_is_a_sign_of_life(surgery: Surgery) -> None:
    assert keep_house(surgery.services, "worker-1") is False  # so that the loop pauses
    surgery.clock.forward(seconds=5)
    keep_house(surgery.services, "worker-1")
    keep_house(surgery.services, "worker-2")
    assert {(row.worker, row.beat_at) for row in surgery.rows(Heartbeat)} == {
        ("worker-1", after(seconds=5)),
        ("worker-2", after(seconds=5)),
    }
    assert surgery.change(heartbeats.newest) == after(seconds=5)


def test_events_that_a_dead_worker_holds_are_counted_in_the_log(surgery: Surgery) -> None:
    surgery.receive(a_text("Does a mammogram hurt?"), a_text("Does a smear hurt?", psid="bea"))
    for _ in range(2):
        surgery.change(lambda session: claim_one(session, "worker-1", NOON))
    with capture_logs() as logs:
        keep_house(surgery.services, "worker-2")
    assert logs == []
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    with capture_logs() as logs:
        keep_house(surgery.services, "worker-2")
    assert logs == [{"event": "stranded_events", "log_level": "warning", "count": 2}]


def test_what_was_put_off_by_a_clock_that_was_set_back_is_due_again(surgery: Surgery) -> None:
    surgery.clock.forward(hours=2)
    surgery.receive(a_text("Does a mammogram hurt?"))
    surgery.clock.forward(hours=-2)
    assert not surgery.answer()
    with capture_logs() as logs:
        keep_house(surgery.services, "worker-1")
    assert logs == [{"event": "clock_was_set_back", "log_level": "warning", "put_right": 1}]
    surgery.clock.forward(seconds=10)
    assert surgery.answer()
    assert [row.state for row in surgery.rows(ReceivedEvent)] == ["done"]


def test_without_a_database_there_is_no_sign_of_life(surgery: Surgery) -> None:
    outage = Outage(surgery.services.database)
    outage.begin()
    with pytest.raises(StoreUnavailable):
        keep_house(surgery.services, "worker-1")
    outage.end()
    assert surgery.rows(Heartbeat) == []
