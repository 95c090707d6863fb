"""Whatever happens in a turn, the log holds neither what the patient wrote, nor who they are, nor a token."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.core.events import AttachmentMessage, PolicyEnforcement, Postback
from bot.store.received_events import LEASE
from bot.wiring import Services
from bot.worker.answer_next import answer_next
from bot.worker.housekeeping import keep_house
from bot.worker.loop import run_forever
from bot.worker.outbox import Outbox
from bot.worker.send_next import send_next
from tests.builders import NOON, PAGE, a_text, an_echo, an_edit, claim_one
from tests.worker.meta import TOKENS, Meta
from tests.worker.surgery import Surgery

PSID = "7300000000000042"
WORDS = "zebra"
QUESTION = f"Does a {WORDS} hurt?"
PRIVATE = (PSID, WORDS, "mammogram can hurt", *TOKENS.values())


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[list[EventDict]]:
    """Everything that is logged; at the end of the test none of it may be private."""
    with capture_logs() as logs:
        yield logs
    written = capfd.readouterr()
    everything = "\n".join([str(logs), caplog.text, written.out, written.err])
    assert [word for word in PRIVATE if word in everything] == []


def events_of(log: list[EventDict]) -> list[str]:
    return [line["event"] for line in log]


def work(surgery: Surgery, step: Callable[..., bool] = answer_next) -> None:
    """One round as the loop does it, faults included."""
    stop = threading.Event()

    def once() -> bool:
        stop.set()
        return step(surgery.services, "worker-1")

    once.__name__ = step.__name__
    run_forever(once, stop)


def send_one(services: Services, worker: str) -> bool:
    return send_next(services, Outbox(services), worker)


def test_a_turn_that_goes_well(surgery: Surgery, meta: Meta, log: list[EventDict]) -> None:
    meta.hears_from(PSID)
    surgery.nlu.teach(QUESTION, does_it_hurt=0.9)
    surgery.hear(a_text(QUESTION, psid=PSID))
    work(surgery)
    work(surgery, send_one)
    [line] = log
    assert (line["event"], line["log_level"]) == ("turn_decided", "info")
    assert (line["kind"], line["rule"]) == ("clarify", "which_test")
    fields = {"event", "log_level", "event_id", "practice_id", "messages", "kind", "rule", "milliseconds"}
    assert line.keys() == fields
    assert surgery.outgoing().state == "sent"


@pytest.mark.parametrize("said", ["chest pain and I cannot breathe", "is it free", "żółw boli mnie bardzo"])
def test_turns_of_other_kinds(surgery: Surgery, log: list[EventDict], said: str) -> None:
    surgery.answer_all(a_text(f"{WORDS} {said}", psid=PSID))
    assert events_of(log) == ["turn_decided"]


def test_a_burst_that_waits_and_is_answered(surgery: Surgery, log: list[EventDict]) -> None:
    surgery.receive(a_text("hi", psid=PSID), a_text(QUESTION, psid=PSID))
    work(surgery)
    assert log == []
    surgery.clock.forward(seconds=4)
    work(surgery)
    assert [(line["event"], line["messages"]) for line in log] == [("turn_decided", 2)]


def test_taps_pictures_edits_and_echoes(surgery: Surgery, log: list[EventDict]) -> None:
    first = a_text(QUESTION, psid=PSID)
    surgery.answer_all(
        first,
        an_edit(first, f"{WORDS} I have chest pain and cannot breathe"),
        Postback(page_id=PAGE, psid=PSID, key="p", happened_at=NOON, title=WORDS, payload=WORDS),
        AttachmentMessage(page_id=PAGE, psid=PSID, key="a", mid="a", happened_at=NOON, attachments=("image",)),
        an_echo(WORDS, psid=PSID, text=WORDS),
    )
    assert len(log) == 3


def test_a_model_that_fails(surgery: Surgery, log: list[EventDict]) -> None:
    surgery.nlu.goes_down()
    surgery.answer_all(a_text(QUESTION, psid=PSID))
    assert [line["rule"] for line in log] == ["nlu_unavailable"]


@pytest.mark.parametrize("table", ["message", "decision", "outgoing_message"])
def test_a_database_that_refuses_what_it_should_store(surgery: Surgery, log: list[EventDict], table: str) -> None:
    # SQLAlchemy's own error quotes the values of the statement.
    refuse = f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    surgery.change(lambda session: session.execute(text(refuse)))
    surgery.hear(a_text(QUESTION, psid=PSID))
    work(surgery)
    assert [(line["event"], line["step"]) for line in log] == [("step_failed", "answer_next")]


def test_a_fault_that_quotes_the_patient(surgery: Surgery, log: list[EventDict]) -> None:
    def quote() -> None:
        raise ValueError(f"could not read {QUESTION} of {PSID}")

    surgery.nlu.does_meanwhile(quote)
    surgery.hear(a_text(QUESTION, psid=PSID))
    work(surgery)
    assert [(line["event"], line["error"]) for line in log] == [("step_failed", "ValueError")]


def test_a_lost_lease_and_stranded_events(surgery: Surgery, log: list[EventDict]) -> None:
    def lose_it() -> None:
        surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
        keep_house(surgery.services, "worker-2")
        surgery.change(lambda session: claim_one(session, "worker-2", surgery.clock()))

    surgery.nlu.does_meanwhile(lose_it)
    surgery.hear(a_text(QUESTION, psid=PSID))
    work(surgery)
    assert events_of(log) == ["stranded_events", "lease_lost"]


@pytest.mark.parametrize("fault", [{"code": 190}, {"code": 551}, {"lost": "drop"}, {"lost": "500"}])
def test_a_send_that_fails(surgery: Surgery, meta: Meta, log: list[EventDict], fault: dict[str, object]) -> None:
    meta.hears_from(PSID)
    surgery.queue(WORDS, psid=PSID)
    meta.fails(**fault)
    work(surgery, send_one)
    assert events_of(log) == ["send_failed"]


def test_a_meta_that_quotes_the_patient_and_the_token(surgery: Surgery, meta: Meta, log: list[EventDict]) -> None:
    meta.hears_from(PSID)
    surgery.queue(WORDS, psid=PSID)
    meta.fails(code=100, message=f"(#100) {PSID} cannot be sent {WORDS} with {TOKENS[PAGE]}")
    work(surgery, send_one)
    assert events_of(log) == ["send_failed"]
    assert [word for word in PRIVATE if word in (surgery.conversation(PSID).waiting_why or "")] == []


def test_a_meta_that_cannot_be_reached(surgery: Surgery, log: list[EventDict]) -> None:
    surgery.use_graph_at("http://127.0.0.1:9/v26.0")
    surgery.queue(WORDS, psid=PSID)
    work(surgery, send_one)
    assert events_of(log) == ["send_failed"]


def test_a_page_without_a_token(surgery: Surgery, log: list[EventDict]) -> None:
    surgery.use_tokens({})
    surgery.queue(WORDS, psid=PSID)
    work(surgery, send_one)
    assert events_of(log) == ["send_impossible"]


def test_a_policy_that_is_enforced(surgery: Surgery, log: list[EventDict]) -> None:
    surgery.answer_all(PolicyEnforcement(page_id=PAGE, key="e", action="block", reason=f"{PSID} says {WORDS}"))
    assert log == [{"event": "meta_policy_enforcement", "log_level": "error", "page_id": PAGE, "action": "block"}]
