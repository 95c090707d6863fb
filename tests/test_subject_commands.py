"""Access, erasure, legal hold and retention by command, on a database with one answered patient."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bot import wiring
from bot.command_line import main
from bot.store import audit, conversations, erasure_requests, received_events
from bot.store.database import Database
from bot.store.tables import AuditEntry, Conversation, ErasureRequest, JobRun, Message, ReceivedEvent
from tests.builders import PAGE, a_claim, a_conversation, a_decision, a_message_to_send, a_practice, a_text
from tests.worker.database_bytes import holders_of

PSID = "7300000000000042"
WORDS = "I am Zebedee Quillfeather. Does a mammogram hurt?"


@pytest.fixture
def held(database: Database) -> Database:
    """A patient wrote 100 days ago and was answered."""
    then = wiring.utc_now() - timedelta(days=100)
    with database.write() as session:
        a_practice(session)
        claim = a_claim(session, a_text(WORDS, psid=PSID), now=then)
        row = a_conversation(session, PSID)
        conversations.add_message(session, row, "patient", WORDS, then, event_id=claim.id)
        conversations.add_decision(session, row, claim.id, a_decision(), 5, then)
        a_message_to_send(session, row, event_id=claim.id, state="sent", due_at=then)
        received_events.finish(session, claim, "done", then)
        session.execute(update(Message).values(said_at=then))
    return database


class Terminal:
    """Types commands; what is shown never holds the person's id or words unless that is what was asked for."""

    def __init__(self, url: str, var: Path) -> None:
        self._environment = {"BOT_DATABASE_URL": url, "BOT_VAR": str(var)}

    def types(self, *arguments: str, reply: str = "") -> Result:
        return CliRunner().invoke(main, list(arguments), input=reply, env=self._environment)


@pytest.fixture
def terminal(database_url: str, tmp_path: Path) -> Terminal:
    return Terminal(database_url, tmp_path / "var")


def rows(database: Database, table: type) -> list:  # type: ignore[type-arg]
    with database.read() as session:
        return list(session.query(table).order_by(table.id))


def test_an_export_holds_everything_and_is_audited_without_the_person(
    held: Database, terminal: Terminal, tmp_path: Path
) -> None:
    target = tmp_path / "export.json"
    result = terminal.types(
        *("subject", "export", PSID, "--page", PAGE, "--by", "Ann", "--identity", "in person", "--out", str(target))
    )
    assert (result.exit_code, result.output) == (0, "")
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["conversation"]["psid"] == PSID
    assert [message["text"] for message in told["messages"]] == [WORDS, "It can hurt."]
    assert told["events"][0]["payload"]["text"] == WORDS
    assert told["decisions"][0]["topics"] == ["does_it_hurt"]
    assert told["sends"][0]["state"] == "sent"
    assert target.stat().st_mode & 0o077 == 0
    [entry] = rows(held, AuditEntry)
    assert (entry.actor, entry.action, entry.about) == ("Ann", "subject_exported", "conversation 1")
    assert entry.details == {"identity": "in person"}


def test_an_export_goes_to_the_terminal_too_and_the_id_may_come_by_standard_input(
    held: Database, terminal: Terminal
) -> None:
    result = terminal.types("subject", "export", "-", "--page", PAGE, reply=f"{PSID}\n")
    assert json.loads(result.stdout)["messages"][0]["text"] == WORDS


