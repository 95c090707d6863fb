"""A wording never changes: what is written differently is a new version."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.core.answers import Answer
from bot.core.messages import Nation
from bot.nlu.answer_files import WrittenAnswer
from bot.store import answer_changes, answers
from bot.store.database import Database
from bot.store.tables import AnswerVersion
from tests.builders import NOON, after, an_answer


def take_in(database: Database, *written: WrittenAnswer) -> int:
    with database.write() as session:
        return answers.import_all(session, written, NOON)


def current(database: Database) -> list[Answer]:
    with database.read() as session:
        return answers.current(session)


def test_an_answer_is_shown_as_it_was_written(database: Database) -> None:
    both = (Nation.ENGLAND, Nation.NORTHERN_IRELAND)
    assert take_in(database, an_answer("A mammogram can hurt: briefly.", nations=both)) == 1
    [answer] = current(database)
    assert (answer.topic, answer.programme, answer.nations) == ("does_it_hurt", "breast", both)
    assert (answer.text, answer.status, answer.language) == ("A mammogram can hurt: briefly.", "sample", "en")
    assert answer.review_by == date(2027, 11, 1)


def test_who_wrote_it_and_from_what_is_kept(database: Database) -> None:
    take_in(database, an_answer(sources=("https://www.nhs.uk/a/", "https://www.nhs.uk/b/")))
    with database.read() as session:
        row = session.scalars(select(AnswerVersion)).one()
    assert row.sources == ["https://www.nhs.uk/a/", "https://www.nhs.uk/b/"]
    assert (row.owner, row.approver, row.reviewed, row.created_at) == ("Screening lead", None, "2026-11-01", NOON)


def test_the_same_files_a_second_time_give_no_new_versions(database: Database) -> None:
    files = [
        an_answer("A mammogram can hurt."),
        an_answer("The bowel kit does not hurt.", programme="bowel"),
        an_answer("A mammogram is free.", topic="is_it_free"),
    ]
    assert take_in(database, *files) == 3
    before = current(database)
    assert take_in(database, *files) == 0
    assert current(database) == before


def test_the_same_answer_twice_in_the_files_is_one_version(database: Database) -> None:
    assert take_in(database, an_answer(), an_answer(line=99)) == 1


def test_the_order_of_the_nations_does_not_make_a_new_version(database: Database) -> None:
    take_in(database, an_answer(nations=(Nation.WALES, Nation.ENGLAND)))
    assert take_in(database, an_answer(nations=(Nation.ENGLAND, Nation.WALES))) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"text": "A mammogram may hurt."},
        {"nations": (Nation.ENGLAND, Nation.WALES)},
        {"sources": ()},
        {"owner": "Practice nurse"},
        {"reviewed": date(2026, 11, 2)},
        {"review_by": date(2027, 5, 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_written_differently_is_a_new_version_in_place_of_the_old(
    database: Database, change: dict[str, Any]
) -> None:
    take_in(database, an_answer())
    [old] = current(database)
    assert take_in(database, an_answer(**({"text": "A mammogram can hurt for a moment."} | change))) == 1
    [new] = current(database)
    assert new.version > old.version


def test_the_old_wording_is_kept_but_marked_as_replaced(database: Database) -> None:
    take_in(database, an_answer("A mammogram hurts."))
    take_in(database, an_answer("A mammogram can hurt."))
    with database.read() as session:
        rows = session.scalars(select(AnswerVersion).order_by(AnswerVersion.id)).all()
    assert [(row.text, row.status) for row in rows] == [
        ("A mammogram hurts.", "replaced"),
        ("A mammogram can hurt.", "sample"),
    ]


def test_a_file_touches_nothing_but_the_questions_it_answers(database: Database) -> None:
    take_in(database, an_answer("A mammogram can hurt."), an_answer("A mammogram is free.", topic="is_it_free"))
    take_in(database, an_answer("A mammogram may hurt."), an_answer("Gall mammogram frifo.", language="cy"))
    take_in(database)
    assert [answer.text for answer in current(database)] == [
        "A mammogram is free.",
        "A mammogram may hurt.",
        "Gall mammogram frifo.",
    ]


def test_a_wording_that_comes_back_is_the_same_version_as_before(database: Database) -> None:
    take_in(database, an_answer("A mammogram hurts."))
    [before] = current(database)
    take_in(database, an_answer("A mammogram can hurt."))
    assert take_in(database, an_answer("A mammogram hurts.")) == 0
    assert current(database) == [before]


def test_files_do_not_touch_what_was_approved(database: Database) -> None:
    with database.write() as session:
        answers.import_all(session, [an_answer("A mammogram can hurt.")], NOON, by="Ann")
        answer_changes.approve(session, 1, by="Bea", role="Nurse", now=NOON)
    take_in(database, an_answer("A mammogram might hurt."))
    assert [(answer.text, answer.status) for answer in current(database)] == [
        ("A mammogram can hurt.", "approved"),
        ("A mammogram might hurt.", "sample"),
    ]


@pytest.mark.parametrize("status", ["draft", "withdrawn", "replaced"])
def test_what_nobody_may_see_is_not_current(database: Database, status: str) -> None:
    take_in(database, an_answer())
    with database.write() as session:
        session.execute(update(AnswerVersion).values(status=status))
    assert current(database) == []


def test_a_version_keeps_the_time_at_which_it_was_first_taken_in(database: Database) -> None:
    take_in(database, an_answer())
    with database.write() as session:
        answers.import_all(session, [an_answer()], after(days=7))
        assert session.scalars(select(AnswerVersion.created_at)).one() == NOON
