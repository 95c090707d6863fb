"""What becomes of a topic's answers when it is merged with another or retired, and that an undo brings them back."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.core.desk import Colleague
from bot.core.messages import Nation
from bot.errors import Refused
from bot.store import answer_changes, answer_drafts, answer_queries, answer_reviews, answers, audit, teaching_changes
from bot.store.database import Database
from bot.store.tables import AnswerVersion
from bot.store.teaching_steps import merge, retire_topic
from bot.store.topic_answers import Counted, counted
from tests.builders import NOON, a_practice, an_answer
from tests.store.teaching import small

TRAINER = Colleague("user 1", "Tess Trainer")
FREE, DEAR = "Screening is free.", "Screening costs you nothing."


@pytest.fixture
def taught(database: Database) -> Database:
    """The topic cost has an approved answer (1), a draft that waits (2) a practice's own (3); book has a sample (4)."""
    live, draft = an_answer(FREE, topic="cost", programme="any"), an_answer(DEAR, topic="cost", programme="any")
    with database.write() as session:
        small(session)
        answers.import_all(session, [live], NOON, by="Ed Editor")
        answer_changes.approve(session, 1, by="Cleo Clinician", role="GP", now=NOON)
        answer_drafts.save(session, replace(draft, status="draft"), TRAINER, NOON, practice_id=None, seen=1)
        answer_reviews.ask(session, 2, TRAINER, NOON)
        own = replace(live, status="draft", owner="Own", nations=(Nation.ENGLAND,))
        answer_drafts.save(session, own, TRAINER, NOON, practice_id=a_practice(session).id, seen=2)
        answers.import_all(session, [an_answer("Book by phone.", topic="book", programme="any")], NOON)
    return database


def statuses(database: Database) -> dict[int, tuple[str, str]]:
    with database.read() as session:
        rows = session.scalars(select(AnswerVersion).order_by(AnswerVersion.id))
        return {row.id: (row.topic, row.status) for row in rows}


BEFORE = {1: ("cost", "approved"), 2: ("cost", "draft"), 3: ("cost", "draft"), 4: ("book", "sample")}
ENDED = BEFORE | dict.fromkeys((1, 2, 3), ("cost", "replaced"))


def undo(database: Database) -> None:
    with database.write() as session:
        newest = teaching_changes.newest(session)[0]
        teaching_changes.undo(session, newest.id, actor="user 1", now=NOON)


def test_retiring_takes_its_answers_out_of_use_and_an_undo_brings_them_back(taught: Database) -> None:
    assert statuses(taught) == BEFORE
    with taught.write() as session:
        assert counted(session, "cost") == Counted(in_use=1, drafts=2, own=1)
        retire_topic(session, "cost", actor="user 1", now=NOON)
    assert statuses(taught) == ENDED
    with taught.read() as session:
        assert counted(session, "cost") == Counted(0, 0, 0)
        assert answer_reviews.waiting_for(session, 2) is None
        assert [one.topic for one in answers.current(session)] == ["book"]
        last = answer_queries.steps(session, 1)[-1]
        assert (last.actor, last.action, last.details["why"]) == (
            "user 1",
            "ended with its topic",
            "its topic was retired",
        )
        assert audit.newest(session, 1)[0].details["answers"] == 3
    undo(taught)
    assert statuses(taught) == BEFORE
    with taught.read() as session:
        assert answer_queries.steps(session, 1)[-1].action == "undid"
    undo(taught)  # an undo can be undone
    assert statuses(taught) == ENDED


def test_merging_keeps_the_answers_of_the_other_topic_alone(taught: Database) -> None:
    with taught.write() as session:
        merge(session, "cost", "book", actor="user 1", now=NOON)
    assert statuses(taught) == ENDED
    undo(taught)
    assert statuses(taught) == BEFORE


def test_merging_can_make_drafts_of_them_that_somebody_else_has_to_approve(taught: Database) -> None:
    for _ in range(2):  # the second time the drafts are there already
        with taught.write() as session:
            merge(session, "cost", "book", actor="user 1", now=NOON, moves_answers=True)
        assert statuses(taught) == ENDED | dict.fromkeys((5, 6, 7), ("book", "draft"))
        with taught.read() as session:
            moved, own = session.get_one(AnswerVersion, 5), session.get_one(AnswerVersion, 7)
            assert (moved.text, moved.approved_at, own.practice_id) == (FREE, None, 1)
        with pytest.raises(Refused, match="whoever edited it last cannot approve it"), taught.write() as session:
            answer_changes.approve(session, 5, by="Tess Trainer", role="GP", now=NOON, key="user 1")
        undo(taught)
        assert statuses(taught) == BEFORE | dict.fromkeys((5, 6, 7), ("book", "replaced"))


def test_an_undo_is_refused_where_an_answer_was_changed_since(taught: Database) -> None:
    with taught.write() as session:
        retire_topic(session, "cost", actor="user 1", now=NOON)
        answer_changes.withdraw(session, 1, by="Cleo Clinician", why="unsafe", now=NOON)
    with pytest.raises(Refused, match="Somebody changed the same since"):
        undo(taught)
    assert statuses(taught)[1] == ("cost", "withdrawn")
