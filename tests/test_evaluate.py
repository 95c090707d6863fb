"""`python -m bot evaluate` and `thresholds` with a stand-in for Rasa: what they write, say and end with."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.command_line import main
from bot.core.policy import Thresholds
from bot.nlu.client import PARSE_ALL
from bot.store import practices, releases
from bot.store.database import Database
from bot.store.practice_file import read_practice
from tests.builders import NOON
from tests.keys import KEYS
from tests.nlu import nlu_server
from tests.nlu.nlu_server import MODEL, TOKEN, NluServer, parsed

PRACTICE = wiring.PROJECT / "bot" / "web" / "demo_practice.yml"
# The stand-in reads every message as does_it_hurt, with a score of 0.91.
RIGHT = [{"text": f"does the mammogram hurt, number {number}", "topic": "does_it_hurt"} for number in range(9)]
WRONG = {"text": "is it free? my nhs number is 943 476 5919", "topic": "cost"}
THRESHOLDS = {"answer": 0.75, "answer_margin": 0.2, "safety": 0.5, "clarify": 0.25, "choice": 0.1}


@pytest.fixture
def nlu() -> Iterator[NluServer]:
    with nlu_server.running() as server:
        yield server


@pytest.fixture
def environment(nlu: NluServer, migrated_file: Path, tmp_path: Path) -> dict[str, str]:
    """A practice whose automated answers are off, and a live release: only the release is judged."""
    database_url = f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'bot.db')}"
    database = Database(database_url, KEYS)
    with database.write() as session:
        practices.save(session, read_practice(PRACTICE))
        practice = practices.first(session)
        assert practice is not None
        practice.paused = True
        releases.add_live(
            session,
            name=MODEL,
            file=f"{MODEL}.tar.gz",
            sha256="0",
            trained_from="0",
            thresholds=THRESHOLDS,
            now=NOON,
        )
    database.close()
    return {
        "BOT_DATABASE_URL": database_url,
        "BOT_NLU_URL": nlu.url,
        "BOT_NLU_TOKEN": TOKEN,
        "BOT_VAR": str(tmp_path / "var"),
    }


class Command:
    """Runs a command on messages and floors of the test's own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.out = folder / "out"

    def file(self, name: str, content: str) -> str:
        (self.folder / name).write_text(content, encoding="utf-8")
        return str(self.folder / name)

    def run(self, command: str, rows: list[dict[str, str]], *options: str) -> Result:
        messages = self.file("messages.jsonl", "\n".join(map(json.dumps, rows)))
        arguments = [command, "--messages", messages, "--out", str(self.out), *options]
        return CliRunner().invoke(main, arguments, env=self.environment)

    def evaluate(self, rows: list[dict[str, str]], floors: str = "at_least: {topic_right: 0.9}") -> Result:
        return self.run("evaluate", rows, "--floors", self.file("floors.yml", floors))


@pytest.fixture
def command(tmp_path: Path, environment: dict[str, str]) -> Command:
    return Command(tmp_path, environment)


def test_with_all_floors_met_it_ends_with_0_and_leaves_both_reports(command: Command) -> None:
    ran = command.evaluate([*RIGHT, WRONG])
    assert ran.exit_code == 0, ran.output
    report = json.loads((command.out / "report.json").read_text(encoding="utf-8"))
    assert (report["release"], report["messages"]) == (MODEL, 10)
    assert report["thresholds"]["answer"] == 0.75
    assert report["overall"]["topic_right"]["value"] == 0.9
    assert report["by"]["programme"]["breast"]["topic_right"]["messages"] == 10
    assert "Good enough" in (command.out / "report.html").read_text(encoding="utf-8")
    assert "met     topic_right: 90.0%, at least 90.0%" in ran.output
    assert sorted(file.name for file in command.out.iterdir()) == ["report.html", "report.json"]


def test_below_a_floor_it_ends_with_1_and_leaves_the_reports_all_the_same(command: Command) -> None:
    ran = command.evaluate([*RIGHT, WRONG], "at_least: {topic_right: 0.91}")
    assert ran.exit_code == 1
    assert "missed  topic_right: 90.0%, at least 91.0%" in ran.output
    assert (command.out / "report.html").exists()


def test_a_pause_of_the_practice_is_not_the_releases(command: Command) -> None:
    """Paused, everything would be handed over without a topic, and count as wrong."""
    assert command.evaluate(RIGHT, "at_most: {confidently_wrong: 0, handed_off_rate: 1}").exit_code == 0


def test_other_peoples_messages_are_redacted(command: Command) -> None:
    command.evaluate([WRONG])
    for name in ("report.json", "report.html"):
        text = (command.out / name).read_text(encoding="utf-8")
        assert "is it free?" in text
        assert "943 476" not in text


def test_a_rule_of_the_safety_net_decides_and_the_model_is_asked_all_the_same(command: Command, nlu: NluServer) -> None:
    danger = {"text": "chest pain cant breathe", "topic": "emergency"}
    assert command.evaluate([danger], "at_least: {safety_caught: 1}").exit_code == 0
    assert [danger["text"]] in [body["texts"] for body in nlu.bodies()]
    report = json.loads((command.out / "report.json").read_text(encoding="utf-8"))
    assert report["overall"]["topic_right"]["value"] == 0


