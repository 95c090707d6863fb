"""One release is live; others wait to be promoted, and older ones can be restored."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import Refused, ReleaseError
from bot.store import audit, releases
from bot.store.database import Database
from bot.store.training_tables import Release
from tests.builders import NOON

THRESHOLDS = {"answer": 0.55, "margin": 0.125}
LATER = NOON + timedelta(days=7)


def a_release(name: str, **more: Any) -> dict[str, Any]:
    values = {"name": name, "file": f"models/{name}.tar.gz", "sha256": "0" * 64, "trained_from": "1" * 64}
    return values | {"thresholds": THRESHOLDS, "now": NOON} | more


def make_first(database: Database, name: str = "october") -> None:
    with database.write() as session:
        releases.add_live(session, **a_release(name))


def make_candidate(database: Database, name: str, *, is_ready: bool = True, changed_by: Sequence[str] = ()) -> None:
    with database.write() as session:
        row = a_release(name, topics=[{"name": "cost"}], asked_by="user 1", changed_by=changed_by)
        releases.add_candidate(session, **row)
        releases.judge(session, name, is_ready=is_ready, figures={"messages": 2})


def promote(database: Database, name: str, now: datetime = LATER, actor: str = "user 2") -> None:
    with database.write() as session:
        releases.promote(session, name, now, actor=actor)


def roll_back(database: Database, now: datetime = LATER, to: str | None = None) -> str:
    with database.write() as session:
        return releases.roll_back(session, now, actor="user 1", to=to)


def live(database: Database) -> str:
    with database.read() as session:
        row = releases.live(session)
        assert (row.name if row else "") == releases.live_name(session)
        return releases.live_name(session)


def found(database: Database, name: str) -> Release:
    with database.read() as session:
        row = releases.find(session, name)
        assert row is not None
        return row


def test_before_the_first_training_nothing_is_live(database: Database) -> None:
    assert live(database) == ""
    with database.read() as session:
        assert releases.find(session, "november") is None
        assert releases.before(session) is None
    with pytest.raises(Refused, match="no earlier release"):
        roll_back(database)


def test_the_first_release_is_live_with_its_thresholds(database: Database) -> None:
    make_first(database)
    row = found(database, "october")
    assert live(database) == "october"
    assert (row.file, row.created_at, row.state) == ("models/october.tar.gz", NOON, "first")
    assert (row.sha256, row.trained_from, row.thresholds) == ("0" * 64, "1" * 64, THRESHOLDS)


def test_nothing_else_takes_over_without_the_gate(database: Database) -> None:
    make_first(database)
    make_first(database)  # a second set-up
    with pytest.raises(ReleaseError, match="october is live: python -m bot releases promote november"):
        make_first(database, "november")
    assert live(database) == "october"


def test_a_release_that_passed_takes_over_and_the_one_before_is_kept(database: Database) -> None:
    make_first(database)
    make_candidate(database, "november")
    assert live(database) == "october"
    promote(database, "november")
    assert live(database) == "november"
    row = found(database, "november")
    assert (row.topics, row.figures, row.thresholds) == ([{"name": "cost"}], {"messages": 2}, THRESHOLDS)
    assert found(database, "october").thresholds == THRESHOLDS
    with database.read() as session:
        entry = audit.newest(session, 1)[0]
    assert (entry.actor, entry.action, entry.about) == ("user 2", "release_promoted", "release november")
    assert entry.details == {"instead_of": "october"}


def test_below_a_floor_there_is_no_way(database: Database) -> None:
    make_first(database)
    make_candidate(database, "november", is_ready=False)
    with pytest.raises(Refused, match="not good enough"):
        promote(database, "november")
    with pytest.raises(Refused, match="never live"):
        roll_back(database, to="november")
    with pytest.raises(ReleaseError):
        make_first(database, "november")
    assert live(database) == "october"
    with database.read() as session:
        assert audit.newest(session, 9) == []


def test_what_is_not_evaluated_yet_cannot_go_live(database: Database) -> None:
    make_first(database)
    with database.write() as session:
        releases.add_candidate(session, **a_release("november", topics=[], asked_by="user 1", changed_by=()))
    with pytest.raises(Refused, match="was not tested"):
        promote(database, "november")


@pytest.mark.parametrize("actor", ["user 1", "user 7"])
def test_nobody_promotes_their_own_change(database: Database, actor: str) -> None:
    make_first(database)
    make_candidate(database, "november", changed_by=("user 7",))
    with pytest.raises(Refused, match="Somebody else must look at it"):
        promote(database, "november", actor=actor)
    assert live(database) == "october"


def test_a_change_is_not_washed_off_by_training_again(database: Database) -> None:
    """The same data gives the same release: whoever changed it before still may not promote it."""
    make_first(database)
    make_candidate(database, "november", changed_by=("user 7",))
    make_candidate(database, "november")
    with pytest.raises(Refused, match="You changed"):
        promote(database, "november", actor="user 7")


def test_a_refused_release_that_is_evaluated_anew_may_pass(database: Database) -> None:
    make_first(database)
    make_candidate(database, "november", is_ready=False)
    make_candidate(database, "november", is_ready=True)
    promote(database, "november")
    assert live(database) == "november"


def test_one_call_leads_back_and_the_bad_one_is_not_the_way_back_later(database: Database) -> None:
    make_first(database)
    for week, name in enumerate(("november", "december"), start=1):
        make_candidate(database, name)
        promote(database, name, LATER + timedelta(days=week))
    assert roll_back(database, LATER + timedelta(days=3)) == "november"
    assert live(database) == "november"
    assert roll_back(database, LATER + timedelta(days=4)) == "october"
    with pytest.raises(Refused, match="no earlier release"):
        roll_back(database)
    assert roll_back(database, LATER + timedelta(days=5), to="december") == "december"
    assert live(database) == "december"
    with database.read() as session:
        entry = audit.newest(session, 1)[0]
    assert (entry.action, entry.details) == ("release_rolled_back", {"instead_of": "october"})


def test_a_release_that_was_live_stays_a_way_back_whatever_is_found_later(database: Database) -> None:
    make_first(database)
    make_candidate(database, "november")
    promote(database, "november")
    make_candidate(database, "october", is_ready=False)
    assert found(database, "october").state == "first"
    assert roll_back(database) == "october"


def test_a_clock_that_went_back_does_not_undo_a_promotion(database: Database) -> None:
    make_first(database)
    make_candidate(database, "november")
    promote(database, "november", NOON - timedelta(hours=1))
    assert live(database) == "november"


def test_the_list_begins_with_the_live_one(database: Database) -> None:
    make_first(database)
    for name in ("november", "december"):
        make_candidate(database, name)
    promote(database, "november")
    with database.read() as session:
        assert [row.name for row in releases.newest(session, 9)] == ["november", "october", "december"]


def test_two_promotions_at_once_leave_one_live_release_and_a_way_back(database: Database) -> None:
    make_first(database)
    for name in ("november", "december"):
        make_candidate(database, name)
    with ThreadPoolExecutor(1) as other_machine:
        with database.write() as session:
            releases.promote(session, "november", LATER, actor="user 2")
            other = other_machine.submit(promote, database, "december")
            wait([other], timeout=0.3)  # it ends now, or once this transaction has
        other.result()
    assert live(database) == "december"
    assert roll_back(database) == "november"
