"""A patient's wish to be forgotten, from their words to the last byte of the database's file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from bot.core import catalogue
from bot.core.events import Delivery, Event, Postback, Read
from bot.store import audit, erased_events, erasure_requests, legal_hold, received_events
from bot.store.database import Database
from bot.store.erasure_requests import LEASE
from bot.store.tables import (
    AuditEntry,
    Base,
    Conversation,
    DecisionRow,
    ErasureRequest,
    Message,
    OutgoingMessage,
)
from bot.worker.erase_next import erase_next
from tests.builders import NOON, PAGE, a_text, after, an_echo, an_edit, an_unsend
from tests.worker.conftest import both_databases
from tests.worker.database_bytes import holders_of
from tests.worker.meta import Meta
from tests.worker.outages import Broken, breaking_at
from tests.worker.surgery import Surgery

PSID = "7300000000000042"
NAME, NHS_NUMBER = "Zebedee Quillfeather", "943 476 5919"
WORDS = f"I am {NAME}, {NHS_NUMBER}. Does a mammogram hurt?"
LONG = "quillfeather-overflow " * 400  # longer than a page of the file
PRIVATE = (PSID, "Zebedee", "476 5919", "quillfeather-overflow")  # none that a hash could hold by chance


def erase(surgery: Surgery, seconds: float = 0) -> None:
    """What the worker does about requests from now on, sending included."""
    for _ in range(6):
        while erase_next(surgery.services, "eraser"):
            pass
        surgery.send_all()
        surgery.clock.forward(seconds=3)


def receive(surgery: Surgery, *events: Event) -> int:
    """As the webhook does; returns how many were new."""

    def store(session: object) -> int:
        fresh = erased_events.without_erased(session, events)  # type: ignore[arg-type]
        return received_events.save_all(session, fresh, surgery.clock())  # type: ignore[arg-type]

    return surgery.change(store)


@pytest.fixture
def told(surgery: Surgery, meta: Meta) -> Surgery:
    """A patient has told a lot, and was answered."""
    meta.hears_from(PSID)
    first = a_text(WORDS, psid=PSID)
    surgery.answer_all(first, a_text(LONG, psid=PSID))
    surgery.answer_all(an_edit(first, f"{WORDS} please"), an_unsend(a_text(psid=PSID)))
    surgery.send_all()
    return surgery


def ask(surgery: Surgery) -> None:
    surgery.answer_all(a_text("delete my data", psid=PSID))
    surgery.send_all()
    surgery.answer_all(a_text("yes", psid=PSID))


@both_databases
def test_after_a_yes_nothing_of_the_patient_is_left_and_they_are_told(told: Surgery, meta: Meta) -> None:
    # What was said is encrypted there; the id is not.
    assert {name for name, _ in holders_of(told.services.database, *PRIVATE)} >= {"conversation", "received_event"}
    assert len(told.rows(Message)) > 3
    ask(told)
    erase(told)
    assert meta.phone(PSID)[-1] == catalogue.ERASE_DONE
    assert [told.rows(table) for table in (Conversation, Message, DecisionRow, OutgoingMessage)] == [[]] * 4
    assert holders_of(told.services.database, *PRIVATE) == []
    [request] = told.rows(ErasureRequest)
    assert (request.state, request.last_words, request.message_id) == ("done", None, None)


@both_databases
def test_the_audit_says_what_was_erased_and_not_whose(told: Surgery) -> None:
    number = told.conversation(PSID).id
    ask(told)
    erase(told)
    [entry] = [entry for entry in told.rows(AuditEntry) if entry.action == "subject_erased"]
    assert (entry.actor, entry.about) == ("the patient", f"conversation {number}")
    assert entry.details["message"] >= 6
    assert told.change(audit.check_chain).broken_at is None


def test_another_patients_words_stay(told: Surgery, meta: Meta) -> None:
    told.answer_all(a_text("Does a smear hurt?", psid="bea"))
    ask(told)
    erase(told)
    assert [row.psid for row in told.rows(Conversation)] == ["bea"]
    assert ("patient", "Does a smear hurt?") in told.said()


def test_every_table_that_names_a_conversation_is_emptied() -> None:
    from bot.store.erasure import HOLD_A_CONVERSATION

    naming = {
        name
        for name, table in Base.metadata.tables.items()
        if any(key.column.table.name == "conversation" for key in table.foreign_keys)
    }
    assert naming == {table.__tablename__ for table in HOLD_A_CONVERSATION}


# Late and in flight


@both_databases
def test_a_redelivery_of_what_was_erased_is_skipped(surgery: Surgery, meta: Meta) -> None:
    meta.hears_from(PSID)
    events = [
        a_text(WORDS, psid=PSID),
        Postback(page_id=PAGE, psid=PSID, key="p", happened_at=NOON, title=NAME, payload="x"),
        Read(page_id=PAGE, psid=PSID, key="r", watermark=NOON),
    ]
    surgery.answer_all(*events)
    ask(surgery)
    erase(surgery)
    assert receive(surgery, *events) == 0
    assert not surgery.answer()
    assert holders_of(surgery.services.database, *PRIVATE) == []


def test_a_message_that_was_long_on_its_way_is_answered(told: Surgery) -> None:
    ask(told)
    erase(told)
    assert receive(told, a_text("I have chest pain and cannot breathe", psid=PSID)) == 1
    assert told.answer()
    assert told.decision().kind == "emergency"


def test_receipts_that_come_after_it_leave_nothing(told: Surgery) -> None:
    ask(told)
    erase(told)
    receive(
        told,
        Read(page_id=PAGE, psid=PSID, key="r", watermark=told.clock()),
        Delivery(page_id=PAGE, psid=PSID, key="d", mids=("m",), watermark=None),
        an_unsend(a_text(psid=PSID)),
        an_edit(a_text(psid=PSID), f"I was {NAME}"),
    )
    while told.answer():
        pass
    told.services.database.scrub()
    assert holders_of(told.services.database, *PRIVATE) == []
    assert told.rows(Conversation) == []


def test_the_late_echo_of_an_erased_message_is_not_taken_for_a_persons(told: Surgery) -> None:
    sent = [row.metadata_key for row in told.rows(OutgoingMessage)]
    ask(told)
    erase(told)
    assert receive(told, *[an_echo(key, psid=PSID) for key in sent]) == 0
    assert told.rows(Conversation) == []


def test_the_echo_of_the_last_message_is_known_too(told: Surgery) -> None:
    ask(told)
    while erase_next(told.services, "eraser"):
        pass
    [last] = [row.metadata_key for row in told.rows(OutgoingMessage)]
    erase(told)
    assert receive(told, an_echo(last, psid=PSID)) == 0


def test_who_writes_before_the_last_message_is_gone_starts_anew(told: Surgery) -> None:
    ask(told)
    while erase_next(told.services, "eraser"):
        pass
    told.answer_all(a_text("Does a smear hurt?", psid=PSID))
    erase(told)
    assert [text for author, text in told.said() if author == "patient"] == ["Does a smear hurt?"]
    assert len(told.rows(DecisionRow)) == 1
    assert [row.state for row in told.rows(ErasureRequest)] == ["done"]


def test_a_queued_answer_does_not_leave_but_a_safety_reply_leaves_first(told: Surgery, meta: Meta) -> None:
    told.answer_all(a_text("delete my data", psid=PSID))
    told.send_all()
    told.queue("An ordinary answer.", psid=PSID)
    told.queue("Call 999 now.", psid=PSID, safety=True)
    told.answer_all(a_text("yes", psid=PSID))
    while erase_next(told.services, "eraser"):
        pass
    assert told.rows(Message) != []  # it waits for the safety reply
    erase(told)
    assert meta.phone(PSID)[-2:] == ["Call 999 now.", catalogue.ERASE_DONE]
    assert told.rows(Message) == []


def test_a_message_that_is_being_sent_is_waited_for(told: Surgery, meta: Meta) -> None:
    def erase_meanwhile() -> None:
        while erase_next(told.services, "eraser"):
            pass
        assert told.rows(Message) != []

    told.queue("An ordinary answer.", psid=PSID)
    told.interrupt_sending(before=erase_meanwhile)
    told.answer_all(a_text("delete my data", psid=PSID))
    told.answer_all(a_text("yes", psid=PSID))
    assert told.send()
    told.interrupt_sending()
    erase(told)
    assert told.rows(Message) == []


def test_what_is_unanswered_is_answered_first(told: Surgery, meta: Meta) -> None:
    told.answer_all(a_text("delete my data", psid=PSID))
    told.answer_all(a_text("yes", psid=PSID))
    told.hear(a_text("I have chest pain and cannot breathe", psid=PSID))
    while erase_next(told.services, "eraser"):
        pass
    assert told.rows(Message) != []
    assert told.answer()
    erase(told)
    assert [row.problem for row in told.rows(ErasureRequest)] == ["staff have not dealt with an urgent message yet"]
    assert meta.phone(PSID)[-1].startswith("Call 999")


def test_a_page_that_cannot_send_holds_it_up_for_a_day_only(told: Surgery) -> None:
    told.queue("Call 999 now.", psid=PSID, safety=True)
    told.use_tokens({})
    told.change(lambda session: setattr(session.get(type(told.page()), told.page().id), "stopped_until", after(days=9)))
    ask(told)
    erase(told)
    assert told.rows(Message) != []
    told.clock.forward(days=1)
    erase(told)
    assert told.rows(Message) == []


# Who has it, and what stops it


def test_only_one_worker_has_a_request(told: Surgery) -> None:
    ask(told)
    first = told.change(lambda session: erasure_requests.claim_next(session, "one", told.clock()))
    assert first is not None
    assert not erase_next(told.services, "two")
    told.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert erase_next(told.services, "two")
    assert not told.change(lambda session: erasure_requests.move_on(session, first, "done", NOON))


@both_databases
@pytest.mark.parametrize("statement", ["DELETE FROM message", "DELETE FROM decision", "INSERT INTO audit_entry"])
def test_a_fault_half_way_deletes_nothing_and_is_tried_again(told: Surgery, statement: str) -> None:
    ask(told)
    before = len(told.rows(Message))
    with breaking_at(told.services.database, statement), pytest.raises(Broken):
        erase_next(told.services, "eraser")
    assert len(told.rows(Message)) == before
    told.clock.forward(seconds=LEASE.total_seconds() + 1)
    erase(told)
    assert holders_of(told.services.database, *PRIVATE) == []


@both_databases
def test_under_a_legal_hold_nothing_is_erased_until_it_is_lifted(told: Surgery, meta: Meta) -> None:
    ask(told)
    number = told.conversation(PSID).id
    told.change(lambda session: legal_hold.put(session, number, why="a complaint", by="Ann", now=NOON))
    erase(told)
    [request] = told.rows(ErasureRequest)
    assert (request.state, request.problem) == ("held", "under a legal hold")
    assert ("patient", WORDS + " please") in told.said()
    assert told.conversation(PSID).waiting_since is not None
    told.change(lambda session: legal_hold.lift(session, number, why="settled", by="Ann", now=NOON))
    erase(told)
    assert told.rows(Message) == []
    actions = [
        entry.action for entry in told.rows(AuditEntry) if entry.action.startswith(("legal", "erasure", "subject"))
    ]
    assert actions == ["legal_hold_set", "erasure_refused", "legal_hold_lifted", "subject_erased"]


def test_a_conversation_under_a_hold_says_so_to_the_patient(told: Surgery, meta: Meta) -> None:
    number = told.conversation(PSID).id
    told.change(lambda session: legal_hold.put(session, number, why="a complaint", by="Ann", now=NOON))
    told.answer_all(a_text("delete my data", psid=PSID))
    assert told.decision().rule == "erase_not_possible"
    assert told.conversation(PSID).waiting_why == "asked that their messages be deleted"


def test_a_sign_of_danger_that_nobody_saw_is_not_deleted_by_whoever_holds_the_phone(told: Surgery) -> None:
    told.answer_all(a_text("I want to kill myself", psid=PSID))
    told.answer_all(a_text("delete my data", psid=PSID))
    assert told.decision().rule == "erase_not_possible"
    told.change(lambda session: setattr(session.get(Conversation, told.conversation(PSID).id), "urgent", False))
    told.answer_all(a_text("delete my data", psid=PSID))
    assert told.decision().rule == "erase_asked"


def test_a_log_that_someone_reads_is_tried_again(told: Surgery) -> None:
    """Done is said only when the words are out of the file."""
    ask(told)
    database = told.services.database
    database.engine.dispose()
    with breaking_patience(database), database.read() as reader:
        reader.connection().exec_driver_sql("SELECT * FROM message").fetchall()
        erase_until_scrubbing(told)
        assert erase_next(told.services, "eraser")
        [request] = told.rows(ErasureRequest)
        assert request.state == "scrubbing"
    database.engine.dispose()
    told.clock.forward(seconds=11)
    assert erase_next(told.services, "eraser")
    assert holders_of(database, *PRIVATE) == []


@contextmanager
def breaking_patience(database: Database) -> Iterator[None]:
    """New connections wait for nobody."""

    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(database.engine, "connect", hurry)
    yield
    event.remove(database.engine, "connect", hurry)


def erase_until_scrubbing(surgery: Surgery) -> None:
    while surgery.rows(ErasureRequest)[0].state != "scrubbing":
        erase_next(surgery.services, "eraser")
        surgery.send_all()
        surgery.clock.forward(seconds=3)
