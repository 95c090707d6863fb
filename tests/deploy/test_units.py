"""The systemd units: what they start exists, what they set is known, no secret is in them, and little is allowed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.command_line import main
from bot.giving_way import ANSWERING, TRAINING
from bot.settings import PLAIN, SECRETS
from tests.conftest import skip_or_fail
from tests.deploy.files import (
    COMMAND,
    DEPLOY,
    DROP_INS,
    INSTALLED,
    UNITS,
    environment,
    needed_by,
    plain_settings,
    unit,
)
from tests.rules.project import PROJECT

FOLDER = DEPLOY / "systemd"
MOST_EXPOSED = 20  # of 100, by systemd's own count
NLU = FOLDER / "screening-nlu@.service"
TRAINER = FOLDER / "screening-trainer.service"
WEB = FOLDER / "screening-web.service"
WORKER = FOLDER / "screening-worker@.service"
DAEMONS = [NLU, TRAINER, WEB, WORKER]
OF_GUNICORN = {"HOST", "PORT", "WEB_CONCURRENCY"}
by_name = pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
with_drop_ins = pytest.mark.parametrize("file", [*UNITS, *DROP_INS], ids=lambda file: file.name)


@by_name
def test_what_a_unit_starts_exists(file: Path) -> None:
    [command] = unit(file)["ExecStart"]
    for path in re.findall(rf"{INSTALLED}(\S+)", command):
        assert (PROJECT / path).exists(), path
    named = COMMAND.findall(command.replace(f"{INSTALLED}.venv/bin/", ""))
    assert set(named) <= main.commands.keys()
    assert named or command.endswith("gunicorn app:app")


@with_drop_ins
def test_every_setting_is_known_and_every_secret_is_a_file(file: Path) -> None:
    for name, value in environment(unit(file)).items():
        if name in OF_GUNICORN or name in PLAIN:
            continue
        assert name.removesuffix("_FILE") in SECRETS, name
        assert name.endswith("_FILE")
        assert re.fullmatch(r"%d/[A-Z_]+", value), name


@with_drop_ins
def test_every_secret_file_is_handed_over_and_no_other(file: Path) -> None:
    found = unit(file)
    handed = [value.partition(":") for value in found.get("LoadCredential", [])]
    assert {name for name, _, _ in handed} == {
        value.removeprefix("%d/") for value in environment(found).values() if value.startswith("%d/")
    }
    assert all(path == f"/etc/screening-assistant/secrets/{name}" for name, _, path in handed)


@by_name
def test_a_unit_gets_the_secrets_that_its_process_needs(file: Path) -> None:
    given = {name.removesuffix("_FILE") for name in environment(unit(file))} | plain_settings(
        FOLDER / "settings.env"
    ).keys()
    assert given >= set(needed_by(unit(file)["ExecStart"][0]))


def test_what_runs_inside_rasa_gets_no_key_and_nothing_of_metas() -> None:
    assert secrets_of(NLU) == {"BOT_NLU_TOKEN"}
    assert unit(NLU)["User"] == ["screening-nlu"]
    [kept_from] = unit(NLU)["InaccessiblePaths"]
    assert {"-/var/lib/screening-assistant", "-/etc/screening-assistant/secrets"} <= set(kept_from.split())
    assert (unit(NLU)["IPAddressDeny"], unit(NLU)["IPAddressAllow"]) == (["any"], ["localhost"])


def secrets_of(file: Path) -> set[str]:
    return {name.removesuffix("_FILE") for name in environment(unit(file)) if name.endswith("_FILE")}


def test_rasa_writes_into_a_folder_of_its_own_and_asks_the_web_process_for_models() -> None:
    given, web = environment(unit(NLU)), environment(unit(WEB))
    [folder] = unit(NLU)["RuntimeDirectory"]
    assert given["BOT_VAR"] == f"%t/{folder}"
    assert "%i" in folder  # several servers on one machine
    assert "ReadWritePaths" not in unit(NLU)
    assert given["BOT_MODELS_URL"] == f"http://{web['HOST']}:{web['PORT']}"


def test_the_trainer_gets_the_database_and_its_key_and_has_no_way_out() -> None:
    found = unit(TRAINER)
    assert secrets_of(TRAINER) == {"BOT_SECRET_KEY", "BOT_DATABASE_URL"}
    assert (found["IPAddressDeny"], found["IPAddressAllow"]) == (["any"], ["localhost"])
    assert environment(found)["BOT_VAR"] == environment(unit(WEB))["BOT_VAR"]  # which hands its models out
    assert found["ReadWritePaths"] == [environment(found)["BOT_VAR"]]


def test_the_web_process_comes_first_and_trainings_last() -> None:
    weights = [int(unit(file)["CPUWeight"][0]) for file in (WEB, WORKER, NLU, TRAINER)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[1]
    assert weights[-1] < weights[-2]
    assert "Nice" not in unit(WEB)
    assert [int(unit(file)["Nice"][0]) for file in (WORKER, NLU, TRAINER)] == [ANSWERING, ANSWERING, TRAINING]


@pytest.mark.parametrize("file", DAEMONS, ids=lambda file: file.name)
def test_what_runs_all_the_time_has_a_limit_of_memory_and_starts_again(file: Path) -> None:
    assert unit(file)["MemoryMax"]
    assert unit(file)["Restart"] == ["always"]


def test_the_plain_settings_are_plain() -> None:
    for file in DEPLOY.rglob("settings.env"):
        assert plain_settings(file).keys() <= set(PLAIN)


@by_name
def test_a_unit_is_neither_root_nor_able_to_become_it(file: Path) -> None:
    found = unit(file)
    assert found["User"] != ["root"]
    assert found["NoNewPrivileges"] == ["yes"]
    assert found["CapabilityBoundingSet"] == [""]
    assert found["ProtectSystem"] == ["strict"]


def test_the_target_starts_what_runs_all_the_time() -> None:
    [wanted] = unit(FOLDER / "screening-assistant.target")["Wants"]
    files = {re.sub(r"@\d+\.", "@.", name) for name in wanted.split()}
    assert all((FOLDER / name).exists() for name in files)
    assert {file.name for file in DAEMONS} <= files


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units as they would be if the service were installed in this checkout."""
    if not shutil.which("systemd-analyze"):
        skip_or_fail("systemd-analyze is not installed: apt-get install systemd")
    folder = tmp_path_factory.mktemp("units")
    for file in (*FOLDER.glob("*.service"), *FOLDER.glob("*.timer"), *FOLDER.glob("*.target")):
        (folder / file.name).write_text(file.read_text("utf-8").replace(INSTALLED.rstrip("/"), str(PROJECT)), "utf-8")
    return folder


def analyze(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], cwd=folder, capture_output=True, text=True, timeout=60)


def test_systemd_finds_nothing_wrong(here: Path) -> None:
    files = [f"./{file.name}" for file in sorted(here.iterdir())]
    ran = analyze("verify", "--man=no", "--recursive-errors=no", *files, folder=here)
    assert (ran.returncode, ran.stderr) == (0, "")


@by_name
def test_little_is_exposed_by_systemds_own_count(file: Path, here: Path) -> None:
    ran = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", f"./{file.name}", folder=here)
    assert ran.returncode == 0, ran.stdout[-300:]
