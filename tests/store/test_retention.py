"""Each class of data goes when its time is over, and nothing before it, nothing held, nothing that is still needed."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.messages import DecisionKind
from bot.errors import DataError
from bot.store import conversations, heartbeats, inbox, legal_hold, received_events, retention
from bot.store.database import Database
from bot.store.desk_tables import AnswerReport, ConversationWords, Escalation, Note, Notification
from bot.store.learning_tables import LearningItem
from bot.store.retention_periods import DEFAULT, RetentionPeriods, read_periods
from bot.store.tables import Base, Conversation, DecisionRow, Heartbeat, Message, OutgoingMessage, ReceivedEvent
from tests.builders import NOON, PAGE, a_claim, a_conversation, a_decision, a_message_to_send, a_text

PERIODS = RetentionPeriods(
    received_events=7,
    outgoing_messages=30,
    messages=60,
    decisions=60,
    urgent_conversations=200,
    erasure_requests=300,
    job_runs=300,
    heartbeats=3,
    notifications=5,
)
TABLES = (Conversation, Message, DecisionRow, OutgoingMessage, ReceivedEvent)


def a_turn(session: Session, psid: str = "ann", kind: DecisionKind = DecisionKind.ANSWER, **sending: object) -> None:
    """A question at noon, its decision, and the answer that was sent."""
    question = a_text(psid=psid)
    claim = a_claim(session, question)
    row = a_conversation(session, psid)
    row.patient_last_at = row.bot_last_at = NOON
    conversations.add_message(session, row, "patient", question.text, NOON, event_id=claim.id)
    conversations.add_decision(session, row, claim.id, a_decision(kind=kind), 5, NOON)
    a_message_to_send(session, row, event_id=claim.id, **({"state": "sent", "sent_at": NOON} | sending))
    received_events.finish(session, claim, "done", NOON)


def run(database: Database, days: float, periods: RetentionPeriods = PERIODS) -> dict[str, int]:
    """Remove all that has had its time so many days after noon; the classes of which something was."""
    now, removed = NOON + timedelta(days=days), {}
    with database.write() as session:
        for kind in retention.CLASSES:
            keys, removed[kind.name] = retention.find_some(session, kind, periods, now, ()), 0
            while keys:
                removed[kind.name] += retention.remove(session, kind, periods, now, keys)
                keys = retention.find_some(session, kind, periods, now, keys)
    return {name: rows for name, rows in removed.items() if rows}


def left(database: Database) -> list[int]:
    with database.read() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


@pytest.fixture
def turn(database: Database, riverside: int) -> Database:
    with database.write() as session:
        a_turn(session)
    return database


def test_nothing_goes_before_its_time(turn: Database) -> None:
    assert run(turn, 6.9) == {}
    assert left(turn) == [1, 2, 1, 1, 1]


def test_after_a_week_events_are_empty(turn: Database) -> None:
    assert run(turn, 7.1) == {"received_events": 1}
    with turn.read() as session:
        [event] = session.scalars(select(ReceivedEvent))
    assert (event.psid, event.payload) == (None, {})
    assert run(turn, 7.1) == {}


def test_each_class_goes_in_its_turn(turn: Database) -> None:
    assert run(turn, 30.1) == {"received_events": 1, "outgoing_messages": 1}
    assert run(turn, 60.1) == {
        "messages": 2,
        "search_words": 1,
        "decisions": 1,
        "received_events": 1,
        "conversations": 1,
    }
    assert left(turn) == [0] * 5


def test_all_at_once_goes_too(turn: Database) -> None:
    run(turn, 61)
    assert left(turn) == [0] * 5


def test_counting_removes_nothing_and_counts_what_would_go(turn: Database) -> None:
    with turn.read() as session:
        counted = {
            kind.name: retention.count(session, kind, PERIODS, NOON + timedelta(days=61)) for kind in retention.CLASSES
        }
    assert left(turn) == [1, 2, 1, 1, 1]
    assert {name: rows for name, rows in counted.items() if rows} == {
        "outgoing_messages": 1,
        "messages": 2,
        "decisions": 1,
        "received_events": 1,
        "conversations": 1,
    }


def test_a_receipt_that_nothing_names_goes_as_a_whole(turn: Database) -> None:
    with turn.write() as session:
        claim = a_claim(session, a_text(psid="bea"))
        received_events.finish(session, claim, "ignored", NOON)
    run(turn, 8)
    assert left(turn) == [1, 2, 1, 1, 1]


def test_what_is_not_finished_stays(database: Database, riverside: int) -> None:
    with database.write() as session:
        a_turn(session, state="waiting")
        received_events.save_all(session, [a_text(psid="ann")], NOON)
    run(database, 100)
    assert left(database) == [1, 1, 0, 1, 2]  # the message that is still to be sent, and its conversation


@pytest.mark.parametrize("kind", [DecisionKind.RED_FLAG, DecisionKind.EMERGENCY, DecisionKind.CRISIS])
def test_a_conversation_with_a_sign_of_danger_is_kept_longer(
    database: Database, riverside: int, kind: DecisionKind
) -> None:
    with database.write() as session:
        a_turn(session)
        a_turn(session, kind=kind)
        a_turn(session, "bea")
    run(database, 199)
    assert left(database)[:4] == [1, 4, 2, 2]
    run(database, 201)
    assert left(database) == [0] * 5


def test_under_a_legal_hold_nothing_goes(turn: Database) -> None:
    with turn.write() as session:
        a_turn(session, "bea")
        number = a_conversation(session).id
        legal_hold.put(session, number, why="a complaint", by="Ann", now=NOON)
    run(turn, 1_000)
    with turn.read() as session:
        [event] = session.scalars(select(ReceivedEvent))
    assert left(turn) == [1, 2, 1, 1, 1]
    assert (event.psid, event.payload["text"]) == ("ann", "Does it hurt?")
    with turn.write() as session:
        legal_hold.lift(session, number, why="settled", by="Ann", now=NOON)
    run(turn, 1_000)
    assert left(turn) == [0] * 5


def test_who_sent_stop_stays_known_and_nothing_else_of_them(turn: Database) -> None:
    with turn.write() as session:
        row = a_conversation(session)
        row.opted_out, row.topic, row.waiting_why = True, "does_it_hurt", "asked for a person"
    assert run(turn, 61)["facts_of_the_stopped"] == 1
    assert run(turn, 61) == {}
    assert left(turn) == [1, 0, 0, 0, 0]
    with turn.read() as session:
        row = a_conversation(session)
    assert (row.psid, row.opted_out, row.topic, row.waiting_why) == ("ann", True, None, None)


def test_a_conversation_that_goes_on_keeps_its_newer_half(turn: Database) -> None:
    with turn.write() as session:
        row = a_conversation(session)
        row.patient_last_at = NOON + timedelta(days=50)
        conversations.add_message(session, row, "patient", "And a smear?", NOON + timedelta(days=50))
    run(turn, 61)
    assert left(turn) == [1, 1, 0, 0, 0]


def test_rows_go_a_few_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.write() as session:
        for number in range(retention.AT_ONCE + 5):
            heartbeats.beat(session, f"worker-{number}", NOON)
    [beats] = [kind for kind in retention.CLASSES if kind.name == "heartbeats"]
    now = NOON + timedelta(days=4)
    with database.write() as session:
        first = retention.find_some(session, beats, PERIODS, now, ())
        second = retention.find_some(session, beats, PERIODS, now, first)
        assert [len(first), len(second)] == [retention.AT_ONCE, 5]
        assert not retention.find_some(session, beats, PERIODS, now, second)
        assert [retention.remove(session, beats, PERIODS, now, keys) for keys in (first, second)] == [len(first), 5]
    with database.read() as session:
        assert session.scalars(select(Heartbeat)).all() == []


def test_what_was_put_on_hold_after_it_was_found_is_not_removed(turn: Database) -> None:
    now = NOON + timedelta(days=61)
    [sends, *_] = retention.CLASSES
    with turn.read() as session:
        found = retention.find_some(session, sends, PERIODS, now, ())
    assert len(found) == 1
    with turn.write() as session:
        session.scalars(select(Conversation)).one().held_since = now
    with turn.write() as session:
        assert retention.remove(session, sends, PERIODS, now, found) == 0


# The file


def test_every_table_that_may_hold_a_patients_words_has_a_class() -> None:
    with_words = {Message, OutgoingMessage, DecisionRow, ReceivedEvent, Conversation, Note, ConversationWords}
    tables: set[type[Base]] = {kind.key.class_ for kind in retention.CLASSES}
    assert with_words <= tables


def test_the_periods_that_come_with_the_code_can_be_read() -> None:
    periods = read_periods()
    assert (periods.received_events, periods.messages, periods.urgent_conversations) == (7, 90, 365)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("messages: 90", "messages: 0", "messages is not a number of days from 1 to 3650"),
        ("messages: 90", "messages: soon", "messages is not a number of days"),
        ("messages: 90", "messages: 30", "outgoing_messages is longer than messages"),
        ("messages: 90", "mesages: 90", "mesages is no class of data"),
        ("job_runs: 365\n", "", "job_runs is not a number of days"),
        ("urgent_conversations: 365", "urgent_conversations: 30", "urgent_conversations is shorter"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_its_place(tmp_path: Path, old: str, new: str, problem: str) -> None:
    file = tmp_path / "retention.yml"
    file.write_text(DEFAULT.read_text(encoding="utf-8").replace(f"\n{old}", f"\n{new}"), encoding="utf-8")
    with pytest.raises(DataError, match=problem) as refusal:
        read_periods(file)
    assert str(refusal.value).startswith(str(file))


def test_a_period_is_counted_from_now() -> None:
    assert replace(PERIODS, messages=2).oldest("messages", NOON) == NOON - timedelta(days=2)
    assert PAGE


# What staff keep


def a_desk(session: Session, at: datetime = NOON) -> Conversation:
    """What staff kept beside Ann's conversation, and an e-mail that they got."""
    row = a_conversation(session)
    said = session.scalars(select(Message).where(Message.author == "bot")).first()
    assert said is not None
    session.add_all(
        [
            Note(
                practice_id=row.practice_id,
                conversation_id=row.id,
                author="user 1",
                author_name="Jo",
                text="phoned",
                written_at=at,
            ),
            AnswerReport(
                practice_id=row.practice_id,
                conversation_id=row.id,
                message_id=said.id,
                answer_versions=[1],
                kind="wrong",
                reported_by="user 1",
                reported_at=at,
            ),
            Escalation(
                practice_id=row.practice_id, conversation_id=row.id, kind="sla", since=at, due_at=at, raised_at=at
            ),
            Notification(
                practice_id=row.practice_id, key="k", address="jo@example.org", subject="s", body="b", due_at=at
            ),
            LearningItem(
                practice_id=row.practice_id,
                conversation_id=row.id,
                event_id=1,
                why="unanswered",
                text="and my dog",
                ranking=[],
                release="",
                asked_at=at,
            ),
        ]
    )
    return row


