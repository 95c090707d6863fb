"""What a file would change, taking it in, and how often a version was sent."""

from dataclasses import replace

import pytest

from bot.core.desk import Colleague
from bot.errors import Refused
from bot.store import answer_changes, answer_drafts, answer_upload, answer_use
from bot.store.answer_upload import Kind
from bot.store.database import Database
from bot.store.tables import AnswerVersion
from tests.builders import NOON, a_conversation, a_message_to_send, a_practice, after, an_answer

TESS = Colleague("user 1", "Tess Trainer")
DRAFT = an_answer(status="draft")
OTHER = an_answer("A mammogram can be sore.", status="draft")


def test_a_file_is_planned_and_taken_in(database: Database) -> None:
    with database.write() as session:
        answer_upload.take_in(session, [DRAFT], TESS, NOON, seen=0)
    with database.write() as session:
        planned = answer_upload.plan(session, [DRAFT, OTHER])
        assert [(one.kind, one.version, one.instead and one.instead.id) for one in planned] == [
            (Kind.SAME, 1, 1),
            (Kind.NEW, None, 1),
        ]
        assert answer_upload.take_in(session, [DRAFT, OTHER], TESS, NOON, seen=1) == [2]
    with database.read() as session:
        assert [row.status for row in session.query(AnswerVersion).order_by(AnswerVersion.id)] == ["draft", "draft"]
    with database.write() as session, pytest.raises(Refused, match="changed since"):
        answer_upload.take_in(session, [replace(OTHER, owner="Olga")], TESS, NOON, seen=1)


def test_what_was_replaced_or_withdrawn_does_not_come_back_by_a_file(database: Database) -> None:
    with database.write() as session:
        answer_upload.take_in(session, [DRAFT, replace(OTHER, programme="any")], TESS, NOON, seen=0)
        for version in (1, 2):
            answer_changes.approve(session, version, by="Cleo", role="Nurse", now=NOON)
        answer_changes.withdraw(session, 2, by="Cleo", why="unsafe", now=NOON)
        answer_drafts.save(session, OTHER, TESS, NOON, practice_id=None, seen=2)
        answer_changes.approve(session, 3, by="Cleo", role="Nurse", now=NOON)
        again = [DRAFT, replace(OTHER, programme="any", owner="Olga")]
        assert [one.kind for one in answer_upload.plan(session, again)] == [Kind.OLD, Kind.UNSAFE]
        assert answer_upload.take_in(session, again, TESS, NOON, seen=3) == []


def test_turns_are_counted_once_and_by_practice(database: Database) -> None:
    with database.write() as session:
        here, there = a_practice(session).id, a_practice(session, "hillside", ["2002"], name="Hillside").id
        answer_upload.take_in(session, [DRAFT], TESS, NOON, seen=0)
        row, other = a_conversation(session), a_conversation(session, page_id="2002")
        first = a_message_to_send(session, row, answer_version_id=1, state="sent", sent_at=after(hours=1))
        part = a_message_to_send(session, row, answer_version_id=1, state="sent", sent_at=after(hours=1))
        part.message_id = first.message_id
        a_message_to_send(session, row, answer_version_id=1, state="failed", attempts=1)
        a_message_to_send(session, row, answer_version_id=1)
        a_message_to_send(session, other, answer_version_id=1, state="sent", sent_at=after(hours=2))
    with database.read() as session:
        use = answer_use.by_practice(session, 1)
        assert [(one.practice_id, one.turns, one.last_at) for one in use] == [
            (there, 1, after(hours=2)),
            (here, 2, after(hours=1)),
        ]
        assert [turn.certain for turn in answer_use.turns(session, 1, [here])] == [True, False]
        assert answer_use.counts(session) == {1: 2}
