"""Training: when a model is made anew, what a release holds, and what Rasa's processes are given."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import DataError, ReleaseError
from bot.nlu import server, training_run
from bot.nlu.training_run import NOT_IN_A_MODEL, TrainedRelease, find_trained, fingerprint, rasa_environment, train

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Stands for Rasa's interpreter: it writes the model where the command line says.
RASA = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --out) out="$2";; --fixed-model-name) name="$2";; esac
  shift
done
echo "trained for $BOT_APP_SECRET" && {ending}
"""


class QuickTime:
    """A clock whose second is short: training looks once a second whether Rasa is done."""

    monotonic = staticmethod(time.monotonic)

    @staticmethod
    def sleep(seconds: float) -> None:
        time.sleep(seconds / 100)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_run, "time", QuickTime)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "config.yml": "pipeline: []",
        "domain.yml": "intents: [cost]",
        "nlu_data/examples/getting_there/cost.yml": "nlu: []",
        "nlu_data/regression/cost.yml": "nlu: []",
        "nlu_data/answers/cost.yml": "[]",
        "nlu_data/thresholds.json": '{"answer": 0.6, "margin": 0.2}',
        "nlu_data/topics.yml": "[]",
        "actions/classifier.py": "x = 1",
        "actions/serve.py": "x = 1",
    }
    for name, text in files.items():
        file = tmp_path / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "project"


def with_rasa(project: Path, ending: str = 'echo model > "$out/$name.tar.gz"') -> None:
    python = project / ".venv-rasa" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(RASA.format(ending=ending), encoding="utf-8")
    python.chmod(0o755)


def with_thresholds(project: Path, answer: float) -> None:
    (project / "nlu_data/thresholds.json").write_text(f'{{"answer": {answer}, "margin": 0.2}}', encoding="utf-8")


def found(project: Path) -> TrainedRelease:
    release = find_trained(project, project / "models")
    assert release is not None
    return release


def trained(project: Path) -> TrainedRelease:
    with_rasa(project)
    return train(project, project / "models", NOON, lambda seconds: None)


# The fingerprint


CHANGES: dict[str, Callable[[Path], object]] = {
    "the pipeline": lambda project: (project / "config.yml").write_text("pipeline: [x]"),
    "the intents": lambda project: (project / "domain.yml").write_text("intents: []"),
    "an example": lambda project: (project / "nlu_data/examples/getting_there/cost.yml").write_text("nlu: [x]"),
    "a new file": lambda project: (project / "nlu_data/examples/new.yml").write_text("nlu: []"),
    "a file less": lambda project: (project / "nlu_data/examples/getting_there/cost.yml").unlink(),
    "a new name": lambda project: (project / "actions/classifier.py").rename(project / "actions/c.py"),
    "a component": lambda project: (project / "actions/classifier.py").write_text("x = 2"),
    "a space": lambda project: (project / "config.yml").write_text("pipeline: [] "),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_input_of_a_model_changes_its_fingerprint(project: Path, what: str) -> None:
    before = fingerprint(project)
    CHANGES[what](project)
    assert fingerprint(project) != before


def test_what_no_model_is_made_from_does_not(project: Path) -> None:
    before = fingerprint(project)
    (project / "nlu_data/regression/cost.yml").write_text("nlu: [x]", encoding="utf-8")
    (project / "nlu_data/answers/cost.yml").write_text("[x]", encoding="utf-8")
    with_thresholds(project, 0.7)
    (project / "actions/dialogue").mkdir()
    (project / "actions/dialogue/decide.py").write_text("for Rasa's own channels")
    for how_it_is_served in NOT_IN_A_MODEL:
        (project / how_it_is_served).write_text("x = 2", encoding="utf-8")
    (project / "nlu_data/topics.yml").write_text("[x]", encoding="utf-8")
    (project / "actions/__pycache__").mkdir()
    (project / "actions/__pycache__/serve.cpython-311.pyc").write_bytes(b"x")
    assert fingerprint(project) == before


def test_the_place_of_the_project_does_not_count(project: Path, tmp_path: Path) -> None:
    before = fingerprint(project)
    assert fingerprint(project.rename(tmp_path / "elsewhere")) == before


def test_a_missing_input_is_named(project: Path) -> None:
    (project / "domain.yml").unlink()
    with pytest.raises(DataError, match=r"domain\.yml: is missing"):
        fingerprint(project)


# Training


def test_training_makes_a_release(project: Path) -> None:
    release = trained(project)
    assert release.name.startswith(f"20261124-120000-{fingerprint(project)[:8]}-")
    assert release.file == f"{release.name}.tar.gz"
    assert (project / "models" / release.file).read_text() == "model\n"
    assert release.trained_from == fingerprint(project)
    assert release.thresholds == {"answer": 0.6, "margin": 0.2}


def test_a_model_that_was_trained_from_the_same_data_is_found_again(project: Path) -> None:
    release = trained(project)
    assert find_trained(project, project / "models") == release


def test_a_model_of_other_data_is_not_used(project: Path) -> None:
    trained(project)
    (project / "config.yml").write_text("pipeline: [x]", encoding="utf-8")
    assert find_trained(project, project / "models") is None


def test_a_model_that_was_changed_or_cut_short_is_not_used(project: Path) -> None:
    release = trained(project)
    (project / "models" / release.file).write_text("mod", encoding="utf-8")
    assert find_trained(project, project / "models") is None


def test_a_model_that_is_gone_is_not_used(project: Path) -> None:
    release = trained(project)
    (project / "models" / release.file).unlink()
    assert find_trained(project, project / "models") is None


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"name": "x"}', '["name", "file"]'])
def test_a_description_that_a_crash_cut_short_is_passed_over(project: Path, content: str) -> None:
    release = trained(project)
    (project / "models" / "20991231-000000-ffffffff.json").write_text(content, encoding="utf-8")
    assert find_trained(project, project / "models") == release


