"""`python -m bot answers ...` as people type it: what it does, says, and ends with."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.answer_commands import answers
from bot.answer_commands.files import STARTER_PACK
from bot.answer_commands.link_check import broken_links
from bot.command_line import main
from bot.store import answer_tasks
from bot.store.database import Database
from tests.builders import NOON, a_conversation, a_message_to_send, a_practice
from tests.keys import KEYS
from tests.rules.project import PROJECT

TODAY = datetime.now(UTC).date()
FILE = """\
- topic: cost
  programme: any
  nations: [england, wales]
  language: en
  text: |-
    Screening is free.

    Call {practice_phone}.
  sources: [https://www.nhs.uk/]
  owner: Olga Owner
  status: sample
  reviewed: %s
  review_by: %s
""" % (TODAY - timedelta(300), TODAY + timedelta(20))  # noqa: UP031 - the text has braces


class Office:
    """The command line on a database of its own, with one file of answers."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.file, self.folder, self.database = folder / "cost.yml", folder, Database(database_url, KEYS)
        self.environment = {"BOT_DATABASE_URL": database_url, "BOT_VAR": str(folder / "var")}
        self.file.write_text(FILE, encoding="utf-8")

    def run(self, *words: object) -> Result:
        return CliRunner().invoke(main, ["answers", *map(str, words)], env=self.environment)

    def says(self, *words: object) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def change(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")

    def approved(self) -> None:
        self.says("import", self.file, "--by", "Ed Editor")
        self.says("approve", 1, "--by", "Cleo Clinician", "--role", "lead nurse")


@pytest.fixture
def office(migrated_file: Path, tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'bot.db')}")
    yield office
    office.database.close()


def test_an_answer_is_imported_approved_and_withdrawn(office: Office) -> None:
    assert office.says("import", office.file, "--by", "Ed Editor") == "1 new answer versions.\n"
    assert "sample" in office.says("list")
    assert office.says("approve", 1, "--by", "Cleo Clinician", "--role", "GP") == "Version 1 is live.\n"
    assert "approved" in office.says("list", "--topic", "cost", "--status", "approved", "--nation", "wales")
    assert "0 versions." in office.says("list", "--nation", "scotland")
    said = office.says("withdraw", 1, "--why", "It is wrong.", "--by", "Cleo Clinician")
    assert "Version 1 is withdrawn." in said
    assert "0 conversations got it" in said


@pytest.mark.parametrize("by", ["Olga Owner", "OLGA owner", "Ed Editor", " ed editor "])
def test_owner_and_editor_are_refused_in_one_line(office: Office, by: str) -> None:
    office.says("import", office.file, "--by", "Ed Editor")
    result = office.run("approve", 1, "--by", by, "--role", "GP")
    assert result.exit_code == 2
    assert result.output.startswith("error: version 1 is not approved: ")
    assert result.output.count("\n") == 1


def test_a_withdrawal_lists_who_got_it(office: Office) -> None:
    office.approved()
    with office.database.write() as session:
        a_practice(session)
        at = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
        a_message_to_send(session, a_conversation(session), state="sent", sent_at=at, answer_version_id=1)
    assert "conversation 1  riverside  2026-11-24 09:05 UTC\n" in office.says("show", 1, "--recipients")
    said = office.says("withdraw", 1, "--why", "wrong", "--by", "Cleo Clinician")
    assert "1 conversations got it:\nconversation 1  riverside  2026-11-24 09:05 UTC\n" in said
    assert "ann" not in said  # a patient's id at Meta


def test_show_tells_the_history_and_what_changed(office: Office) -> None:
    office.approved()
    office.change("Screening is free.", "All screening is free.")
    office.says("import", office.file, "--by", "Eve Editor")
    said = office.says("show", 2)
    assert "last edited by: Eve Editor" in said
    assert "Eve Editor  imported" in said
    assert "Version 2 differs from version 1 (approved, owner Olga Owner):" in said
    assert "- Screening is free.\n+ All screening is free.\n" in said
    assert "Cleo Clinician  approved  role: lead nurse" in office.says("show", 1)
    assert office.run("show", 9).output == "error: there is no answer version 9\n"


def test_what_the_lint_refuses_is_not_imported_and_each_place_is_named(office: Office) -> None:
    office.change("Screening is free.", "It doesn't cost anything!")
    result = office.run("import", office.file, "--by", "Ed Editor")
    assert result.exit_code == 2
    assert f"error: {office.file}:6: contraction" in result.output
    assert f"{office.file}:6: error: exclamation" in result.output
    assert "0 versions." in office.says("list")


def test_a_broken_file_is_named_in_one_line(office: Office) -> None:
    office.change("programme: any", "programme: prostate")
    result = office.run("import", office.file)
    assert (result.exit_code, result.output) == (2, f"error: {office.file}:2: cost: prostate is not a programme\n")


def test_the_starter_pack_goes_out_and_comes_back_without_a_change(office: Office) -> None:
    said = office.says("import", STARTER_PACK)
    count = int(said.split()[0])
    assert count >= 100
    assert f"{count} answers in" in office.says("export", office.folder / "out")
    assert office.says("import", office.folder / "out") == "0 new answer versions.\n"
    assert f"{count} answers in 1 files." in office.says("export", office.folder / "all.yml")
    assert office.says("import", STARTER_PACK) == "0 new answer versions.\n"
    assert f"{count} versions." in office.says("list", "--status", "sample")


def test_an_approved_answer_is_exported_as_a_draft_that_says_who_approved_it(office: Office) -> None:
    office.approved()
    office.says("export", office.folder / "out.yml")
    text = (office.folder / "out.yml").read_text(encoding="utf-8")
    assert text.startswith("# Version 1, approved by Cleo Clinician, lead nurse, ")
    assert "status: draft" in text
    assert office.says("import", office.folder / "out.yml") == "0 new answer versions.\n"
    assert "approved" in office.says("list")


def test_due_lists_by_owner_what_is_overdue_and_due_soon(office: Office) -> None:
    office.approved()
    assert office.says("due").startswith(
        f"Olga Owner:\n  due {TODAY + timedelta(20)}, in 20 days  version 1  cost  any  not told yet\n"
    )
    with office.database.write() as session:
        tasks = answer_tasks.open_tasks(session, TODAY, accepts_samples=False)
        answer_tasks.note(session, [task.due for task in tasks], NOON)
        answer_tasks.mark_told(session, [task.due for task in tasks], NOON)
    assert "version 1  cost  any  told 2026-11-24 12:00 UTC\n" in office.says("due")


def test_gaps_names_the_missing_fact(office: Office) -> None:
    office.approved()
    with office.database.write() as session:
        a_practice(session, facts={})
        a_practice(session, "hillside", ["1002"])
    fact = "cost  any  the practice has not filled in a fact that the answer needs: practice_phone (version 1)\n"
    assert fact in office.says("gaps", "--practice", "riverside")
    assert "\ncost  any" not in office.says("gaps", "--practice", "hillside")
    assert "\ncost  any" not in office.says("gaps", "--nation", "wales")
    assert "\ncost  any  no answer is written\n" in office.says("gaps", "--nation", "scotland")
    assert office.run("gaps", "--practice", "nowhere").output == "error: there is no practice nowhere\n"
    assert office.run("gaps").output == "error: name a practice or a nation\n"


def test_live_mode_counts_no_samples(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.says("import", office.file)
    with office.database.write() as session:
        a_practice(session)
    assert "\ncost  any" not in office.says("gaps", "--practice", "riverside")
    monkeypatch.setattr("bot.settings.Settings.is_demo", False)
    assert "\ncost  any  the answer is not approved\n" in office.says("gaps", "--practice", "riverside")


def test_lint_ends_with_1_on_errors_only(office: Office) -> None:
    assert office.says("lint", office.file) == "1 answers: 0 errors, 0 warnings.\n"
    office.change("Screening is free.", "You should know that screening is free.")
    assert f"{office.file}:6: warning: word" in office.says("lint", office.file)
    office.change("You should know", "You don't know")
    result = office.run("lint", office.file)
    assert result.exit_code == 1
    assert f"{office.file}:6: error: contraction" in result.output
    assert "1 answers: 1 errors, 0 warnings." in result.output


def test_the_starter_pack_has_no_errors_and_its_reading_grade_is_shown(office: Office) -> None:
    assert "Reading grade: " in office.says("lint")


class Pages(BaseHTTPRequestHandler):
    """A site with one page, one that moved, and one that answers browsers only."""

    def do_HEAD(self) -> None:
        status = {"/here": 200, "/moved": 301, "/no-head": 405}.get(self.path, 404)
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/here")
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_links_that_are_dead_or_moved_are_found(site: str) -> None:
    links = [f"{site}/here", f"{site}/no-head", f"{site}/moved", f"{site}/gone", "http://127.0.0.1:1/"]
    assert broken_links(links) == {
        f"{site}/moved": "moved to /here",
        f"{site}/gone": "answers 404",
        "http://127.0.0.1:1/": "could not be reached (ConnectionError)",
    }


def test_dead_links_are_reported_on_request_only(office: Office, site: str) -> None:
    office.change("[https://www.nhs.uk/]", f"[{site}/here, {site}/gone, http://127.0.0.1:1/]")
    assert "0 errors" in office.says("lint", office.file)
    result = office.run("lint", office.file, "--check-links")
    assert result.exit_code == 1
    assert f"{office.file}:6: error: dead-link: {site}/gone answers 404" in result.output
    assert f"{office.file}:6: error: not-reached: http://127.0.0.1:1/ could not be reached" in result.output
    assert "3 links asked, 1 broken, 1 not reached. Nothing is known of those: ask again." in result.output


@pytest.mark.parametrize("command", answers.commands)
def test_every_command_is_explained(command: str) -> None:
    assert answers.commands[command].help
    assert f"`{command}" in (PROJECT / "docs" / "answers.md").read_text(encoding="utf-8")


def test_the_starter_pack_is_where_the_command_looks() -> None:
    assert (wiring.NLU_DATA / "answers").is_dir()
