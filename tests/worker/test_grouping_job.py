"""The groups of what patients asked are made again when something came: once, with progress, by one worker."""

import pytest

from bot.store import grouping, job_runs
from bot.store.learning_tables import LearningItem
from bot.store.tables import JobRun
from bot.trainer import group_next
from bot.worker.read_again import read_again
from tests.builders import a_text
from tests.worker.conftest import both_databases
from tests.worker.surgery import Surgery

DOGS = ("can my dog come in with me", "can my dog come in too", "can the dog come in with me")
PARKING = ("where do i park the car there", "where do i park the car")


def asked(surgery: Surgery, *texts: str) -> None:
    for number, text in enumerate(texts):
        surgery.answer_all(a_text(text, psid=f"patient {number} {text}"))


def groups(surgery: Surgery) -> list[list[str]]:
    found: dict[int | None, list[str]] = {}
    for item in surgery.rows(LearningItem):
        found.setdefault(item.group_id, []).append(item.text)
    return list(found.values())


def run(surgery: Surgery, worker: str = "w") -> list[JobRun]:
    assert not group_next.group_next(surgery.services, worker)
    return [row for row in surgery.rows(JobRun) if row.job == group_next.JOB]


@both_databases
def test_what_is_alike_comes_together_under_its_oldest_message(surgery: Surgery) -> None:
    asked(surgery, DOGS[0], PARKING[0], DOGS[1], PARKING[1], DOGS[2])
    [job] = run(surgery)
    assert groups(surgery) == [list(DOGS), list(PARKING)]
    first = surgery.rows(LearningItem)[0]
    assert (first.group_id, first.likeness) == (first.id, 1.0)
    assert (job.state, job.removed) == ("done", {"compared": 5, "of": 5})


def test_nothing_new_is_no_run(surgery: Surgery) -> None:
    assert run(surgery) == []
    asked(surgery, *DOGS)
    assert len(run(surgery)) == 1
    surgery.clock.forward(seconds=group_next.SLOT)
    assert len(run(surgery)) == 1


def test_there_is_one_run_in_each_slot(surgery: Surgery) -> None:
    asked(surgery, DOGS[0])
    run(surgery)
    asked(surgery, DOGS[1])
    assert len(run(surgery)) == 1
    assert len(groups(surgery)) == 2
    surgery.clock.forward(seconds=group_next.SLOT)
    assert len(run(surgery)) == 2
    assert groups(surgery) == [list(DOGS[:2])]


@both_databases
def test_what_nobody_has_read_yet_stays_alone_and_comes_together_once_it_is_read(surgery: Surgery) -> None:
    surgery.nlu.goes_down()
    asked(surgery, *DOGS)
    [job] = run(surgery)
    assert job.state == "done"
    assert len(groups(surgery)) == 3
    surgery.nlu.comes_back()
    surgery.clock.forward(seconds=group_next.SLOT)
    read_again(surgery.services, "w")
    run(surgery)
    assert groups(surgery) == [list(DOGS)]


def test_what_was_labelled_meanwhile_stays_as_it_is(surgery: Surgery) -> None:
    asked(surgery, *DOGS)

    def label_one(session: object) -> None:
        surgery.change(lambda inner: setattr(inner.get_one(LearningItem, 2), "state", "labelled"))

    with surgery.services.database.read() as session:
        numbers = grouping.to_compare(session)
    label_one(None)
    surgery.change(lambda session: grouping.keep_groups(session, [(number, 1, 0.9) for number in numbers]))
    assert [item.likeness for item in surgery.rows(LearningItem)] == [0.9, None, 0.9]


def test_a_run_that_broke_off_is_said_and_tried_again_later(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(surgery, *DOGS)
    surgery.nlu.goes_down()
    monkeypatch.setattr(group_next, "group", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(surgery)
    monkeypatch.undo()
    [job] = run(surgery)
    assert (job.state, job.problem) == ("failed", "ZeroDivisionError")
    surgery.clock.forward(seconds=group_next.SLOT)
    assert [job.state for job in run(surgery)] == ["failed", "done"]


def test_a_run_that_another_worker_took_over_changes_nothing(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(surgery, *DOGS)
    monkeypatch.setattr(group_next, "TELL_EVERY", 0.0)

    def taken_over(session: object, run: object, *_: object) -> bool:
        return False

    monkeypatch.setattr(job_runs, "renew", taken_over)
    run(surgery)
    assert len(groups(surgery)) == 3


def test_progress_is_written_down(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(surgery, *DOGS)
    told = []
    real = job_runs.renew
    monkeypatch.setattr(group_next, "TELL_EVERY", 0.0)
    monkeypatch.setattr(job_runs, "renew", lambda *given: told.append(given[2]) or real(*given))
    run(surgery)
    assert told == [{"compared": 3, "of": 3}]


def test_old_messages_beyond_the_most_are_left_where_they_are(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "MOST", 2)
    asked(surgery, *DOGS)
    run(surgery)
    assert [item.group_id for item in surgery.rows(LearningItem)] == [1, 2, 2]
    with surgery.services.database.read() as session:
        assert not grouping.is_due(session)