def test_an_export_overwrites_nothing(held: Database, terminal: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "export.json"
    target.write_text("mine", encoding="utf-8")
    result = terminal.types("subject", "export", PSID, "--page", PAGE, "--out", str(target))
    assert (result.exit_code, target.read_text(encoding="utf-8")) == (2, "mine")
    assert rows(held, AuditEntry) == []


@pytest.mark.parametrize(("psid", "page"), [("7300000000000043", PAGE), (PSID, "9999")])
@pytest.mark.parametrize("what", [["export"], ["erase", "--by", "Ann", "--yes"]])
def test_a_person_of_whom_nothing_is_held_is_told_of_without_quoting_the_id(
    held: Database, terminal: Terminal, what: list[str], psid: str, page: str
) -> None:
    result = terminal.types("subject", *what, psid, "--page", page)
    assert result.exit_code == 2
    assert "nothing is held on this person" in result.output
    assert psid not in result.output
    assert len(rows(held, Conversation)) == 1


def test_erasing_leaves_nothing_and_is_audited_without_the_person(held: Database, terminal: Terminal) -> None:
    result = terminal.types("subject", "erase", PSID, "--page", PAGE, "--by", "Ann", reply="erase\n")
    assert result.exit_code == 0, result.output
    assert "Conversation 1: 1 outgoing_message, 1 conversation_words, 2 message, 1 decision." in result.output
    assert "Erased." in result.output
    assert holders_of(held, PSID, "Quillfeather") == []
    assert [(entry.actor, entry.action) for entry in rows(held, AuditEntry)] == [
        ("Ann", "erasure_requested"),
        ("Ann", "subject_erased"),
    ]
    with held.read() as session:
        assert audit.check_chain(session).broken_at is None


@pytest.mark.parametrize("reply", ["", "\n", "yes\n"])
def test_who_does_not_type_the_word_erases_nothing(held: Database, terminal: Terminal, reply: str) -> None:
    result = terminal.types("subject", "erase", PSID, "--page", PAGE, "--by", "Ann", reply=reply)
    assert result.exit_code != 0
    assert (len(rows(held, Message)), rows(held, ErasureRequest)) == (2, [])


def test_by_standard_input_nobody_can_be_asked(held: Database, terminal: Terminal) -> None:
    command = ("subject", "erase", "-", "--page", PAGE, "--by", "Ann")
    assert "add --yes" in terminal.types(*command, reply=f"{PSID}\n").output
    assert len(rows(held, Message)) == 2
    assert terminal.types(*command, "--yes", reply=f"{PSID}\n").exit_code == 0
    assert rows(held, Message) == []


def test_a_legal_hold_refuses_clearly_and_lifting_it_lets_it_go(held: Database, terminal: Terminal) -> None:
    erase = ("subject", "erase", PSID, "--page", PAGE, "--by", "Ann", "--yes")
    assert terminal.types("legal-hold", "set", "1", "--why", "a complaint", "--by", "Bea").exit_code == 0
    refused = terminal.types(*erase)
    assert refused.exit_code == 2
    assert "conversation 1 is under a legal hold" in refused.output
    assert "set by Bea: nothing was erased" in refused.output
    assert len(rows(held, Message)) == 2
    assert terminal.types("legal-hold", "lift", "1", "--why", "settled", "--by", "Bea").exit_code == 0
    assert terminal.types(*erase).exit_code == 0
    assert [entry.action for entry in rows(held, AuditEntry)] == [
        *("legal_hold_set", "legal_hold_lifted", "erasure_requested", "subject_erased")
    ]


@pytest.mark.parametrize(("what", "number"), [("set", "7"), ("lift", "7"), ("lift", "1")])
def test_a_hold_on_nothing_is_refused(held: Database, terminal: Terminal, what: str, number: str) -> None:
    assert terminal.types("legal-hold", what, number, "--why", "x", "--by", "Bea").exit_code == 2
    assert rows(held, AuditEntry) == []


def test_what_is_being_answered_is_left_to_the_worker(held: Database, terminal: Terminal) -> None:
    with held.write() as session:
        received_events.save_all(session, [a_text("I have chest pain", psid=PSID)], wiring.utc_now())
    result = terminal.types("subject", "erase", PSID, "--page", PAGE, "--by", "Ann", "--yes")
    assert result.exit_code == 0
    assert "The worker erases everything when that is done." in result.output
    assert len(rows(held, Message)) == 2
    assert terminal.types("subject", "requests").output.endswith("1 open.\n")


def test_a_person_known_by_an_event_only_is_erased_too(held: Database, terminal: Terminal) -> None:
    other = "7300000000000077"
    with held.write() as session:
        claim = a_claim(session, a_text("I am Wilhelmina", psid=other))
        received_events.finish(session, claim, "failed", wiring.utc_now())
    assert terminal.types("subject", "erase", other, "--page", PAGE, "--by", "Ann", "--yes").exit_code == 0
    assert holders_of(held, other, "Wilhelmina") == []


def test_a_request_that_matches_nobody_waits_for_a_person(held: Database, terminal: Terminal) -> None:
    with held.write() as session:
        erasure_requests.ask(session, None, wiring.utc_now(), source="meta", asked_by="Facebook", code="c0de")
    shown = terminal.types("subject", "requests").output
    assert "unmatched  meta  nobody known  c0de" in shown
    assert terminal.types("subject", "close", "c0de", "--why", "they phoned", "--by", "Ann").exit_code == 0
    assert terminal.types("subject", "requests").output == "0 open.\n"
    assert [entry.action for entry in rows(held, AuditEntry)] == ["erasure_request_closed"]
    assert terminal.types("subject", "close", "c0de", "--why", "again", "--by", "Ann").exit_code == 2


def test_retention_counts_first_then_removes_and_shows_its_runs(held: Database, terminal: Terminal) -> None:
    counted = terminal.types("retention", "--dry-run")
    assert "messages: 2 would be removed" in counted.output
    assert (len(rows(held, Message)), rows(held, JobRun)) == (2, [])
    done = terminal.types("retention")
    assert (done.exit_code, "messages: 2 removed" in done.output) == (0, True)
    assert [event.psid for event in rows(held, ReceivedEvent)] == []
    [run] = rows(held, JobRun)
    assert (run.state, run.run_key.startswith("by hand ")) == ("done", True)
    assert "done" in terminal.types("retention", "--runs").output
