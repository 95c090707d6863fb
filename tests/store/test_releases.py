"""One release is live; older ones can be restored."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any

from bot.store import releases
from bot.store.database import Database
from tests.builders import NOON


def a_release(name: str, thresholds: Mapping[str, float] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "file": f"models/{name}.tar.gz",
        "sha256": "0" * 64,
        "trained_from": "1" * 64,
        "thresholds": thresholds or {"answer": 0.55},
    }


def make_live(
    database: Database, name: str, thresholds: Mapping[str, float] | None = None, now: datetime = NOON
) -> None:
    with database.write() as session:
        releases.add_live(session, **a_release(name, thresholds), now=now)


def names_of_live(database: Database) -> list[str]:
    with database.read() as session:
        release = releases.live(session)
        return [release.name] if release else []


def test_before_the_first_training_nothing_is_live(database: Database) -> None:
    with database.read() as session:
        assert releases.live(session) is None
        assert releases.find(session, "november") is None


def test_a_new_release_is_live_with_its_thresholds(database: Database) -> None:
    make_live(database, "november", {"answer": 0.6, "margin": 0.125})
    with database.read() as session:
        release = releases.live(session)
    assert release is not None
    assert (release.name, release.file, release.created_at) == ("november", "models/november.tar.gz", NOON)
    assert (release.sha256, release.trained_from) == ("0" * 64, "1" * 64)
    assert release.thresholds == {"answer": 0.6, "margin": 0.125}


def test_the_next_release_takes_over_and_the_one_before_is_kept(database: Database) -> None:
    make_live(database, "october", {"answer": 0.5})
    make_live(database, "november", now=NOON + timedelta(days=30))
    assert names_of_live(database) == ["november"]
    with database.read() as session:
        before = releases.find(session, "october")
    assert before is not None
    assert before.thresholds == {"answer": 0.5}


def test_an_older_release_is_restored_as_it_was(database: Database) -> None:
    make_live(database, "october", {"answer": 0.5})
    make_live(database, "november", now=NOON + timedelta(days=30))
    make_live(database, "october", {"answer": 0.9}, now=NOON + timedelta(days=31))
    assert names_of_live(database) == ["october"]
    with database.read() as session:
        release = releases.live(session)
    assert release is not None
    assert release.thresholds == {"answer": 0.5}


def test_two_trainings_that_end_together_leave_one_live_release(database: Database) -> None:
    with ThreadPoolExecutor(1) as other_machine:
        with database.write() as session:
            releases.add_live(session, **a_release("november"), now=NOON)
            other = other_machine.submit(make_live, database, "also-november")
            wait([other], timeout=0.5)  # it ends now, or once this transaction has
        other.result()
    assert len(names_of_live(database)) == 1
