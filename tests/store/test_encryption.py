"""The encrypted columns: ciphertext in the database, words in the code, and keys that belong to one database."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Text, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from bot.errors import DamagedValue, WrongKey
from bot.keyring import Keyring
from bot.store import answers, migrate, people_tables, received_events
from bot.store.answer_tables import AnswerReview
from bot.store.database import Database
from bot.store.desk_tables import Note
from bot.store.encryption import EncryptedJson, EncryptedText
from bot.store.learning_tables import LearningItem
from bot.store.tables import AnswerVersion, Base, Conversation, Message, OutgoingMessage, ReceivedEvent
from bot.store.teaching_tables import ExampleBlock, ExampleRow, TeachingChange, TeachingFile
from bot.store.training_tables import TrainingRun
from tests.builders import NOON, a_conversation, a_message_to_send, a_practice, a_text, an_answer
from tests.keys import KEYS, OTHER_KEY
from tests.store.raw import ENCRYPTED, flip_a_byte, put, stored

LUMP = 'I found a lump, and it\'s in my "left" breast'


FILLED = 14  # rows of `fill`


def fill(database: Database) -> None:
    """One row with these words in every encrypted column."""
    with database.write() as session:
        a_practice(session)
        received_events.save_all(session, [a_text(LUMP)], NOON)
        conversation = a_conversation(session)
        conversation.referral = {"ref": LUMP}
        row = a_message_to_send(session, conversation, LUMP, buttons=[[LUMP, "ask:lump"]])
        session.get_one(Message, row.message_id).reaction = LUMP
        conversation.last_line = LUMP
        _fill_staff(session, conversation)
        _fill_teaching(session)


def _fill_staff(session: Session, row: Conversation) -> None:
    session.add(
        Note(
            practice_id=row.practice_id,
            conversation_id=row.id,
            author="user 1",
            author_name="Jo",
            text=LUMP,
            written_at=NOON,
        )
    )
    session.add(
        LearningItem(
            practice_id=row.practice_id,
            conversation_id=row.id,
            event_id=1,
            why="unanswered",
            text=LUMP,
            vector=LUMP,
            ranking=[],
            release="",
            asked_at=NOON,
        )
    )
    session.add(TrainingRun(state="ready", asked_by="user 1", asked_name="Jo", asked_at=NOON, found={"text": LUMP}))
    user = people_tables.User(email="jo@example.org", name="Jo", totp_secret=LUMP, created_at=NOON)
    session.add(user)
    session.flush()
    written = an_answer(status="draft")
    answers.import_all(session, [written], NOON, by="Ed")
    session.add(
        AnswerReview(
            version_id=session.scalars(select(AnswerVersion.id)).one(),
            state="sent_back",
            asked_by="user 1",
            asked_name="Ed",
            asked_at=NOON,
            comment=LUMP,
        )
    )
    token = {"user_id": user.id, "token_hash": "0" * 64}
    session.add(people_tables.Draft(user_id=user.id, place=f"conversation {row.id}", text=LUMP, saved_at=NOON))
    session.add(
        people_tables.AccountLink(**token, purpose="invite", totp_secret=LUMP, created_at=NOON, expires_at=NOON)
    )
    session.add(
        people_tables.SignInSession(
            **token,
            stage="set_up",
            way="password",
            new_totp_secret=LUMP,
            browser="Firefox",
            started_at=NOON,
            seen_at=NOON,
        )
    )


def _fill_teaching(session: Session) -> None:
    file = TeachingFile(path="examples/safety/breast_symptom.yml", kind="train", head="", tail="")
    session.add(file)
    session.flush()
    block = ExampleBlock(file_id=file.id, position=0, topic="breast_symptom", before="", opening="", indent=4)
    session.add(block)
    session.flush()
    session.add(ExampleRow(block_id=block.id, position=0, text=LUMP, written=LUMP, added_at=NOON))
    rows = {"examples": [LUMP]}
    session.add(TeachingChange(at=NOON, actor="user 1", action="added", topics=[], count=1, rows=rows))


# Columns with room for a text that never hold what a patient, staff or the bot said to a patient.
NO_WORDS = {
    *(("practice", name) for name in ("facts", "opening_hours", "ice_breakers")),
    ("page", "findings"),  # fixed words about a page
    ("conversation", "asked"),  # topics and programmes
    *(("decision", name) for name in ("topics", "ranking", "programmes", "answer_versions", "safety", "thresholds")),
    *(("answer_version", name) for name in ("text", "nations", "live_nations", "sources")),  # public
    ("erasure_request", "last_words"),  # a fixed text
    ("job_run", "removed"),  # counts
    *(("release", name) for name in ("thresholds", "topics", "figures", "changed_by")),
    ("audit_entry", "details"),
    ("encryption_key", "check_value"),
    ("conversation_words", "words"),  # keyed hashes
    ("learning_words", "words"),
    ("learning_item", "ranking"),
    ("answer_report", "answer_versions"),
    ("canned_reply", "text"),  # of the practice, for everybody
    ("notification", "body"),  # fixed words, numbers and times
    ("desk_setting", "notify"),  # addresses of staff
    ("sign_in_session", "next_path"),
    *(("teaching_file", name) for name in ("head", "tail")),  # frames of files that anybody may read
    *(("topic", name) for name in ("programmes", "numbers", "before", "written")),
    *(("example_block", name) for name in ("before", "opening")),
    ("teaching_change", "topics"),
    ("answer_file_entry", "nations"),
}


def columns() -> dict[tuple[str, str], TypeEngine[Any]]:
    tables = Base.metadata.tables.values()
    return {(table.name, column.name): column.type for table in tables for column in table.columns}


def test_what_values_are_bound_to_is_their_column() -> None:
    """It must never change: a column that is renamed keeps its old name there."""
    encrypted = {
        place: kind.column for place, kind in columns().items() if isinstance(kind, EncryptedText | EncryptedJson)
    }
    assert encrypted == {(table, column): f"{table}.{column}" for table, column in ENCRYPTED}


def test_every_column_with_room_for_a_text_is_encrypted_or_known_to_hold_no_words() -> None:
    """A new column fails here until somebody has decided: an encrypted type and `ENCRYPTED`, or `NO_WORDS`."""
    roomy = {place for place, kind in columns().items() if isinstance(kind, Text | JSON)}
    assert roomy == NO_WORDS


@pytest.mark.parametrize(("table", "column"), ENCRYPTED)
def test_the_database_holds_ciphertext_and_the_code_reads_words(database: Database, table: str, column: str) -> None:
    fill(database)
    [raw] = stored(database, table, column)
    assert raw.strip('"').startswith(KEYS.prefix)
    assert "lump" not in raw
    with database.read() as session:
        assert session.scalars(select(Message.text)).one() == LUMP
        assert session.scalars(select(Message.reaction)).one() == LUMP
        assert session.scalars(select(OutgoingMessage.text)).one() == LUMP
        assert session.scalars(select(OutgoingMessage.buttons)).one() == [[LUMP, "ask:lump"]]
        assert session.scalars(select(ReceivedEvent.payload)).one()["text"] == LUMP
        assert session.scalars(select(Conversation.referral)).one() == {"ref": LUMP}
        assert session.scalars(select(Conversation.last_line)).one() == LUMP
        assert session.scalars(select(Note.text)).one() == LUMP
        assert session.scalars(select(LearningItem.text)).one() == LUMP
        assert session.scalars(select(LearningItem.vector)).one() == LUMP
        assert session.scalars(select(people_tables.Draft.text)).one() == LUMP
        assert session.execute(select(ExampleRow.text, ExampleRow.written)).one() == (LUMP, LUMP)
        assert session.scalars(select(TeachingChange.rows)).one() == {"examples": [LUMP]}
        for secret in (
            people_tables.User.totp_secret,
            people_tables.AccountLink.totp_secret,
            people_tables.SignInSession.new_totp_secret,
        ):
            assert session.scalars(select(secret)).one() == LUMP


def test_nothing_said_is_null_and_can_be_asked_for(database: Database) -> None:
    with database.write() as session:
        a_practice(session)
        a_message_to_send(session, a_conversation(session))
    assert stored(database, "message", "reaction") == stored(database, "conversation", "referral") == []
    with database.read() as session:
        assert session.scalars(select(Message.id).where(Message.reaction.is_(None))).all()
        assert session.scalars(select(Conversation.id).where(Conversation.referral.is_(None))).all()


MESSAGES = (Message, OutgoingMessage, Note, people_tables.Draft, ExampleRow)


@pytest.mark.parametrize(
    ("table", "column"),
    [one for one in ENCRYPTED if one[0] != "learning_item" and one[1] in ("text", "buttons", "reaction")],
)
def test_a_flipped_byte_is_an_error_and_never_another_text(database: Database, table: str, column: str) -> None:
    fill(database)
    flip_a_byte(database, table, column)
    row = {one.__tablename__: one for one in MESSAGES}[table]
    with pytest.raises(DamagedValue, match=rf"a stored {table}\.{column} was changed"), database.read() as session:
        session.scalars(select(row)).one()


def test_a_damaged_referral_does_not_keep_the_conversation_from_being_used(database: Database) -> None:
    fill(database)
    flip_a_byte(database, "conversation", "referral")
    with database.read() as session:
        assert session.scalars(select(Conversation)).one().referral == {}


def test_a_damaged_last_line_does_not_hide_the_conversation_from_staff(database: Database) -> None:
    fill(database)
    flip_a_byte(database, "conversation", "last_line")
    with database.read() as session:
        row = session.scalars(select(Conversation)).one()
    assert (row.last_line, row.referral) == ("", {"ref": LUMP})


def test_a_damaged_question_does_not_hide_the_others_from_trainers(database: Database) -> None:
    fill(database)
    flip_a_byte(database, "learning_item", "text")
    with database.read() as session:
        item = session.scalars(select(LearningItem)).one()
    assert (item.text, item.vector) == ("", LUMP)


def test_words_that_somebody_wrote_past_the_encryption_are_not_believed(database: Database) -> None:
    fill(database)
    put(database, "message", "text", "You do not have cancer.")
    with pytest.raises(DamagedValue, match="is not encrypted"), database.read() as session:
        session.scalars(select(Message.text)).all()


@pytest.mark.parametrize(
    "condition",
    [
        lambda: Message.text == LUMP,
        lambda: Message.text.like("%lump%"),
        lambda: Message.text.in_([LUMP]),
        lambda: select(Message).order_by(Message.text.desc()),
        lambda: select(Conversation).order_by(Conversation.last_line.desc()),
        lambda: Conversation.last_line.like("%lump%"),
        lambda: ReceivedEvent.payload["text"],
    ],
    ids=["equals", "like", "in", "order", "order of the inbox", "search of the inbox", "json"],
)
def test_a_search_inside_is_refused_because_it_would_find_nothing(condition: object) -> None:
    with pytest.raises(TypeError, match="compare in Python"):
        condition()  # type: ignore[operator]


def test_without_a_key_nothing_that_was_said_is_stored_or_read(database: Database, database_url: str) -> None:
    fill(database)
    keyless = Database(database_url)
    with pytest.raises(WrongKey, match="no key was given"), keyless.read() as session:
        session.scalars(select(Message)).all()
    with pytest.raises(WrongKey, match="no key was given"), keyless.write() as session:
        received_events.save_all(session, [a_text(LUMP)], NOON)
    with keyless.read() as session:
        assert session.scalars(select(Message.author)).all() == ["bot"]
    keyless.close()


def test_two_databases_with_different_keys_are_used_at_the_same_time(database: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}", Keyring.from_text(OTHER_KEY))
    migrate.upgrade(other)
    fill(database)
    fill(other)
    with database.read() as one, other.read() as two:
        mine, theirs = one.scalars(select(Message)), two.scalars(select(Message))
        assert mine.one().text == theirs.one().text == LUMP
    assert stored(database, "message", "text")[0][:12] != stored(other, "message", "text")[0][:12]
    other.close()
