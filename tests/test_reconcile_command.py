"""`python -m bot reconcile`: what it says, and its exit code."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.command_line import main
from bot.store.database import Database
from bot.store.tables import ReceivedEvent
from tests.builders import a_claim, a_practice
from tests.keys import KEYS

Run = Callable[..., Result]


@pytest.fixture
def run(migrated_file: Path, tmp_path: Path) -> Run:
    """The command line with a database in which a worker holds an event."""
    url = f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'bot.db')}"
    database = Database(url, KEYS)
    with database.write() as session:
        a_practice(session)
        session.get_one(ReceivedEvent, a_claim(session).id).lease_until = None
    database.close()

    def command(*words: str) -> Result:
        return CliRunner().invoke(main, ["reconcile", *words], env={"BOT_VAR": str(tmp_path), "BOT_DATABASE_URL": url})

    return command


def test_what_is_wrong_is_said_and_ends_with_one(run: Run) -> None:
    found = run()
    assert found.exit_code == 1
    assert found.stdout == "1 events are in work and nobody has them (numbers 1)\n1 left.\n"


def test_a_repair_says_so_and_leaves_an_event_that_waits(run: Run) -> None:
    repaired = run("--repair", "--why", "a crash")
    assert "; 1 repaired" in repaired.stdout
    again = run()
    assert "events have waited for an hour or longer" in again.stdout  # it is of the past, and now has to be answered
    assert "nobody has them" not in again.stdout


def test_a_repair_needs_a_reason(run: Run) -> None:
    refused = run("--repair")
    assert (refused.exit_code, refused.stderr) == (2, "error: --repair needs --why\n")
