"""What the model did not read when it came is read when the model is back, once, for the trainers' pages."""

from bot.store.learning_tables import LearningItem
from bot.store.tables import JobRun
from bot.worker import read_again
from tests.builders import a_text
from tests.worker.conftest import both_databases
from tests.worker.surgery import Surgery

TEXTS = ("can my dog come in with me", "where do i park the car there", "is the machine loud")


def asked_while_it_is_down(surgery: Surgery) -> None:
    surgery.nlu.goes_down()
    for number, text in enumerate(TEXTS):
        surgery.answer_all(a_text(text, psid=f"patient {number}"))


def vectors(surgery: Surgery) -> list[str | None]:
    return [item.vector for item in surgery.rows(LearningItem)]


def looks(surgery: Surgery, worker: str = "w") -> list[JobRun]:
    assert read_again.read_again(surgery.services, worker) is False
    return [row for row in surgery.rows(JobRun) if row.job == read_again.JOB]


@both_databases
def test_what_came_while_the_model_was_down_is_read_once_it_is_back(surgery: Surgery) -> None:
    asked_while_it_is_down(surgery)
    [run] = looks(surgery)
    assert (run.state, run.removed) == ("done", {"read": 0})
    assert vectors(surgery) == [None] * len(TEXTS)
    surgery.nlu.comes_back()
    surgery.clock.forward(seconds=read_again.SLOT)
    assert looks(surgery)[-1].removed == {"read": len(TEXTS)}
    assert all(vectors(surgery))


def test_one_worker_reads_and_the_others_do_not(surgery: Surgery) -> None:
    asked_while_it_is_down(surgery)
    surgery.nlu.comes_back()
    surgery.nlu.asked.clear()
    for worker in ("worker-1", "worker-2"):
        looks(surgery, worker)
    assert sorted(surgery.nlu.asked) == sorted(TEXTS)


def test_where_everything_is_read_there_is_no_run(surgery: Surgery) -> None:
    for number, text in enumerate(TEXTS):
        surgery.answer_all(a_text(text, psid=f"patient {number}"))
    assert looks(surgery) == []
