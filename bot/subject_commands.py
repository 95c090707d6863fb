"""`python -m bot subject` and `legal-hold`: what a person may ask for who has written to a practice.

The person's page-scoped id may be given as `-` and is then read from standard input, so that it stays out of the
shell's history. It is never printed and never recorded; the audit names the conversation's number.
"""

import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot import command_database, wiring
from bot.command_errors import one_line_errors
from bot.errors import DataError
from bot.store import audit, conversations, erasure_requests, legal_hold, practices, subject_data
from bot.store.database import Database
from bot.store.tables import Conversation
from bot.worker.erase_next import work_off
from bot.worker.loop import worker_name

IDENTITY = ("in the chat", "in person", "by phone", "by document", "not recorded")
NOTHING_HELD = "nothing is held on this person with this page"


def _about_a_person(command: Callable[..., Any]) -> Callable[..., Any]:
    """The argument and options that say whom it is about and how that was checked."""
    for add in (
        click.option(
            "--identity", type=click.Choice(IDENTITY), default=IDENTITY[-1], help="How it was checked who asks."
        ),
        click.option("--page", "page_id", required=True, help="Meta's id of the Facebook Page."),
        click.argument("psid", metavar="PSID"),
    ):
        command = add(command)
    return command


def _read_psid(psid: str) -> str:
    found = sys.stdin.readline().strip() if psid == "-" else psid.strip()
    if not found:
        raise DataError("no page-scoped id was given")
    return found


@click.group()
def subject() -> None:
    """Answer a person's request to see or to erase what is held on them. PSID may be - for standard input."""


@subject.command()
@_about_a_person
@click.option("--by", help="Who does this. Default: the account that runs the command.")
@click.option("--out", "target", type=click.Path(path_type=Path), help="A new file, readable by you only.")
@one_line_errors
def export(psid: str, page_id: str, identity: str, by: str | None, target: Path | None) -> None:
    """Write everything that is held on a person as JSON."""
    psid, now = _read_psid(psid), wiring.utc_now()
    with command_database.writing() as session:
        held = subject_data.held_on(session, page_id, psid)
        if held is None:
            raise DataError(NOTHING_HELD)
        number = held["conversation"]["id"] if held["conversation"] else "without a number"
        audit.record(
            session,
            now,
            actor=by or getpass.getuser(),
            action="subject_exported",
            about=f"conversation {number}",
            details={"identity": identity},
        )
        _write(json.dumps({"exported_at": now.isoformat(), **held}, indent=2, ensure_ascii=False), target)


def _write(text: str, target: Path | None) -> None:
    if target is None:
        click.echo(text)
        return
    try:
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise DataError(f"cannot be written ({type(error).__name__})", target) from None


@subject.command()
@_about_a_person
@click.option("--by", required=True, help="Who does this.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@one_line_errors
def erase(psid: str, page_id: str, identity: str, by: str, yes: bool) -> None:
    """Erase everything that is held on a person, unless it is under a legal hold."""
    typed_in, psid = psid == "-", _read_psid(psid)
    with command_database.opened() as database:
        _ask_about(database, page_id, psid)
        if not yes:
            _confirm(typed_in)
        _work_off(database, _request(database, page_id, psid, identity, by))


def _ask_about(database: Database, page_id: str, psid: str) -> None:
    """Show what would go. Raises DataError where nothing is held, or all of it must be kept."""
    with database.write() as session:
        row = _conversation(session, page_id, psid)
        if row.held_since is not None:
            raise DataError(
                f"conversation {row.id} is under a legal hold since {row.held_since:%Y-%m-%d}, set by {row.held_by}: "
                "nothing was erased"
            )
        number, counts = row.id, subject_data.counts(session, row)
    found = ", ".join(f"{rows} {name}" for name, rows in counts.items() if rows)
    click.echo(f"Conversation {number}: {found or 'its own row only'}.")


def _request(database: Database, page_id: str, psid: str, identity: str, by: str) -> str:
    """Store the request. Returns its code."""
    code = erasure_requests.new_code()
    with database.write() as session:
        row = _conversation(session, page_id, psid)
        erasure_requests.ask(session, row, wiring.utc_now(), source="staff", asked_by=by, code=code)
        audit.record(
            session,
            wiring.utc_now(),
            actor=by,
            action="erasure_requested",
            about=f"conversation {row.id}",
            practice_id=row.practice_id,
            details={"identity": identity},
        )
    return code


def _conversation(session: Any, page_id: str, psid: str) -> Conversation:
    """The person's conversation; started where only events are held, so that these can be erased with it."""
    if practices.of_page(session, page_id) is None or subject_data.held_on(session, page_id, psid) is None:
        raise DataError(NOTHING_HELD)
    return conversations.find_or_start(session, page_id, psid, wiring.utc_now())


def _confirm(psid_came_by_stdin: bool) -> None:
    if psid_came_by_stdin:
        raise DataError("nobody can be asked while the id comes from standard input: add --yes")
    if click.prompt("This cannot be undone. Type erase to go on", default="", show_default=False) != "erase":
        raise DataError("nothing was erased")


def _work_off(database: Database, code: str) -> None:
    while work_off(database, wiring.utc_now, f"{worker_name()}:subject", code=code):
        pass
    with database.read() as session:
        [request] = erasure_requests.with_code(session, code)
    if request.state == "done":
        click.echo("Erased.")
    elif request.state == "held":
        raise DataError(f"it is {request.problem}: nothing was erased")
    else:
        click.echo("A message of this person is being worked on. The worker erases everything when that is done.")
    click.echo(f"Request {code}.")


@subject.command()
@one_line_errors
def requests() -> None:
    """Show the requests to erase that are not settled; `unmatched` and `held` ones wait for a person."""
    with command_database.reading() as session:
        found = erasure_requests.all_open(session)
    for row in found:
        why = f"  {row.problem}" if row.problem else ""
        click.echo(f"{row.asked_at:%Y-%m-%d %H:%M} UTC  {row.state}  {row.source}  {row.about}  {row.code}{why}")
    click.echo(f"{len(found)} open.")


@subject.command()
@click.argument("code")
@click.option("--why", required=True, help="What was done about it. No names, no patients' words.")
@click.option("--by", required=True, help="Who does this.")
@one_line_errors
def close(code: str, why: str, by: str) -> None:
    """Settle the request CODE that no machine could settle."""
    with command_database.writing() as session:
        erasure_requests.close(session, code, why=why, by=by, now=wiring.utc_now())
    click.echo("Closed.")


@click.command("legal-hold")
@click.argument("what", type=click.Choice(["set", "lift"]))
@click.argument("conversation", type=int)
@click.option("--why", required=True, help="The reason, as it is recorded. No names, no patients' words.")
@click.option("--by", required=True, help="Who does this.")
@one_line_errors
def hold(what: str, conversation: int, why: str, by: str) -> None:
    """Keep a conversation (its number) from deletion, or let it be deleted again."""
    with command_database.writing() as session:
        if what == "set":
            legal_hold.put(session, conversation, why=why, by=by, now=wiring.utc_now())
            click.echo(f"Conversation {conversation} is under a legal hold.")
        else:
            resumed = legal_hold.lift(session, conversation, why=why, by=by, now=wiring.utc_now())
            click.echo(f"Conversation {conversation} is under no legal hold. {resumed} waiting request(s) go on.")
