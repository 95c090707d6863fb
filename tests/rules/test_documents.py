"""What the documents promise exists: settings, commands, files."""

import re
from pathlib import Path

import pytest

from bot.command_line import main
from bot.settings import NEEDED_IN_LIVE_MODE, PLAIN, SECRETS
from tests.rules.project import PROJECT, name_of

DOCUMENTS = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md"))]
SETTINGS = PROJECT / "docs" / "settings.md"


def code_of(document: Path) -> str:
    """What stands between backticks: commands, not prose such as "make sure"."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    return "\n".join(blocks + re.findall(r"`([^`\n]+)`", text))


def rows() -> dict[str, list[str]]:
    """The table of settings: name -> the other columns."""
    lines = SETTINGS.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `BOT_")]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_every_setting_is_documented_and_no_other() -> None:
    assert rows().keys() == {*SECRETS, *PLAIN}


@pytest.mark.parametrize("name", [*SECRETS, *PLAIN])
def test_a_settings_row_says_whether_it_is_secret_and_needed(name: str) -> None:
    secret, needed, meaning, default = rows()[name]
    assert (secret == "yes") is (name in SECRETS)
    assert (needed == "yes") is (name in NEEDED_IN_LIVE_MODE)
    assert meaning
    assert default


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert "run" in targets
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(document))) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_that_is_named_exists(document: Path) -> None:
    named = set(re.findall(r"python -m bot ([a-z][a-z-]*)", code_of(document)))
    assert named <= main.commands.keys()


def test_every_command_is_in_the_readme() -> None:
    readme = code_of(PROJECT / "README.md")
    run_by_make = {"set-up"}
    missing = [name for name in main.commands if f"python -m bot {name}" not in readme and name not in run_by_make]
    assert missing == []


@pytest.mark.parametrize("command", main.commands)
def test_every_command_says_what_it_does(command: str) -> None:
    assert main.commands[command].help


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_file_that_is_linked_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r"<img src=\"([^\"]+)\"", text)
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_that_is_named_exists(document: Path) -> None:
    paths = re.findall(r"(?<![\w/.-])((?:bot|tests|nlu_data|actions|docs)/[\w/.-]*\w)(?![\w<*/])", code_of(document))
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_decision_records_are_numbered_without_a_gap() -> None:
    numbers = [int(file.name[:4]) for file in sorted((PROJECT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
