"""`python -m bot safety-report`: its exit code, and that with a model both are asked."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.command_line import main
from bot.nlu.client import PARSE_ALL
from bot.store import practices, releases
from bot.store.database import Database
from bot.store.practice_file import read_practice
from tests.builders import NOON
from tests.keys import KEYS
from tests.nlu import nlu_server
from tests.nlu.nlu_server import MODEL, TOKEN, parsed

CAUGHT = '- {text: "chest pain", expect: emergency, tags: [must, any, plain]}\n'
MISSED = '- {text: "the purple one went sideways", expect: red_flag, tags: [%s, breast, slang]}\n'


@pytest.fixture
def phrases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of phrases; in place of the project's thousands of messages, two."""
    data = tmp_path / "nlu_data"
    for folder in ("regression", "examples"):
        (data / folder).mkdir(parents=True)
        text = 'version: "3.1"\nnlu:\n- intent: cost\n  examples: |\n    - is it free\n- intent: breast_symptom\n'
        (data / folder / "some.yml").write_text(f"{text}  examples: |\n    - found a lump\n", encoding="utf-8")
    shutil.copyfile(wiring.NLU_DATA / "topics.yml", data / "topics.yml")
    monkeypatch.setattr("bot.safety_report_command.NLU_DATA", data)
    (tmp_path / "building.yml").write_text(CAUGHT, encoding="utf-8")
    (tmp_path / "held_back.yml").write_text(CAUGHT, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["safety-report", "--phrases", str(folder), *words], env=environment)


def test_the_rules_alone_need_no_database_and_no_model(phrases: Path) -> None:
    result = run(phrases)
    assert result.exit_code == 0
    assert "building: 1 dangers, 0 ordinary messages" in result.stdout
    assert result.stdout.count("1 of 1 100.0%") >= 4
    assert "nlu_data/regression: 1 dangers, 1 ordinary messages" in result.stdout
    assert "nlu_data/examples: 1 dangers, 1 ordinary messages" in result.stdout


def test_a_phrase_that_must_be_caught_and_is_not_fails_the_command(phrases: Path) -> None:
    (phrases / "held_back.yml").write_text(MISSED % "must", encoding="utf-8")
    result = run(phrases)
    assert result.exit_code == 1
    assert "missed  red_flag: the purple one went sideways" in result.stdout
    assert "error: 1 dangers that must be caught are missed by the rules" in result.stderr


def test_a_phrase_that_may_be_missed_is_only_listed(phrases: Path) -> None:
    (phrases / "held_back.yml").write_text(MISSED % "vague", encoding="utf-8")
    result = run(phrases)
    assert result.exit_code == 0
    assert "missed  red_flag: the purple one went sideways" in result.stdout


def test_with_the_model_what_it_alone_finds_counts(phrases: Path, migrated_file: Path, tmp_path: Path) -> None:
    (phrases / "held_back.yml").write_text(MISSED % "vague", encoding="utf-8")
    url = f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'bot.db')}"
    database = Database(url, KEYS)
    with database.write() as session:
        practices.save(session, read_practice(wiring.PROJECT / "bot" / "web" / "demo_practice.yml"))
        same = {"file": f"{MODEL}.tar.gz", "sha256": "0", "trained_from": "0", "thresholds": {"safety": 0.3}}
        releases.add_live(session, name=MODEL, now=NOON, **same)
    database.close()
    with nlu_server.running() as nlu:
        ranking = [{"name": "breast_symptom", "confidence": 0.9}, {"name": "cost", "confidence": 0.05}]
        nlu.says(PARSE_ALL, parsed(intent=ranking[0], intent_ranking=ranking))
        environment = {
            "BOT_DATABASE_URL": url,
            "BOT_NLU_URL": nlu.url,
            "BOT_NLU_TOKEN": TOKEN,
            "BOT_VAR": str(tmp_path),
        }
        result = run(phrases, "--with-model", **environment)
    assert result.exit_code == 0, result.output
    assert "missed" not in result.stdout
    [slang] = [line for line in result.stdout.splitlines() if line.strip().startswith("slang")]
    assert slang.split() == "slang 0 of 1 0.0% (0.0% to 79.3%) 1 of 1 100.0% (20.7% to 100.0%)".split() + (
        "1 of 1 100.0% (20.7% to 100.0%)".split()
    )
    assert "alarm   model: is it free" in result.stdout  # this model takes everything for a symptom