DESK_TABLES = (Note, AnswerReport, Escalation, ConversationWords, Notification, LearningItem)


def at_the_desk(database: Database) -> list[int]:
    with database.read() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in DESK_TABLES]


def test_what_staff_keep_goes_with_the_messages_and_emails_before(turn: Database) -> None:
    with turn.write() as session:
        a_desk(session)
    run(turn, 6)
    assert at_the_desk(turn) == [1, 1, 1, 1, 1, 1]  # an e-mail that is still to be sent stays
    with turn.write() as session:
        session.scalars(select(Notification)).one().state = "sent"
    assert run(turn, 6) == {"notifications": 1}
    removed = run(turn, 60.1)
    assert (removed["notes"], removed["answer_reports"], removed["escalations"], removed["learning_items"]) == (1,) * 4
    assert left(turn) == [0] * 5
    assert at_the_desk(turn) == [0] * 6


def test_under_a_legal_hold_what_staff_keep_stays(turn: Database) -> None:
    with turn.write() as session:
        row = a_desk(session)
        legal_hold.put(session, row.id, why="a complaint", by="Ann", now=NOON)
    run(turn, 1_000)
    assert at_the_desk(turn)[:4] == [1, 1, 1, 1]
    assert at_the_desk(turn)[5] == 1


def test_a_later_note_keeps_the_conversation_but_none_of_what_was_said(turn: Database) -> None:
    with turn.write() as session:
        a_desk(session, NOON + timedelta(days=40))
    run(turn, 61)
    assert left(turn)[:2] == [1, 0]
    assert at_the_desk(turn)[:4] == [1, 0, 1, 0]  # the report goes with the message that it is about
    with turn.read() as session:
        assert a_conversation(session).last_line is None
    run(turn, 101)
    assert left(turn) == [0] * 5


def test_a_search_finds_only_what_is_still_there(turn: Database, riverside: int) -> None:
    with turn.write() as session:
        row = a_conversation(session)
        row.patient_last_at = NOON + timedelta(days=50)
        conversations.add_message(session, row, "patient", "And a smear?", NOON + timedelta(days=50))

    def found(query: str) -> int:
        with turn.read() as session:
            return len(inbox.listed(session, riverside, inbox.Filter.ALL, "user 1", query=query).rows)

    assert (found("hurt"), found("smear"), found("hurt smear")) == (1, 1, 1)
    run(turn, 61)
    assert (found("hurt"), found("smear")) == (0, 1)


def test_after_the_upgrade_older_conversations_are_found_and_have_a_last_line(turn: Database, riverside: int) -> None:
    with turn.write() as session:
        row = a_conversation(session)
        row.last_line = None
        words = session.get_one(ConversationWords, row.id)
        words.words, words.key_id = "", None
    run(turn, 1)
    with turn.read() as session:
        [row] = inbox.listed(session, riverside, inbox.Filter.ALL, "user 1", query="hurt").rows
    assert row.last_line == "Does it hurt?"  # the last that a person said, not the bot
