"""`python -m bot train` and `releases`, on a small project with a stand-in for Rasa."""

import os
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import training_commands
from bot.command_line import main
from bot.store import releases, training_runs
from bot.trainer import progress
from bot.wiring import Services
from tests.trainer import small_project
from tests.trainer.small_project import EXAMPLES
from tests.trainer.test_work import WORSE, found


class Office:
    """The command line at a desk: `toni` trains, `cleo` looks at it."""

    def __init__(self, services: Services, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.services, self.project, self._monkeypatch = services, project, monkeypatch

    def says(self, *words: str, code: int = 0, who: str = "toni") -> str:
        self._monkeypatch.setenv("LOGNAME", who)
        result = CliRunner().invoke(main, words)
        assert result.exit_code == code, result.output
        return result.output

    def live(self) -> str:
        with self.services.database.read() as session:
            return releases.live_name(session)

    def trained(self) -> str:
        """Train; the name of the release."""
        return self.says("train").rpartition("releases promote ")[2].strip()

    def live_one(self) -> str:
        name = self.trained()
        self.says("releases", "promote", name, who="cleo")
        return name


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def office(services: Services, project: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("BOT_DATABASE_URL", database_url)
    monkeypatch.setenv("BOT_VAR", str(services.settings.var))
    monkeypatch.setattr(os, "nice", lambda more: more)  # of the process that runs the tests
    monkeypatch.setattr(progress, "EVERY", 0.0)
    whole_run = partial(training_commands.see_through, source=project)
    monkeypatch.setattr(training_commands, "see_through", whole_run)
    return Office(services, project, monkeypatch)


def test_a_training_says_its_steps_and_how_to_go_on(office: Office) -> None:
    said = office.says("train")
    for step in ("Collecting topics and examples", "Training the model", "Reading the test messages with it"):
        assert f"{step} ..." in said
    name = said.rpartition("releases promote ")[2].strip()
    assert f"The release {name} is ready" in said
    assert office.says("releases", "list").startswith(f"{name}  ready  made ")
    assert office.live() == ""


def test_somebody_else_promotes_it_and_anybody_goes_back(office: Office) -> None:
    first = office.live_one()
    assert f"{first}  live since" in office.says("releases", "list")
    small_project.make(office.project, EXAMPLES | {"cost": [*EXAMPLES["cost"], "any charge"]})
    said = office.says("train")
    assert f"Compared with {first}: 0 messages are right now," in said
    second = said.rpartition("releases promote ")[2].strip()
    assert "error: You asked for this training" in office.says("releases", "promote", second, code=2)
    assert office.live() == first
    assert f"The release {second} is live." in office.says("releases", "promote", second, who="cleo")
    assert office.live() == second
    assert f"The release {first} is live again." in office.says("releases", "roll-back")
    assert office.live() == first
    assert "There is no earlier release to go back to." in office.says("releases", "roll-back", code=2)
    assert f"The release {second} is live again." in office.says("releases", "roll-back", second)


def test_a_refused_one_lists_its_messages_and_cannot_be_promoted(office: Office) -> None:
    first = office.live_one()
    small_project.make(office.project, WORSE)
    said = office.says("train", code=1)
    assert "missed  right of cost: 0.0%, at least 60.0%" in said
    assert "cost -> does_it_hurt, " in said
    assert ": price of mammogram" in said
    with office.services.database.read() as session:
        [worse] = [row.name for row in releases.newest(session, 9) if row.state == "refused"]
    assert f"The release {worse} is not good enough and cannot go live." in said
    assert "is not good enough: it cannot go live" in office.says("releases", "promote", worse, code=2, who="cleo")
    assert office.live() == first


def test_a_training_that_fails_says_why(office: Office) -> None:
    (office.project / "nlu_data" / "floors.yml").write_text("{}", encoding="utf-8")
    assert "names no floor" in office.says("train", code=2)
    with office.services.database.read() as session:
        assert training_runs.open_run(session) is None


def test_there_is_one_training_at_a_time(office: Office) -> None:
    with office.services.database.write() as session:
        run_id = training_runs.ask(session, office.services.now(), actor="user 1", name="Toni")
    assert run_id is not None
    assert "error: a training is waiting or running already" in office.says("train", code=2)
    assert found(office.services, run_id).state == "waiting"


def test_a_model_that_was_harmed_is_not_promoted(office: Office) -> None:
    name = office.trained()
    (office.services.settings.var / "models" / f"{name}.tar.gz").write_text("{}", encoding="utf-8")
    assert "its hash is another" in office.says("releases", "promote", name, code=2, who="cleo")
    assert office.live() == ""


def test_what_does_not_exist_is_not_promoted(office: Office) -> None:
    assert office.says("releases", "list") == ""
    assert "There is no such release." in office.says("releases", "promote", "nothing", code=2)
    assert "There is no earlier release" in office.says("releases", "roll-back", code=2)
