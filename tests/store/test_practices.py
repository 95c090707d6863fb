"""Practices and their pages: added from a file, brought up to date, never mixed up."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import NoResultFound

from bot.core.messages import Nation
from bot.errors import DataError
from bot.store import outgoing, practices
from bot.store.database import Database
from tests.builders import PAGE, a_practice, a_practice_file, after


def test_a_practice_is_kept_as_its_file_says(database: Database) -> None:
    with database.write() as session:
        a_practice(session, nation=Nation.WALES)
    with database.read() as session:
        row = practices.find_by_slug(session, "riverside")
        assert row is not None
        assert practices.find(session, row.id) is row
    assert (row.name, row.nation, row.paused) == ("Riverside Surgery", "wales", False)
    assert row.facts == {"practice_phone": "01632 960001"}
    assert row.opening_hours == {"monday": ["08:00", "18:30"]}
    assert row.ice_breakers == [["Does it hurt?", "ask:hurt"]]


def test_a_practice_that_was_never_added_is_not_found(database: Database) -> None:
    with database.read() as session:
        assert practices.find_by_slug(session, "riverside") is None
        assert practices.of_page(session, PAGE) is None
        assert practices.first(session) is None
        assert practices.pages(session) == []
        with pytest.raises(NoResultFound):
            practices.find(session, 1)


def test_a_page_leads_to_its_practice(database: Database) -> None:
    with database.write() as session:
        a_practice(session, pages=["1001", "1002"])
        hillside = a_practice(session, "hillside", pages=["2002"]).id
    with database.read() as session:
        found = practices.of_page(session, "2002")
        assert found is not None
        practice, page = found
        assert (practice.id, page.page_id, page.name) == (hillside, "2002", "Page 2002")
        assert [row.page_id for row in practices.pages(session)] == ["1001", "1002", "2002"]


def test_the_first_practice_is_the_one_that_was_added_first(database: Database) -> None:
    with database.write() as session:
        first = a_practice(session, "zebra-lane", pages=["1001"])
        a_practice(session, "abbey-road", pages=["2002"])
        assert practices.first(session) is first


def test_saving_again_brings_the_practice_up_to_date(database: Database) -> None:
    with database.write() as session:
        before = a_practice(session).id
    with database.write() as session:
        changed = a_practice_file(pages=["1001", "1002"], name="Riverside Medical Centre", facts={"parking": "None."})
        assert practices.save(session, changed).id == before
    with database.read() as session:
        row = practices.find(session, before)
        assert (row.name, row.facts) == ("Riverside Medical Centre", {"parking": "None."})
        assert [page.page_id for page in practices.pages(session)] == ["1001", "1002"]


def test_only_what_is_missing_is_added_where_admins_may_have_changed_it(database: Database) -> None:
    file = a_practice_file()
    with database.write() as session:
        added = practices.add_missing(session, file)
        assert [page.page_id for page in practices.pages(session)] == [PAGE]
        added.name, added.facts = "Riverside Medical Centre", {"parking": "None."}
        before = added.id
    with database.write() as session:
        assert practices.add_missing(session, file).id == before
    with database.read() as session:
        row = practices.find(session, before)
        assert (row.name, row.facts) == ("Riverside Medical Centre", {"parking": "None."})


def test_saving_again_does_not_undo_a_pause_or_a_stop(database: Database) -> None:
    with database.write() as session:
        a_practice(session).paused = True
        outgoing.stop_page(session, practices.pages(session)[0].id, after(hours=1), "blocked")
    with database.write() as session:
        assert a_practice(session).paused
        page = practices.pages(session)[0]
        assert (page.stopped_until, page.stops) == (after(hours=1), 1)


def test_a_page_is_renamed(database: Database) -> None:
    with database.write() as session:
        a_practice(session)
        practices.save(session, replace(a_practice_file(), pages={PAGE: "Riverside on Facebook"}))
    with database.read() as session:
        assert [(page.page_id, page.name) for page in practices.pages(session)] == [(PAGE, "Riverside on Facebook")]


def test_a_page_stays_with_its_practice(database: Database) -> None:
    with database.write() as session:
        riverside = a_practice(session).id
    with pytest.raises(DataError, match="the page 1001 belongs to another practice"), database.write() as session:
        a_practice(session, "hillside", pages=["2002", "1001"])
    with database.read() as session:
        assert [(page.page_id, page.practice_id) for page in practices.pages(session)] == [("1001", riverside)]
        assert practices.find_by_slug(session, "hillside") is None
