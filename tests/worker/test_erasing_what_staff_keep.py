"""What staff keep beside a patient goes with the patient: notes, reports, drafts, words, what they were told."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague, Outcome, Seen
from bot.core.messages import Reply
from bot.mail import Mailer
from bot.store import conversations, desk, desk_notes, desk_reply, desk_settings, drafts, erasure_requests, subject_data
from bot.store.acting import Acting
from bot.store.desk_tables import AnswerReport, ConversationWords, Escalation, Note, Notification
from bot.store.learning_tables import LearningItem
from bot.store.people_tables import Draft, User
from bot.store.tables import AuditEntry, Conversation, DecisionRow, ErasureRequest, Message, OutgoingMessage, Practice
from bot.worker.erase_next import erase_next
from bot.worker.escalate import escalate
from tests.builders import NOON, PAGE, a_text
from tests.test_mail import SENDER
from tests.worker.conftest import both_databases
from tests.worker.database_bytes import holders_of
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery

PSID, OTHER = "7300000000000042", "7300000000000043"
JO = Colleague("user 1", "Jo Bloggs")
NOTE, REPLY, DRAFT = "quillfeather-note", "quillfeather-reply", "quillfeather-draft"
TABLES = (
    Note,
    ConversationWords,
    AnswerReport,
    LearningItem,
    Escalation,
    Message,
    DecisionRow,
    OutgoingMessage,
    Conversation,
)


@pytest.fixture
def kept(surgery: Surgery, meta: Meta) -> Surgery:
    """Two patients were answered and asked for a person; Jo answered both, noted, reported, and was writing more."""
    for psid in (PSID, OTHER):
        meta.hears_from(psid)
        surgery.answer_all(a_text("Does a mammogram hurt?", psid=psid))
        surgery.send_all()
        surgery.answer_all(a_text("quillfeather-question", psid=psid))
        surgery.send_all()
    surgery.change(_settings)
    # E-mails are queued; nobody takes them here.
    surgery.services = replace(surgery.services, mailer=Mailer.from_url("smtp://127.0.0.1:1", SENDER))
    escalate(surgery.services)
    surgery.clock.forward(seconds=4 * 3600)
    escalate(surgery.services)
    for psid in (PSID, OTHER):
        surgery.change(lambda session, psid=psid: _work(session, surgery, surgery.conversation(psid).id))
    surgery.send_all()
    return surgery


def _settings(session: Session) -> None:
    desk_settings.turn_on_replies(session, 1, NOON, actor="user 9", name="Dr A", role="GP partner")
    desk_settings.change(
        session, 1, NOON, actor="user 9", sla_minutes=60, human_agent=False, notify=["jo@example.nhs.uk"]
    )
    session.get_one(Practice, 1).opening_hours = {}  # 8am to 6.30pm on weekdays
    for row in session.scalars(select(Conversation)):
        conversations.wait_for_staff(row, "the patient asked for a person", NOON)
    session.add(User(email="jo@example.org", name="Jo Bloggs", created_at=NOON))


def _work(session: Session, surgery: Surgery, number: int) -> None:
    act = Acting(session, 1, number, JO, surgery.clock())
    row = act.conversation()
    assert row is not None
    assert desk.claim(act) is None
    said = session.query(Message).filter_by(conversation_id=number).order_by(Message.id).all()
    answered = next(message for message in said if message.author == "bot")
    assert desk_notes.add_note(act, NOTE) is None
    assert desk_notes.report_wrong(act, answered.id) is None
    seen = Seen(row.claim_version, said[-1].id)
    assert desk_reply.reply(act, (Reply(REPLY),), REPLY, seen) is None
    drafts.keep(session, surgery.clock(), 1, f"conversation {number}", DRAFT)


def erased(surgery: Surgery) -> None:
    number = surgery.conversation(PSID).id

    def ask(session: Session) -> None:
        row = session.get_one(Conversation, number)
        erasure_requests.ask(session, row, surgery.clock(), source="staff", asked_by="Ann")

    surgery.change(ask)
    for _ in range(6):
        while erase_next(surgery.services, "eraser"):
            pass
        surgery.send_all()
        surgery.clock.forward(seconds=3)
    assert [row.state for row in surgery.rows(ErasureRequest)] == ["done"]


@both_databases
def test_nothing_that_staff_kept_beside_a_patient_is_left(kept: Surgery) -> None:
    number, other = kept.conversation(PSID).id, kept.conversation(OTHER).id
    for table in (Note, ConversationWords, AnswerReport, LearningItem, Message):
        assert {row.conversation_id for row in kept.rows(table)} == {number, other}, table
    assert number in {row.conversation_id for row in kept.rows(Escalation)}
    assert {row.place for row in kept.rows(Draft)} == {f"conversation {number}", f"conversation {other}"}
    erased(kept)
    for table in TABLES:
        column = "id" if table is Conversation else "conversation_id"
        assert number not in {getattr(row, column) for row in kept.rows(table)}, table
    assert {row.place for row in kept.rows(Draft)} == {f"conversation {other}"}
    assert holders_of(kept.services.database, PSID) == []
    [entry] = [entry for entry in kept.rows(AuditEntry) if entry.action == "subject_erased"]
    assert (entry.details["note"], entry.details["answer_report"], entry.details["draft"]) == (1, 1, 1)
    assert entry.details["learning_item"] == 2  # the question that Jo answered, and the answer that was wrong


@both_databases
def test_another_patients_stay(kept: Surgery) -> None:
    other = kept.conversation(OTHER).id
    erased(kept)
    for table in (Note, ConversationWords, AnswerReport):
        assert [row.conversation_id for row in kept.rows(table)] == [other]
    assert [row.text for row in kept.rows(Note)] == [NOTE]


def test_what_staff_were_told_holds_no_words_and_no_id(kept: Surgery) -> None:
    mails = [f"{row.key} {row.subject} {row.body}" for row in kept.rows(Notification)]
    assert mails
    for mail in mails:
        assert not any(word in mail for word in ("quillfeather", "mammogram", "hurt", PSID, OTHER, "Jo"))


@both_databases
def test_no_word_of_staff_or_patient_is_in_a_file(kept: Surgery) -> None:
    assert holders_of(kept.services.database, "quillfeather") == []


def test_what_was_closed_shows_nothing_of_it_while_the_last_message_is_on_its_way(kept: Surgery) -> None:
    number = kept.conversation(PSID).id
    kept.change(lambda session: desk.close(Acting(session, 1, number, JO, kept.clock()), Outcome.BOOKED))

    def ask(session: Session) -> None:
        row = session.get_one(Conversation, number)
        words = "It is deleted."
        erasure_requests.ask(session, row, kept.clock(), source="patient", asked_by="the patient", last_words=words)

    kept.change(ask)
    assert erase_next(kept.services, "eraser")
    row = kept.conversation(PSID)
    assert (row.holder, row.holder_name, row.outcome, row.closed_at, row.copied_at) == (None,) * 5
    assert row.last_line in (None, "It is deleted.")


def test_an_export_holds_notes_and_what_staff_replied(kept: Surgery) -> None:
    with kept.services.database.read() as session:
        held = subject_data.held_on(session, PAGE, PSID)
    assert held is not None
    assert [(note["text"], note["author_name"]) for note in held["notes"]] == [(NOTE, "Jo Bloggs")]
    replies = [(one["text"], one["author_name"]) for one in held["messages"] if one["author"] == "staff"]
    assert replies == [(REPLY, "Jo Bloggs")]
    assert [report["kind"] for report in held["answer_reports"]] == ["wrong"]
    assert held["escalations"]
    assert held["conversation"]["last_line"] == REPLY
