"""A training from the examples to its verdict: what is compared, refused, cancelled, given back and found again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store import audit, releases, training_runs
from bot.store.training_tables import Release, TrainingRun
from bot.trainer import progress
from bot.trainer.work import train_next
from bot.wiring import Services
from tests.trainer import small_project
from tests.trainer.small_project import EXAMPLES, FLOORS

WORSE = EXAMPLES | {"cost": ["parking space"], "does_it_hurt": [*EXAMPLES["does_it_hurt"], "free price of a mammogram"]}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)


@pytest.fixture
def backend() -> str:
    return "sqlite"


def ask(services: Services) -> int:
    with services.database.write() as session:
        run_id = training_runs.ask(session, services.now(), actor="user 1", name="Toni")
    assert run_id is not None
    return run_id


def train(services: Services, project: Path, ends: Callable[[], bool] = lambda: False) -> TrainingRun:
    run_id = ask(services)
    train_next(services, "trainer", ends, project)
    return found(services, run_id)


def found(services: Services, run_id: int) -> TrainingRun:
    with services.database.read() as session:
        return session.get_one(TrainingRun, run_id)


def release(services: Services, name: str | None) -> Release:
    with services.database.read() as session:
        return session.get_one(Release, name)


def promote(services: Services, run: TrainingRun) -> None:
    assert run.release is not None
    with services.database.write() as session:
        releases.promote(session, run.release, services.now(), actor="user 2")


def live_one(services: Services, project: Path) -> TrainingRun:
    run = train(services, project)
    assert (run.state, run.problem) == ("ready", None)
    promote(services, run)
    return run


def test_a_training_that_meets_the_floors_is_ready(services: Services, project: Path) -> None:
    run = train(services, project)
    assert (run.state, run.problem, run.open_key) == ("ready", None, None)
    row = release(services, run.release)
    assert (row.state, row.live_since, row.asked_by) == ("ready", None, "user 1")
    assert row.figures is not None
    assert row.figures["messages"] == 5
    assert row.figures["overall"]["topic_right"] == 1
    assert [topic["name"] for topic in row.topics or []] == ["does_it_hurt", "cost", "emergency"]
    assert run.found is not None
    assert (run.found["compared"], run.found["misses"]) == (False, [])
    assert (services.settings.var / "models" / row.file).is_file()
    assert list((services.settings.var / "training").iterdir()) == []


def test_a_bad_change_is_refused_with_the_messages_that_fail(services: Services, project: Path) -> None:
    first = live_one(services, project)
    small_project.make(project, WORSE)
    run = train(services, project)
    assert run.state == "refused"
    assert release(services, run.release).state == "refused"
    assert run.found is not None
    misses = {(miss["name"], miss["topic"]): miss for miss in run.found["misses"]}
    assert {("topic_right", ""), ("right", "cost")} <= misses.keys()
    assert {one["text"] for one in misses["right", "cost"]["messages"]} == {"price of mammogram", "free mammogram"}
    assert run.compared_with == first.release
    assert run.found["counts"]["now_wrong"] == 2
    worst = run.found["differences"][0]
    assert (worst["change"], worst["expected"]) == ("now_wrong", "cost")
    assert (worst["before"]["read_as"], worst["after"]["read_as"]) == ("cost", "does_it_hurt")
    with services.database.read() as session:
        assert releases.live_name(session) == first.release


def test_what_must_be_answered_refuses_a_release_by_itself(services: Services, project: Path) -> None:
    """All floors are met; there is no approved answer, so that the message goes to staff."""
    demanded = small_project.rasa_file({"cost": ["is it free or is there a price"]})
    demanded = demanded.replace("  examples:", "  metadata:\n    decision: answer\n  examples:")
    (project / "nlu_data" / "regression" / "must.yml").write_text(demanded, encoding="utf-8")
    small_project.make(project, EXAMPLES, FLOORS.replace("0.9", "0.1").replace("0.6", "0"))
    run = train(services, project)
    assert run.state == "refused"
    assert run.found is not None
    [miss] = run.found["misses"]
    assert (miss["name"], miss["value"]) == ("must_be_decided", 0)
    assert [(one["text"], one["must"]) for one in miss["messages"]] == [("is it free or is there a price", "answer")]


def test_a_better_one_is_compared_message_by_message(services: Services, project: Path) -> None:
    small_project.make(project, WORSE, FLOORS.replace("0.9", "0.1").replace("0.6", "0"))
    live_one(services, project)
    small_project.make(project, EXAMPLES)
    run = train(services, project)
    assert run.state == "ready"
    assert run.found is not None
    assert run.found["counts"] == {"now_wrong": 0, "now_right": 2, "different": 0}
    assert run.found["topics"][-1] == {"topic": "cost", "messages": 2, "before": 0, "after": 2}


def test_without_a_change_it_is_the_live_release_again(services: Services, project: Path) -> None:
    first = live_one(services, project)
    again = train(services, project)
    assert (again.release, again.state, again.compared_with) == (first.release, "ready", None)
    with services.database.read() as session:
        assert releases.live_name(session) == first.release


def test_who_changed_the_examples_is_kept_with_the_release(services: Services, project: Path) -> None:
    live_one(services, project)
    small_project.make(project, EXAMPLES | {"cost": [*EXAMPLES["cost"], "costs"]})
    with services.database.write() as session:
        for actor in ("user 7", "user 8", "user 7", "user 1"):
            audit.record(session, services.now(), actor=actor, action="teaching_added", about="teaching_change 1")
        audit.record(session, services.now(), actor="user 9", action="inbox_claimed", about="conversation 1")
    assert release(services, train(services, project).release).changed_by == ["user 7", "user 8"]


BREAKS: dict[str, Callable[[Path], object]] = {
    "the training failed": lambda project: (project / ".venv-rasa/bin/python").write_text("#!/bin/sh\nexit 3\n"),
    "is not a topic": lambda project: (project / "nlu_data/regression/all.yml").write_text(
        small_project.rasa_file({"parking": ["where do i park"]})
    ),
    "names no floor": lambda project: (project / "nlu_data/floors.yml").write_text("{}"),
    "cannot be read": lambda project: (project / "tests/core/safety/building.yml").unlink(),
}


@pytest.mark.parametrize("problem", BREAKS)
def test_what_goes_wrong_is_said_and_nothing_is_ready(services: Services, project: Path, problem: str) -> None:
    BREAKS[problem](project)
    run = train(services, project)
    assert run.state == "failed"
    assert problem in str(run.problem)
    with services.database.read() as session:
        assert [row.state for row in releases.newest(session, 9)] in ([], ["candidate"])


def test_a_live_model_that_was_harmed_ends_the_comparison_with_a_reason(services: Services, project: Path) -> None:
    first = live_one(services, project)
    (services.settings.var / "models" / release(services, first.release).file).write_text("{}", encoding="utf-8")
    small_project.make(project, WORSE)
    run = train(services, project)
    assert run.state == "failed"
    assert "its hash is another" in str(run.problem)


def test_a_cancelled_training_stops_and_another_may_begin(services: Services, project: Path) -> None:
    def cancel() -> bool:
        with services.database.write() as session:
            run = training_runs.open_run(session)
            if run is not None and run.step == "read":
                training_runs.cancel(session, run.id, services.now(), actor="user 2")
        return False

    run = train(services, project, cancel)
    assert (run.state, run.release) == ("cancelled", None)
    assert train(services, project).state == "ready"


def test_a_process_that_ends_gives_its_training_back_and_the_model_is_not_trained_twice(
    services: Services, project: Path
) -> None:
    run_id = ask(services)
    assert not train_next(services, "one", lambda: found(services, run_id).step == "read", project)
    assert found(services, run_id).state == "waiting"
    assert train_next(services, "two", lambda: False, project)
    run = found(services, run_id)
    assert (run.state, run.attempts) == ("ready", 1)
    assert len(list((services.settings.var / "models").glob("*.tar.gz"))) == 1


def test_without_a_training_there_is_nothing_to_do(services: Services, project: Path) -> None:
    assert not train_next(services, "trainer", lambda: False, project)
