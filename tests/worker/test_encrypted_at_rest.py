"""A whole turn through the worker leaves no word of it in plain text, and damage stops nobody else."""

from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot.core.messages import Programme
from bot.store.tables import DecisionRow, Message, OutgoingMessage, ReceivedEvent
from tests.builders import a_text, an_edit
from tests.fakes.fake_nlu import FakeNlu
from tests.keys import KEYS
from tests.store.raw import ENCRYPTED, flip_a_byte, stored
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery

QUESTION = "Does a mammogram hurt? My sister Zebedee said so"
# Nobody of them has acted; rows of these: tests/store/test_encryption_rows.py.
OF_STAFF = ("note", "draft", "user_account", "account_link", "sign_in_session")
OF_STAFF += ("answer_review", "example", "teaching_change", "training_run")
EDITED = "Does a mammogram hurt? My sister Quintilia said so"


@pytest.fixture
def turn(surgery: Surgery, nlu: FakeNlu, meta: Meta) -> Surgery:
    """A question, answered and sent; then an edit of it, a sign of danger, and a question that nobody taught."""
    for text in (QUESTION, EDITED):
        nlu.teach(text, Programme.BREAST, does_it_hurt=0.9)
    question = a_text(QUESTION)
    surgery.answer_all(question)
    surgery.send_all()
    surgery.answer_all(an_edit(question, EDITED), a_text("I have chest pain and cannot breathe"))
    surgery.answer_all(a_text("Zebedee wonders whether cheese counts", psid="bea"))  # trainers see it
    surgery.send_all()
    return surgery


def test_no_byte_on_the_disk_shows_what_was_said(turn: Surgery) -> None:
    [event, *_] = turn.rows(ReceivedEvent)
    assert (event.state, turn.rows(DecisionRow)[0].kind) == ("done", "answer")
    file = Path(make_url(str(turn.services.database.engine.url)).database or "")
    parts = {part.name: part.read_bytes() for part in file.parent.glob(f"{file.name}*")}
    assert len(parts[f"{file.name}-wal"]) > 10_000, "the log holds the turn"
    everything = b"".join(parts.values())
    for said in ("Zebedee", "Quintilia", "sister", "I have chest", "Call 999"):
        assert said.encode() not in everything
    # The answer is in the table of answers, once, and nowhere else.
    assert everything.count(KEYS.prefix.encode()) >= 10
    assert not any(WORDINGS["breast"] in value for table, column in ENCRYPTED for value in _stored(turn, table, column))


def _stored(surgery: Surgery, table: str, column: str) -> list[str]:
    return stored(surgery.services.database, table, column)


@both_databases
def test_the_database_holds_ciphertext_of_the_turn(turn: Surgery) -> None:
    assert ("patient", EDITED) in turn.said()
    for table, column in ENCRYPTED:
        values = _stored(turn, table, column)
        assert all(value.strip('"').startswith(KEYS.prefix) for value in values)
        assert values or column in ("reaction", "referral") or table in OF_STAFF


@both_databases
def test_an_edit_to_the_same_dangerous_words_is_still_known_as_answered(surgery: Surgery) -> None:
    danger = a_text("I have chest pain and cannot breathe")
    surgery.answer_all(danger)
    surgery.answer_all(an_edit(danger, danger.text))
    assert [row.kind for row in surgery.rows(DecisionRow)] == ["emergency"]


@both_databases
def test_a_damaged_event_is_failed_staff_are_told_and_the_next_patient_is_answered(surgery: Surgery) -> None:
    surgery.hear(a_text("Does a mammogram hurt?"))
    flip_a_byte(surgery.services.database, "received_event", "payload")
    surgery.hear(a_text("Does a smear hurt?", psid="bea"))
    assert not surgery.answer()  # sets the damaged one aside
    assert surgery.answer()
    damaged, fine = surgery.rows(ReceivedEvent)
    assert (damaged.state, damaged.reason) == ("failed", "its stored form cannot be read")
    assert (fine.state, len(surgery.replies())) == ("done", 1)
    row = surgery.conversation()
    assert (row.waiting_since, row.urgent) == (surgery.clock(), True)
    assert row.waiting_why == "a message could not be read here: look into Facebook's own inbox"


@both_databases
def test_a_damaged_event_does_not_hold_up_what_was_said_before_it(surgery: Surgery) -> None:
    surgery.hear(a_text("Does it hurt?"))
    flip_a_byte(surgery.services.database, "received_event", "payload")
    surgery.clock.forward(seconds=-1)
    surgery.answer_all(a_text("Does a mammogram hurt?", happened_at=surgery.clock()))
    assert sorted(row.state for row in surgery.rows(ReceivedEvent)) == ["done", "failed"]


@both_databases
def test_a_damaged_reply_is_never_sent_staff_are_told_and_the_next_one_goes_out(surgery: Surgery, meta: Meta) -> None:
    damaged = surgery.queue("It can hurt.")
    flip_a_byte(surgery.services.database, "outgoing_message", "text")
    fine = surgery.queue("It is quick.", psid="bea")
    for _ in range(3):  # one round sets the damaged one aside
        surgery.send()
    states = _states(surgery)
    assert states[damaged] == ("failed", "the stored reply was damaged: it cannot be decrypted, so it was not sent")
    assert states[fine] == ("sent", None)
    row = surgery.conversation()
    assert (row.waiting_since, row.waiting_why) == (surgery.clock(), states[damaged][1])
    assert len(surgery.rows(Message)) == 2


def _states(surgery: Surgery) -> dict[int, tuple[str, str | None]]:
    """By raw columns: the damaged row cannot be read as a whole."""
    with surgery.services.database.read() as session:
        found = session.execute(select(OutgoingMessage.id, OutgoingMessage.state, OutgoingMessage.problem))
        return {row.id: (row.state, row.problem) for row in found}
