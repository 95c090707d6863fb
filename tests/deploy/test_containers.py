"""The containers: what they run exists, what they set is known, no secret stands in them, and little is allowed."""

import fnmatch
import re
from typing import Any

import pytest

from bot.command_line import main
from bot.nlu.evaluation.safety_phrases import FILES
from bot.settings import PLAIN, SECRETS
from bot.trainer.steps import PHRASES
from tests.deploy.files import COMMAND, COMPOSE, CONTAINERFILE, compose, needed_by, plain_settings, words
from tests.rules.project import PROJECT

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
OURS = [name for name in SERVICES if name != "database"]
LINES = CONTAINERFILE.read_text(encoding="utf-8")
each = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def command_of(name: str) -> str:
    of_image = {"nlu": ["python", "-m", "bot", "nlu"], "web": ["gunicorn", "app:app"]}
    command = SERVICES[name].get("command") or of_image[name]
    return " ".join(command)


@each_of_ours
def test_what_a_container_runs_exists(name: str) -> None:
    assert set(COMMAND.findall(command_of(name))) <= main.commands.keys()
    assert COMMAND.search(command_of(name)) or command_of(name) == "gunicorn app:app"


def test_the_images_run_what_exists() -> None:
    assert 'CMD ["gunicorn", "app:app"]' in LINES
    assert 'CMD ["python", "-m", "bot", "nlu"]' in LINES
    assert {service["build"]["target"] for service in SERVICES.values() if "build" in service} == {"service", "nlu"}
    for target in ("service", "nlu"):
        assert re.search(rf"^FROM \S+ AS {target}$", LINES, re.MULTILINE)


def test_everything_that_an_image_copies_is_there_and_let_through() -> None:
    let = [line[1:] for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    copied = [
        source for line in re.findall(r"^COPY (?!--from)(.+)$", LINES, re.MULTILINE) for source in line.split()[:-1]
    ]
    assert "bot" in copied
    for source in copied:
        assert (PROJECT / source).exists(), source
        assert any(
            fnmatch.fnmatch(source.split("/")[0], pattern) or pattern.startswith(f"{source}/") for pattern in let
        ), source


def test_an_image_has_everything_that_the_code_reads_beside_it() -> None:
    """What `make run` needs of the checkout is in the image: the Rasa project, the data, the two entry points."""
    copied = set(re.findall(r"[\w./]+", " ".join(re.findall(r"^COPY (?!--from)(.+)$", LINES, re.MULTILINE))))
    assert {
        "app.py",
        "gunicorn.conf.py",
        "config.yml",
        "domain.yml",
        "actions",
        "dialogue",
        "nlu_data",
        "bot",
        str(PHRASES),  # which a training is judged by
    } <= copied
    assert f"!{PHRASES}/*.yml" in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert all((PROJECT / PHRASES / f"{file}.yml").exists() for file in FILES)


@each_of_ours
def test_every_setting_is_known_and_every_secret_is_a_file(name: str) -> None:
    service = SERVICES[name]
    for setting, value in service["environment"].items():
        if setting in PLAIN:
            continue
        assert setting.removesuffix("_FILE") in SECRETS, setting
        assert value.removeprefix("/run/secrets/") in service["secrets"]
        assert value.startswith("/run/secrets/")
    given = {setting.removesuffix("_FILE") for setting in service["environment"]}
    given |= plain_settings(COMPOSE.parent / service["env_file"][0]).keys()
    assert given >= set(needed_by(command_of(name)))


def test_every_secret_is_a_file_outside_the_repository() -> None:
    whole = compose()
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert whole["secrets"].keys() == used
    assert all(secret == {"file": f"secrets/{name}"} for name, secret in whole["secrets"].items())
    assert "deploy/container/secrets/" in (PROJECT / ".gitignore").read_text(encoding="utf-8")


def test_what_runs_inside_rasa_gets_no_key_and_nothing_of_metas() -> None:
    assert set(SERVICES["nlu"]["secrets"]) == {"BOT_NLU_TOKEN"}
    assert "volumes" not in SERVICES["nlu"]


def test_rasa_writes_into_its_own_memory_and_asks_the_web_process_for_models() -> None:
    given = SERVICES["nlu"]["environment"]
    assert given["BOT_MODELS_URL"] == "http://web:8000"
    assert "PORT=8000" in LINES
    assert set(SERVICES["nlu"]["networks"]) <= set(SERVICES["web"]["networks"])
    assert any(given["BOT_VAR"].startswith(f"{place.split(':')[0]}/") for place in SERVICES["nlu"]["tmpfs"])


def test_the_trainer_has_rasas_environment_the_database_and_its_key_and_nothing_of_metas() -> None:
    trainer = SERVICES["trainer"]
    assert trainer["build"]["target"] == "nlu"
    assert set(trainer["secrets"]) == {"BOT_SECRET_KEY", "BOT_DATABASE_URL"}
    assert trainer["volumes"] == SERVICES["web"]["volumes"]  # which hands its models out


def test_the_web_process_comes_first_and_trainings_last() -> None:
    web, worker, nlu, trainer = (SERVICES[name]["cpu_shares"] for name in ("web", "worker", "nlu", "trainer"))
    assert web > 1024 > worker  # 1024 is what the database has, by default
    assert worker == nlu > trainer


@pytest.mark.parametrize("name", [name for name in SERVICES if "profiles" not in SERVICES[name] and name != "migrate"])
def test_what_runs_all_the_time_has_a_limit_of_memory(name: str) -> None:
    assert SERVICES[name]["mem_limit"]


def test_no_long_word_that_looks_like_a_secret_stands_in_the_files() -> None:
    texts = [*words(compose()), *LINES.split()]
    assert [text for text in texts if re.fullmatch(r"(?=.*\d)(?=.*[a-zA-Z])[\w+/-]{24,}", text)] == []


@each
def test_a_container_is_read_only_not_root_and_has_no_powers(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"]
    assert service.get("user") == "postgres" if name == "database" else "USER 10001:10001" in LINES


def test_what_runs_inside_rasa_and_the_database_have_no_way_out() -> None:
    whole = compose()
    assert whole["networks"]["inside"] == {"internal": True}
    for name in ("nlu", "trainer", "database", "migrate", "set-up", "backup"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    assert SERVICES["web"]["ports"] == ["127.0.0.1:8000:8000"]


@pytest.mark.parametrize("name", ["web", "nlu", "database"])
def test_what_listens_is_checked(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_nothing_starts_before_the_migrations_are_through() -> None:
    for name in ("web", "worker", "trainer"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}
