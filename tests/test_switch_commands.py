"""`python -m bot pause`, `resume` and `status`: what they do, say and refuse."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.command_line import main
from bot.store.database import Database
from tests.builders import a_practice
from tests.keys import KEYS

Run = Callable[..., Result]
NAMED = ("--by", "Ann Lee", "--why", "a wrong answer")


@pytest.fixture
def run(migrated_file: Path, tmp_path: Path) -> Run:
    """The command line with a database that knows Riverside Surgery."""
    url = f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'bot.db')}"
    database = Database(url, KEYS)
    with database.write() as session:
        a_practice(session)
    database.close()

    def command(*words: str) -> Result:
        return CliRunner().invoke(main, words, env={"BOT_VAR": str(tmp_path), "BOT_DATABASE_URL": url})

    return command


def test_one_practice_is_turned_off_and_on(run: Run) -> None:
    off = run("pause", "--practice", "riverside", *NAMED)
    assert off.stdout == "Automated answers are off for Riverside Surgery. Replies held back: 0.\n"
    lines = run("status").stdout.splitlines()
    assert lines[0] == "on   all practices"
    assert lines[1].startswith("off  practice riverside, since 20")
    assert lines[1].endswith(" UTC by Ann Lee: a wrong answer")
    assert run("resume", "--practice", "riverside", "--by", "Bo", "--why", "put right").exit_code == 0
    assert run("status").stdout.splitlines()[1].startswith("on   practice riverside")
    assert run("status").stdout.endswith(" by Bo: put right\n")


def test_all_practices_are_turned_off_and_the_audit_knows(run: Run) -> None:
    assert "off for every practice" in run("pause", "--all", *NAMED).stdout
    assert run("status").stdout.startswith("off  all practices, since")
    assert "Ann Lee  pause  all practices" in run("audit").stdout


@pytest.mark.parametrize("command", ["pause", "resume"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (NAMED, "name one practice"),
        (("--all", "--practice", "riverside", *NAMED), "name one practice"),
        (("--practice", "nowhere", *NAMED), "there is no practice 'nowhere'"),
        (("--all", "--by", "Ann"), "Missing option '--why'"),
        (("--all", "--why", "x"), "Missing option '--by'"),
        (("--all", "--by", " ", "--why", "x"), "must say something"),
    ],
)
def test_without_who_why_and_for_whom_nothing_is_changed(
    run: Run, command: str, words: tuple[str, ...], said: str
) -> None:
    result = run(command, *words)
    assert result.exit_code == 2
    assert said in result.output
    assert "since" not in run("status").stdout
