"""One training at a time, held by one process, taken over when that is gone, cancelled when somebody says so."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import pytest

from bot.store import audit, releases, training_runs
from bot.store.database import Database
from bot.store.training_runs import LEASE, MOST_ATTEMPTS, Run
from bot.store.training_tables import TrainingRun
from tests.builders import NOON

LATER = NOON + LEASE + timedelta(seconds=1)


def ask(database: Database, now: datetime = NOON) -> int | None:
    with database.write() as session:
        return training_runs.ask(session, now, actor="user 1", name="Toni")


def claim(database: Database, worker: str = "one", now: datetime = NOON, only: int | None = None) -> Run | None:
    with database.write() as session:
        return training_runs.claim(session, worker, now, only)


def claimed(database: Database) -> Run:
    assert ask(database)
    run = claim(database)
    assert run is not None
    return run


def goes_on(database: Database, run: Run, now: datetime = NOON) -> bool:
    with database.write() as session:
        return training_runs.advance(session, run, now, step="train", done=3, total=9)


def cancel(database: Database, run_id: int) -> bool:
    with database.write() as session:
        return training_runs.cancel(session, run_id, NOON, actor="user 2")


def finish(database: Database, run: Run, state: str = "ready", **more: object) -> bool:
    with database.write() as session:
        return training_runs.finish(session, run, NOON, state, **more)


def row(database: Database) -> TrainingRun:
    with database.read() as session:
        return session.get_one(TrainingRun, max(one["id"] for one in training_runs.newest(session, 1)))


def test_one_is_asked_for_at_a_time(database: Database) -> None:
    first = ask(database)
    assert first is not None
    assert ask(database) is None
    run = claim(database)
    assert run is not None
    assert (run.id, run.asked_by) == (first, "user 1")
    assert ask(database) is None
    assert finish(database, run)
    second = ask(database)
    assert second not in (None, first)
    with database.read() as session:
        entries = audit.newest(session, 9)
    assert [one.about for one in entries] == [f"training {second}", f"training {first}"]


def test_two_who_ask_at_once_get_one_run(database: Database) -> None:
    with ThreadPoolExecutor(1) as somebody_else:
        with database.write() as session:
            mine = training_runs.ask(session, NOON, actor="user 1", name="Toni")
            other = somebody_else.submit(ask, database)
            wait([other], timeout=0.3)
        assert mine is not None
        assert other.result() is None


def test_one_process_holds_it(database: Database) -> None:
    run = claimed(database)
    assert claim(database, "two") is None
    assert goes_on(database, run, NOON + LEASE / 2)
    assert claim(database, "two", NOON + LEASE * 1.4) is None
    shown = row(database)
    assert (shown.state, shown.step, shown.done, shown.total) == ("working", "train", 3, 9)


def test_a_process_that_is_gone_is_followed_by_another_and_may_not_write_any_more(database: Database) -> None:
    run = claimed(database)
    taken_over = claim(database, "two", LATER)
    assert taken_over is not None
    assert (taken_over.id, taken_over.attempts) == (run.id, 2)
    assert not goes_on(database, run, LATER)
    assert not finish(database, run)
    assert finish(database, taken_over)


def test_what_breaks_off_again_and_again_fails_with_a_reason(database: Database) -> None:
    assert ask(database)
    for number in range(MOST_ATTEMPTS):
        assert claim(database, f"worker {number}", NOON + (LEASE * 1.1) * number) is not None
    assert claim(database, "the last", NOON + LEASE * 9) is None
    shown = row(database)
    assert (shown.state, shown.open_key) == ("failed", None)
    assert "broke off again and again" in str(shown.problem)
    assert ask(database) is not None


def test_a_process_that_ends_gives_it_back_at_once(database: Database) -> None:
    run = claimed(database)
    with database.write() as session:
        assert training_runs.give_back(session, run)
    again = claim(database, "two")
    assert again is not None
    assert again.attempts == 1


def test_what_waits_is_cancelled_at_once(database: Database) -> None:
    run_id = ask(database)
    assert run_id is not None
    assert cancel(database, run_id)
    assert row(database).state == "cancelled"
    assert claim(database) is None
    assert not cancel(database, run_id)
    with database.read() as session:
        assert audit.newest(session, 1)[0].action == "training_cancelled"


def test_what_goes_on_is_told_to_stop(database: Database) -> None:
    run = claimed(database)
    assert cancel(database, run.id)
    assert row(database).state == "working"
    assert not goes_on(database, run)
    assert finish(database, run, "cancelled")
    assert row(database).cancelled_by == "user 2"


def test_what_was_cancelled_while_its_process_died_is_not_taken_up_again(database: Database) -> None:
    run = claimed(database)
    assert cancel(database, run.id)
    assert claim(database, "two", LATER) is None
    assert row(database).state == "cancelled"


def test_a_command_takes_its_own_run_only(database: Database) -> None:
    run_id = ask(database)
    assert run_id is not None
    assert claim(database, only=run_id + 1) is None
    assert claim(database, only=run_id) is not None


def test_what_was_found_is_kept_and_the_list_is_read_without_it(database: Database) -> None:
    run = claimed(database)
    assert finish(database, run, "refused", found={"misses": []}, problem=None, compared_with="october")
    shown = row(database)
    assert (shown.found, shown.compared_with) == ({"misses": []}, "october")
    with database.read() as session:
        assert training_runs.open_run(session) is None
        assert "found" not in training_runs.newest(session, 5)[0]


@pytest.mark.parametrize("state", ["ready", "refused", "failed", "cancelled"])
def test_what_is_over_is_over(database: Database, state: str) -> None:
    run = claimed(database)
    assert finish(database, run, state)
    assert claim(database, "two", LATER) is None
    assert not goes_on(database, run)


def test_a_release_leads_to_the_last_run_that_evaluated_it(database: Database) -> None:
    for name in ("october", "november"):
        with database.write() as session:
            row = {"name": name, "file": name, "sha256": "0" * 64, "trained_from": "0" * 64, "thresholds": {}}
            releases.add_candidate(session, **row, topics=[], asked_by="user 1", changed_by=(), now=NOON)
    for name in ("october", "november", "october"):
        run = claimed(database)
        finish(database, run, release=name)
    finish(database, claimed(database), "failed")
    with database.read() as session:
        numbers = [one["id"] for one in reversed(training_runs.newest(session, 9))]
        found = training_runs.ids_by_release(session, ["october", "november", "december"])
        assert found == {"october": numbers[2], "november": numbers[1]}
        assert training_runs.ids_by_release(session, []) == {}
