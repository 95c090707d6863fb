"""What a practice takes away: its own numbers, and one patient's conversation, masked."""

import json

from bot.core.desk import Outcome
from bot.store import answers, desk, practice_exports
from bot.store.database import Database
from bot.store.tables import AnswerVersion, Conversation, OutgoingMessage
from tests.builders import NOON, a_conversation, a_message_to_send, a_practice, after, an_answer
from tests.store.desk_room import Desk

SAID = "I am Ann Smith, my number is 07700 900123"


def test_what_was_closed_is_counted_by_day_outcome_and_programme(database: Database, desk_room: Desk) -> None:
    with database.write() as session:
        other = Desk(database, a_practice(session, "hillside", ["2002"]).id)
    for number, (room, page) in enumerate([(desk_room, "1001"), (desk_room, "1001"), (other, "2002")]):
        row_id = room.waits(f"patient-{number}-x", page=page)
        room.claim(row_id)
        room.act(desk.close, row_id, Outcome.BOOKED)
        with database.write() as session:
            session.get_one(Conversation, row_id).programme = "breast"
    with database.read() as session:
        counted = practice_exports.closed(session, desk_room.practice_id, NOON, after(days=1))
        assert counted == [("2026-11-24", "booked", "breast", 2, 2, "0", "0")]
        assert practice_exports.closed(session, desk_room.practice_id, after(days=1), after(days=2)) == []


def test_what_was_closed_tells_how_long_patients_waited(desk_room: Desk) -> None:
    """The longest wait of each counts, be it ended by a reply or by the closing, and only since the closing before."""
    called, replied = desk_room.waits(), desk_room.waits()
    for row_id in (called, replied):
        desk_room.claim(row_id)
    desk_room.act(desk.mark_dealt_with, called, now=after(minutes=500))
    desk_room.act(desk.reopen, called, now=after(minutes=600))
    desk_room.act(desk.mark_dealt_with, called, now=after(minutes=607))
    assert desk_room.reply(replied, now=after(minutes=30, seconds=59)) is None
    desk_room.patient_writes(replied, at=after(minutes=40))
    desk_room.act(desk.mark_dealt_with, replied, now=after(minutes=45))
    given_back = desk_room.waits()
    desk_room.claim(given_back)
    assert desk_room.reply(given_back, now=after(minutes=90)) is None
    desk_room.act(desk.give_back, given_back, now=after(minutes=91))
    desk_room.claim(given_back)
    desk_room.act(desk.mark_dealt_with, given_back, now=after(minutes=91))
    [row] = desk_room.read(lambda session: practice_exports.closed(session, desk_room.practice_id, NOON, after(days=1)))
    assert row == ("2026-11-24", "dealt_with", "", 3, 3, "30", "91")


def test_a_wait_that_was_not_kept_is_not_guessed(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    desk_room.write(lambda session: setattr(session.get_one(Conversation, row_id), "waiting_since", None))
    desk_room.act(desk.close, row_id, Outcome.BOOKED)
    [row] = desk_room.read(lambda session: practice_exports.closed(session, desk_room.practice_id, NOON, after(days=1)))
    assert row[3:] == (1, 0, "", "")


def test_answers_given_are_counted_once_they_were_sent(database: Database, riverside: int) -> None:
    with database.write() as session:
        answers.import_all(session, [an_answer()], NOON)
        version = session.query(AnswerVersion.id).scalar()
        other = a_practice(session, "hillside", ["2002"])
        for state, page in (("sent", "1001"), ("sent", "1001"), ("failed", "1001"), ("sent", "2002")):
            row = a_conversation(session, "ann", page)
            a_message_to_send(session, row, state=state, sent_at=NOON, answer_version_id=version)
        session.flush()
        assert session.query(OutgoingMessage).count() == 4
    with database.read() as session:
        given = practice_exports.answers_given(session, riverside, NOON, after(days=1))
        assert given == [(version, "does_it_hurt", "breast", "sample", 2)]
        assert practice_exports.answers_given(session, other.id, NOON, after(days=1))[0][-1] == 1
        assert practice_exports.answers_given(session, riverside, after(days=1), after(days=2)) == []


def test_a_conversation_is_masked_unless_it_must_not_be(database: Database, desk_room: Desk) -> None:
    row_id = desk_room.waits("psid-of-ann", text=SAID)
    with database.read() as session:
        row = session.get_one(Conversation, row_id)
        masked = json.dumps(practice_exports.conversation(session, row, masked=True))
        whole = json.dumps(practice_exports.conversation(session, row, masked=False))
    for secret in ("07700 900123", "Ann Smith", "psid-of-ann"):
        assert secret not in masked
        assert secret in whole
    assert "[phone]" in masked
    assert NOON.isoformat() in masked
