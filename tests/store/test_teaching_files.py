"""Topics and examples from files into the database and back."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import wiring
from bot.errors import DataError
from bot.nlu.project_files import read_taught, write_project
from bot.nlu.topic_file import read_topics
from bot.nlu.training_run import fingerprint
from bot.store import audit, teaching_files, teaching_import
from bot.store.database import Database
from bot.store.examples import add_example, counts, of_topic, topics_in_use
from bot.store.teaching_tables import ExampleRow, TopicRow
from tests.builders import NOON
from tests.store.teaching import FILES, TOPICS, small, the_projects

BOOK, COST = "examples/booking/book.yml", "examples/getting_there/cost.yml"


def test_all_that_comes_with_the_product_goes_in_and_comes_out_byte_for_byte(
    database: Database, tmp_path: Path
) -> None:
    with database.write() as session:
        files = the_projects(session)
    with database.read() as session:
        assert teaching_files.texts(session) == files
        assert teaching_files.compare(session, files) == teaching_files.Differences([], [], [])
        assert dict(teaching_files.topics(session)) == dict(read_topics(wiring.NLU_DATA / "topics.yml"))
        write_project(teaching_files.texts(session), wiring.PROJECT, tmp_path)
    assert read_taught(tmp_path) == files
    assert fingerprint(tmp_path) == fingerprint(wiring.PROJECT)


def test_only_the_line_that_was_added_differs(database: Database) -> None:
    with database.write() as session:
        small(session)
        add_example(session, "cost", "  any charge\n for this ", "train", "user 1", NOON)
    with database.read() as session:
        assert teaching_files.texts(session) == FILES | {COST: FILES[COST] + "    - any charge for this\n"}


def test_taking_in_a_changed_file_keeps_the_rows_that_stay(database: Database) -> None:
    with database.write() as session:
        small(session)
        before = {one.row.text: one.row.id for one in of_topic(session, "book", "train")}
    changed = FILES[BOOK].replace("    - how do I book\n", "").replace("- can i", "- brand new\n    - Can I")
    with database.write() as session:
        taken = teaching_import.take_in(session, {BOOK: changed}, TOPICS, actor="Jo", now=NOON)
    assert (taken.added, taken.gone) == (1, 1)
    with database.read() as session:
        after = {one.row.text: one.row.id for one in of_topic(session, "book", "train")}
        assert list(after) == ["brand new", "Can I book online", "what number do i ring"]
        assert after["what number do i ring"] == before["what number do i ring"]
        assert after["Can I book online"] == before["can i book online"]
        assert teaching_files.texts(session) == FILES | {BOOK: changed}
        [entry] = audit.newest(session, 1)
        assert (entry.actor, entry.action) == ("Jo", "teaching_imported")
        assert entry.details == {"files": 1, "added": 1, "changed": 1, "gone": 1}


def test_a_file_that_is_gone_is_gone_and_may_come_back(database: Database) -> None:
    with database.write() as session:
        small(session)
        teaching_import.take_in(session, {COST: ""}, TOPICS, actor="Jo", now=NOON)
    with database.write() as session:
        assert COST not in teaching_files.texts(session)
        assert counts(session)["cost"] == {"train": 0, "regression": 1}
        teaching_import.take_in(session, {COST: FILES[COST]}, TOPICS, actor="Jo", now=NOON)
        assert teaching_files.texts(session) == FILES


def test_an_example_can_be_moved_to_another_file_by_editing_both(database: Database) -> None:
    moved = {BOOK: FILES[BOOK].replace("    - how do I book\n", ""), COST: FILES[COST] + "    - how do I book\n"}
    with database.write() as session:
        small(session)
        teaching_import.take_in(session, moved, TOPICS, actor="Jo", now=NOON)
        assert teaching_files.texts(session) == FILES | moved
        assert session.scalar(select(func.count(ExampleRow.id))) == 7


def test_a_message_that_stands_twice_is_refused_and_nothing_changes(database: Database) -> None:
    with database.write() as session:
        small(session)
    twice = FILES[COST] + "    - How do I BOOK?\n"
    with pytest.raises(DataError, match=f"{COST}:6: the same message stands at {BOOK}:6"), database.write() as session:
        teaching_import.take_in(session, {BOOK: FILES[BOOK], COST: twice}, TOPICS, actor="Jo", now=NOON)
    with pytest.raises(DataError, match=f"{COST}:6: the same message stands in {BOOK}"), database.write() as session:
        teaching_import.take_in(session, {COST: twice}, TOPICS, actor="Jo", now=NOON)
    with database.read() as session:
        assert teaching_files.texts(session) == FILES


def test_topics_follow_their_file_and_one_that_went_can_come_back(database: Database) -> None:
    with database.write() as session:
        small(session)
    entry = "- name: cost\n  group: getting_there\n  route: faq\n  question: What does it cost?\n  button: Cost\n"
    without = FILES["topics.yml"].replace(entry, "")
    with database.write() as session:
        teaching_import.take_in(session, {"topics.yml": without}, TOPICS, actor="Jo", now=NOON)
        assert [row.name for row in topics_in_use(session)] == ["book", "crisis"]
        assert teaching_files.texts(session)["topics.yml"] == without
        teaching_import.take_in(session, {"topics.yml": FILES["topics.yml"]}, TOPICS, actor="Jo", now=NOON)
        assert teaching_files.texts(session) == FILES
        assert session.scalar(select(func.count(TopicRow.id))) == 3


def test_it_is_known_which_side_changed(database: Database) -> None:
    with database.write() as session:
        assert teaching_files.is_empty(session)
        small(session)
        assert not teaching_files.is_empty(session)
        add_example(session, "cost", "any charge", "train", "user 1", NOON)
        add_example(session, "book", "slot please", "train", "user 1", NOON)
        add_example(session, "book", "book me in", "regression", "user 1", NOON)
    on_disk = FILES | {
        BOOK: FILES[BOOK] + "    - by hand\n",
        "regression/booking.yml": "",
        "examples/new.yml": "nlu:\n",
    }
    with database.read() as session:
        found = teaching_files.compare(session, on_disk)
    assert found.on_disk == ["examples/new.yml", "regression/booking.yml"]
    assert found.in_database == [COST, "regression/labelled.yml"]
    assert found.on_both == [BOOK]


def test_what_was_written_out_counts_as_the_same(database: Database) -> None:
    with database.write() as session:
        small(session)
        add_example(session, "cost", "any charge", "train", "user 1", NOON)
        written = teaching_files.texts(session)
        teaching_files.mark_synced(session, written)
    with database.read() as session:
        assert teaching_files.compare(session, FILES).on_disk == [COST]
        assert teaching_files.compare(session, written) == teaching_files.Differences([], [], [])