@pytest.mark.parametrize(
    ("rows", "floors", "problem"),
    [
        ([{"text": "x", "topic": "costs"}], "at_least: {topic_right: 0.9}", "messages.jsonl:1: costs is not a topic"),
        ([], "at_least: {topic_right: 0.9}", "holds no messages"),
        (RIGHT, "at_least:\n  topic_right: high", "floors.yml:2: topic_right is not a number"),
        (RIGHT, "at_least:\n  topics: 1", "floors.yml:2: topics is not a measure"),
    ],
)
def test_a_wrong_file_ends_with_2_and_one_line(
    command: Command, rows: list[dict[str, str]], floors: str, problem: str
) -> None:
    ran = command.evaluate(rows, floors)
    assert ran.exit_code == 2
    assert problem in ran.output
    assert len(ran.output.strip().splitlines()) == 1
    assert not command.out.exists()


@pytest.mark.parametrize(
    ("body", "status"), [({}, 500), ({"intent_ranking": []}, 200), (b"nonsense", 200)], ids=["500", "empty", "nonsense"]
)
def test_a_model_that_fails_in_the_middle_ends_with_2_and_quotes_no_message(
    command: Command, nlu: NluServer, monkeypatch: pytest.MonkeyPatch, body: object, status: int
) -> None:
    ready = wiring.NluClient.understand_all
    nlu_is_warm = iter([True])

    def fail_after_the_first(client: wiring.NluClient, texts: Sequence[str]) -> object:
        if not next(nlu_is_warm, False):
            nlu.says(PARSE_ALL, body, status)
        return ready(client, texts)

    monkeypatch.setattr(wiring.NluClient, "understand_all", fail_after_the_first)
    ran = command.evaluate(RIGHT)
    assert ran.exit_code == 2
    assert "messages.jsonl:1 was not read" in ran.output
    assert "mammogram" not in ran.output


def test_each_text_is_read_once(command: Command, nlu: NluServer) -> None:
    assert command.evaluate(RIGHT).exit_code == 0
    asked = [text for body in nlu.bodies() for text in body["texts"]]
    assert sorted(asked.count(row["text"]) for row in RIGHT) == [1] * len(RIGHT)


def test_one_slow_answer_is_asked_again(command: Command, nlu: NluServer, monkeypatch: pytest.MonkeyPatch) -> None:
    ready, asked = wiring.NluClient.understand_all, []

    def fail_once(client: wiring.NluClient, texts: Sequence[str]) -> object:
        asked.append(texts)
        nlu.says(PARSE_ALL, parsed() if len(asked) != 2 else {}, 200 if len(asked) != 2 else 503)
        return ready(client, texts)

    monkeypatch.setattr(wiring.NluClient, "understand_all", fail_once)
    assert command.evaluate(RIGHT).exit_code == 0


def test_without_a_server_and_a_release_it_says_what_to_do(
    command: Command, tmp_path: Path, nlu: NluServer, migrated_file: Path
) -> None:
    nlu.says(PARSE_ALL, {}, 500)
    command.environment |= {"BOT_DATABASE_URL": f"sqlite:///{migrated_file}"}
    ran = command.evaluate(RIGHT)
    assert ran.exit_code == 2
    assert "error: there is no live release: python -m bot set-up" in ran.output


def test_a_folder_that_cannot_be_written_ends_with_2(command: Command) -> None:
    command.out.write_text("a file is in the way", encoding="utf-8")
    ran = command.evaluate(RIGHT)
    assert ran.exit_code == 2
    assert "cannot be written" in ran.output


def test_thresholds_are_chosen_written_and_told(command: Command, tmp_path: Path) -> None:
    target = tmp_path / "thresholds.json"
    rows = [{"text": f"does the mammogram hurt, number {number}", "topic": "does_it_hurt"} for number in range(60)]
    ran = command.run("thresholds", rows, "--thresholds", str(target))
    assert ran.exit_code == 0, ran.output
    chosen = json.loads(target.read_text(encoding="utf-8"))
    assert list(chosen) == list(Thresholds().as_dict())
    assert (chosen["answer"], chosen["answer_margin"]) == (0.91, 0.85)
    assert (chosen["clarify"], chosen["choice"]) == (0.25, 0.1)
    assert (command.out / "thresholds.svg").read_text(encoding="utf-8").count("<svg") == 1
    curves = json.loads((command.out / "thresholds.json").read_text(encoding="utf-8"))
    assert curves["kinds"]["answer"]["chosen"]["coverage"] == 1
    assert "answer" in ran.output
    assert "small talk" in ran.output


@pytest.mark.parametrize("bound", ["0", "-1", "0.9", "some"])
def test_a_bound_that_is_none_is_refused(command: Command, bound: str) -> None:
    assert command.run("thresholds", RIGHT, "--bound", bound).exit_code == 2