def test_without_any_model_there_is_none(project: Path) -> None:
    assert find_trained(project, project / "models") is None


def test_the_newest_of_two_is_used(project: Path) -> None:
    first = trained(project)
    older = project / "models" / "20200101-000000-00000000.json"
    older.write_text(json.dumps({**vars(first), "name": "20200101-000000-00000000"}), encoding="utf-8")
    assert find_trained(project, project / "models") == first


@pytest.mark.parametrize("ending", ["exit 1", "true"], ids=["it fails", "no model"])
def test_a_training_that_failed_makes_no_release(project: Path, ending: str) -> None:
    with_rasa(project, ending)
    with pytest.raises(ReleaseError, match=r"the training failed: the end of .* says why"):
        train(project, project / "models", NOON, lambda seconds: None)
    assert find_trained(project, project / "models") is None


def test_without_rasas_environment_the_error_says_what_to_do(project: Path) -> None:
    with pytest.raises(ReleaseError, match="make run sets it up"):
        train(project, project / "models", NOON, lambda seconds: None)


@pytest.mark.parametrize("content", ["", "[]", '{"answer": "high"}', '{"answer": null}'])
def test_thresholds_that_are_no_numbers_are_named(project: Path, content: str) -> None:
    (project / "nlu_data/thresholds.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"thresholds\.json: does not hold thresholds as numbers"):
        trained(project)


# New thresholds: another release of the same model


def test_with_other_thresholds_the_same_model_is_another_release(project: Path) -> None:
    first = trained(project)
    with_thresholds(project, 0.7)
    second = found(project)
    assert second.thresholds["answer"] == 0.7
    assert second.name != first.name
    assert second.file == f"{second.name}.tar.gz"
    assert (second.sha256, second.trained_from) == (first.sha256, first.trained_from)
    assert (project / "models" / second.file).samefile(project / "models" / first.file)


def test_with_other_words_for_a_topic_the_same_model_is_another_release(project: Path) -> None:
    """What patients see of a topic goes live by a promotion, as everything else does."""
    first = trained(project)
    (project / "nlu_data/topics.yml").write_text("[other]", encoding="utf-8")
    second = found(project)
    assert (second.sha256, second.trained_from) == (first.sha256, first.trained_from)
    assert second.name != first.name
    (project / "nlu_data/topics.yml").write_text("[]", encoding="utf-8")
    assert found(project) == first


def test_the_release_before_stays_as_it_was(project: Path) -> None:
    """Another process may serve it still, and it may be made live again."""
    first = trained(project)
    before = (project / "models" / f"{first.name}.json").read_text()
    with_thresholds(project, 0.7)
    found(project)
    assert (project / "models" / f"{first.name}.json").read_text() == before
    assert (project / "models" / first.file).read_text() == "model\n"


def test_going_back_to_earlier_thresholds_is_the_earlier_release(project: Path) -> None:
    first = trained(project)
    with_thresholds(project, 0.7)
    second = found(project)
    with_thresholds(project, 0.6)
    assert found(project) == first
    with_thresholds(project, 0.7)
    assert found(project) == second
    assert len(list((project / "models").glob("*.tar.gz"))) == 2


def test_asking_again_is_the_same_release(project: Path) -> None:
    trained(project)
    with_thresholds(project, 0.7)
    assert found(project) == found(project)


def test_a_link_that_a_crash_left_alone_is_taken_over(project: Path) -> None:
    trained(project)
    with_thresholds(project, 0.7)
    second = found(project)
    (project / "models" / f"{second.name}.json").unlink()
    (project / "models" / f"{second.file}.part").write_text("cut sh", encoding="utf-8")
    assert found(project) == second
    assert (project / "models" / second.file).read_text() == "model\n"


def test_where_the_disk_knows_no_links_the_model_is_copied(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError("no links here")

    trained(project)
    with_thresholds(project, 0.7)
    monkeypatch.setattr(training_run.os, "link", refuse)
    assert (project / "models" / found(project).file).read_text() == "model\n"


def test_new_thresholds_do_not_bring_back_a_model_of_other_data(project: Path) -> None:
    trained(project)
    with_thresholds(project, 0.7)
    (project / "config.yml").write_text("pipeline: [x]", encoding="utf-8")
    assert find_trained(project, project / "models") is None


# What Rasa's processes are given


def test_rasa_is_given_none_of_our_secrets(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_APP_SECRET", "a secret of ours")
    assert not [name for name in rasa_environment(project) if name.startswith("BOT_")]
    release = trained(project)
    assert "a secret of ours" not in (project / "models" / f"{release.name}.log").read_text()


def test_a_training_multiplies_on_one_thread_so_that_every_processor_has_its_own_work(project: Path) -> None:
    with_rasa(project, 'echo "$OPENBLAS_NUM_THREADS thread" && echo model > "$out/$name.tar.gz"')
    release = train(project, project / "models", NOON, lambda seconds: None)
    assert "\n1 thread\n" in (project / "models" / f"{release.name}.log").read_text()


def test_rasa_neither_phones_home_nor_logs_what_patients_write(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    environment = rasa_environment(project)
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["LOG_LEVEL"] == "WARNING"


def test_the_server_does_not_start_without_a_token(project: Path) -> None:
    with pytest.raises(ReleaseError, match="BOT_NLU_TOKEN is missing"):
        server.serve(project, project / "nlu", "http://127.0.0.1:5005", "", "http://127.0.0.1:8000")


def test_a_server_of_ones_own_does_not_start_without_its_model(project: Path) -> None:
    with (
        pytest.raises(ReleaseError, match=r"the model x\.tar\.gz is missing"),
        server.temporary_server(project, project / "models" / "x.tar.gz"),
    ):
        pass


def test_the_server_is_told_where_models_come_from_and_no_file_holds_the_token(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    with_rasa(project)
    monkeypatch.setattr(server.os, "execve", lambda _, command, environment: started.append((command, environment)))
    monkeypatch.setattr(server.os, "chdir", lambda _: None)
    with pytest.raises(ReleaseError):
        server.serve(project, project / "nlu", "http://127.0.0.1:5005", "", "http://10.0.0.7:8000")
    assert started == []
    server.serve(project, project / "nlu", "http://127.0.0.1:5005", "a token", "http://10.0.0.7:8000")
    [(command, environment)] = started
    endpoints = project / "nlu" / "endpoints.yml"
    assert command[command.index("--endpoints") + 1] == str(endpoints)
    assert "http://10.0.0.7:8000/internal/models/live" in endpoints.read_text()
    assert "a token" not in endpoints.read_text() + " ".join(command)
    assert environment["NLU_MODELS_TOKEN"] == "a token"


def test_a_training_that_is_stopped_leaves_no_process_and_no_release(project: Path, tmp_path: Path) -> None:
    with_rasa(project, f"exec sh -c 'echo $$ > {tmp_path}/pid; exec sleep 600'")

    def stop(seconds: float) -> None:
        if (tmp_path / "pid").exists():
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        train(project, project / "models", NOON, stop)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()
    assert find_trained(project, project / "models") is None
    assert [file for file in (project / "models").iterdir() if file.is_dir()] == []


# A released model


def test_a_model_is_used_only_as_it_was_released(project: Path) -> None:
    release = trained(project)
    model = project / "models" / release.file
    assert training_run.verified(model, release.sha256) == model
    model.write_text("another", encoding="utf-8")
    with pytest.raises(ReleaseError, match="its hash is another"):
        training_run.verified(model, release.sha256)
    model.unlink()
    with pytest.raises(ReleaseError, match="is missing"):
        training_run.verified(model, release.sha256)
