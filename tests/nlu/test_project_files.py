"""The project that is written from the database: Rasa's own tools work with it, and everything else is copied."""

import subprocess
from pathlib import Path
from shutil import copyfile

import pytest

from bot import wiring
from bot.errors import DataError
from bot.nlu.project_files import read_taught, write_project
from bot.nlu.training_run import TrainedRelease, fingerprint, rasa_environment, rasa_python
from bot.store import teaching_files
from bot.store.database import Database
from bot.store.examples import add_example
from tests.builders import NOON
from tests.keys import KEYS
from tests.real_rasa import MODELS
from tests.store.teaching import the_projects

LABELLED = "nlu_data/regression/labelled.yml"


def rasa(project: Path, *words: str) -> str:
    """Run Rasa's command in the project; returns what it said. Its exit code must be 0."""
    command = [str(rasa_python(project)), "-m", "rasa", *words]
    done = subprocess.run(
        command, cwd=project, env=rasa_environment(project), capture_output=True, text=True, timeout=170, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.rasa
def test_rasas_own_tools_work_with_what_trainers_wrote(
    migrated_file: Path, tmp_path: Path, release: TrainedRelease
) -> None:
    database = Database(f"sqlite:///{copyfile(migrated_file, tmp_path / 'bot.db')}", KEYS)
    with database.write() as session:
        the_projects(session)
        add_example(session, "book", "slot for a smear pls", "train", "user 1", NOON)
        add_example(session, "book", "need a smear booking", "regression", "user 1", NOON, decision="answer")
        add_example(session, "cost", "does the smear cost owt", "regression", "user 1", NOON)
        write_project(teaching_files.texts(session), wiring.PROJECT, tmp_path / "project")
    database.close()
    project = tmp_path / "project"
    rasa(project, "data", "validate", "--data", "nlu_data/examples", "nlu_data/regression")
    model = str(MODELS / release.file)
    rasa(project, "test", "nlu", "--nlu", LABELLED, "--model", model, "--no-plot", "--out", "results")
    assert (project / "results" / "intent_report.json").is_file()


def test_files_that_went_are_deleted_and_those_that_stay_are_not_touched(tmp_path: Path) -> None:
    files = read_taught(wiring.PROJECT)
    write_project(files, wiring.PROJECT, tmp_path)
    gone, *rest = [path for path in files if path.startswith("examples")]
    stamps = {path: (tmp_path / "nlu_data" / path).stat().st_mtime_ns for path in rest}
    write_project({path: text for path, text in files.items() if path != gone}, wiring.PROJECT, tmp_path)
    assert not (tmp_path / "nlu_data" / gone).exists()
    assert {path: (tmp_path / "nlu_data" / path).stat().st_mtime_ns for path in rest} == stamps
    assert fingerprint(tmp_path) != fingerprint(wiring.PROJECT)


def test_line_ends_of_another_system_are_kept(tmp_path: Path) -> None:
    files = read_taught(wiring.PROJECT)
    path = next(path for path in files if path.startswith("examples"))
    files[path] = files[path].replace("\n", "\r\n")
    write_project(files, wiring.PROJECT, tmp_path)
    assert read_taught(tmp_path) == files


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"config\.yml: cannot be read"):
        write_project(read_taught(wiring.PROJECT), tmp_path, tmp_path / "to")
    (tmp_path / "nlu_data").mkdir()
    (tmp_path / "nlu_data" / "topics.yml").write_bytes(b"\xff")
    with pytest.raises(DataError, match=r"topics\.yml: is not UTF-8 text"):
        read_taught(tmp_path)
