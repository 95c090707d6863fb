"""Messages of our own: one every ten seconds among all workers, claimed as a danger is, counted as nobody's."""

from datetime import timedelta

from bot.store import measures, probes, received_events
from bot.store.database import Database
from bot.store.probes import Step
from bot.store.reconciling import CHECKS, find, stretches
from bot.store.tables import ReceivedEvent
from tests.builders import NOON, a_practice, a_text, claim_one

LATER = NOON + timedelta(seconds=10)


def stored(database: Database) -> list[str]:
    with database.read() as session:
        return [row.event_key for row in session.query(ReceivedEvent).filter_by(kind=probes.KIND)]


def go_through(database: Database) -> None:
    with database.write() as session:
        claim = claim_one(session, "worker-1", NOON)
        assert claim
        assert claim.is_probe
        assert received_events.finish(session, claim, "done", NOON)


def test_of_many_workers_one_stores_it(database: Database) -> None:
    for worker_is_first in (True, False, False):
        with database.write() as session:
            assert probes.store(session, "hello", NOON) is worker_is_first
    go_through(database)
    with database.write() as session:
        assert not probes.store(session, "hello", NOON + timedelta(seconds=9))
    assert len(stored(database)) == 1


def test_the_next_takes_the_place_of_one_that_is_finished(database: Database) -> None:
    with database.write() as session:
        assert probes.store(session, "hello", NOON)
    [first] = stored(database)
    go_through(database)
    with database.write() as session:
        assert probes.store(session, "hello", LATER)
    [second] = stored(database)
    assert first != second


def test_while_one_is_under_way_no_other_is_stored(database: Database) -> None:
    with database.write() as session:
        assert probes.store(session, "hello", NOON)
        assert not probes.store(session, "hello", LATER)


def test_it_goes_before_a_backlog_and_what_it_says_can_be_read(database: Database) -> None:
    with database.write() as session:
        a_practice(session)
        received_events.save_all(session, [a_text(psid="ann")], NOON - timedelta(hours=1))
        probes.store(session, "hello", NOON)
        claim = claim_one(session, "worker-1", NOON)
    assert claim
    assert (claim.is_probe, claim.practice_id, claim.event.psid) == (True, 0, None)
    assert getattr(claim.event, "text", "") == "hello"


def test_it_is_counted_as_nobodys(database: Database) -> None:
    much_later = NOON + timedelta(hours=2)
    with database.write() as session:
        probes.store(session, "hello", NOON)
        assert received_events.oldest_unfinished(session) is None
        assert measures.last_event(session) is None
        assert set(measures.events_by_state(session, NOON).values()) == {0}
        found = [find(session, check, stretch, much_later) for check in CHECKS for stretch in stretches(session, check)]
        assert found
        assert not any(found)


def test_the_last_time_of_each_step_is_kept(database: Database) -> None:
    with database.write() as session:
        probes.passed(session, Step, NOON)
        probes.passed(session, [Step.STORED, Step.TAKEN], LATER)
        session.flush()
        found = probes.last_passed(session)
    assert {step: found[step] for step in Step} == dict.fromkeys(Step, NOON) | {Step.STORED: LATER, Step.TAKEN: LATER}
