"""Owners of answers that are due or withheld: each is written to once about each, whichever worker comes first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.roles import Role
from bot.mail import Mailer
from bot.store import answer_changes, answer_tasks, answers, users
from bot.store.answer_tables import AnswerTask
from bot.store.desk_tables import Notification
from bot.store.tables import AnswerVersion, JobRun, Practice
from bot.worker.remind_owners import JOB, remind_owners
from tests.builders import NOON, an_answer
from tests.worker.conftest import both_databases
from tests.worker.surgery import Surgery

TODAY = NOON.date()
MAILER = Mailer.from_url("smtp://127.0.0.1:9", "bot@example.nhs.uk")


def write(surgery: Surgery, owner: str, review_by: date, topic: str) -> None:
    """A sample answer; the tests run in demo mode, which serves samples."""
    dates = {"reviewed": review_by - timedelta(days=300), "review_by": review_by}
    answer = an_answer(owner=owner, topic=topic, **dates)
    surgery.change(lambda session: answers.import_all(session, [answer], NOON))


def add_user(session: Session, name: str, role: Role | None = None, *, disabled: bool = False) -> None:
    user = users.add(session, NOON, email=f"{name.split()[0]}@surgery.nhs.uk", name=name, actor="test")
    if role:
        users.give_role(session, NOON, user, role, session.get_one(Practice, 1), actor="test")
    if disabled:
        users.disable(session, NOON, user, actor="test")


@pytest.fixture
def with_owner(surgery: Surgery) -> Surgery:
    """Olga has one answer that is withheld, one that is due and one that is not; there is a mail server."""
    write(surgery, "Olga Owner", TODAY - timedelta(days=1), "withheld_topic")
    write(surgery, "olga owner", TODAY + timedelta(days=30), "due_topic")
    write(surgery, "Olga Owner", TODAY + timedelta(days=40), "later_topic")
    surgery.change(lambda session: add_user(session, "Olga Owner"))
    surgery.services = replace(surgery.services, mailer=MAILER)
    return surgery


def mails(surgery: Surgery) -> Sequence[tuple[str, str]]:
    return [(row.address, row.subject) for row in surgery.rows(Notification)]


@both_databases
def test_an_owner_gets_one_e_mail_about_all_and_none_the_next_day(with_owner: Surgery) -> None:
    for worker in ("worker-1", "worker-2"):
        assert remind_owners(with_owner.services, worker) is False
    with_owner.clock.forward(hours=20)
    remind_owners(with_owner.services, "worker-1")
    assert mails(with_owner) == [("olga@surgery.nhs.uk", "1 withheld: 2 answers to review")]
    assert [(row.stage, row.told_at) for row in with_owner.rows(AnswerTask)] == [("overdue", NOON), ("due", NOON)]
    runs = [(run.job, run.run_key, run.state) for run in with_owner.rows(JobRun)]
    assert runs == [(JOB, "2026-11-24", "done"), (JOB, "2026-11-25", "done")]


@both_databases
def test_an_answer_that_passes_its_date_is_told_of_once_more(with_owner: Surgery) -> None:
    remind_owners(with_owner.services, "worker-1")
    with_owner.clock.forward(days=31)
    remind_owners(with_owner.services, "worker-1")
    assert [subject for _, subject in mails(with_owner)] == [
        "1 withheld: 2 answers to review",
        "1 withheld: 2 answers to review",  # the second is withheld now, the third is due
    ]
    told = {(row.version_id, row.stage) for row in with_owner.rows(AnswerTask)}
    assert len(told) == len(with_owner.rows(AnswerTask)) == 4


def test_without_a_mail_server_the_task_stays_untold_until_there_is_one(with_owner: Surgery) -> None:
    with_owner.services = replace(with_owner.services, mailer=None)
    remind_owners(with_owner.services, "worker-1")
    assert [row.told_at for row in with_owner.rows(AnswerTask)] == [None, None]
    with_owner.services = replace(with_owner.services, mailer=MAILER)
    with_owner.clock.forward(days=1)
    remind_owners(with_owner.services, "worker-1")
    assert len(mails(with_owner)) == 1


def test_a_withdrawn_answer_is_nobodys_task_any_more(with_owner: Surgery) -> None:
    remind_owners(with_owner.services, "worker-1")
    [withheld] = [row for row in with_owner.rows(AnswerVersion) if row.topic == "withheld_topic"]
    with_owner.change(
        lambda session: answer_changes.withdraw(session, withheld.id, by="Cleo Clinician", why="It is wrong.", now=NOON)
    )
    open_now = with_owner.change(lambda session: answer_tasks.open_tasks(session, TODAY, accepts_samples=True))
    assert [(task.due.review_by, task.told_at) for task in open_now] == [(TODAY + timedelta(days=30), NOON)]


@pytest.mark.parametrize(
    ("owner", "addresses"),
    [
        ("ann ADMIN", ["ann@surgery.nhs.uk"]),
        ("Bea@surgery.nhs.uk", ["bea@surgery.nhs.uk"]),
        ("team@icb.nhs.uk", ["team@icb.nhs.uk"]),
        ("Screening content lead", ["ann@surgery.nhs.uk", "cleo@surgery.nhs.uk"]),
        ("Gone Away", ["ann@surgery.nhs.uk", "cleo@surgery.nhs.uk"]),
        ("gone@surgery.nhs.uk", ["ann@surgery.nhs.uk", "cleo@surgery.nhs.uk"]),
    ],
)
def test_an_owner_who_is_no_user_is_stood_in_for(surgery: Surgery, owner: str, addresses: list[str]) -> None:
    def add_all(session: Session) -> None:
        add_user(session, "Ann Admin", Role.PRACTICE_ADMIN)
        add_user(session, "Bea Responder", Role.RESPONDER)
        add_user(session, "Cleo Clinician", Role.CLINICAL_APPROVER)
        add_user(session, "Gone Away", Role.CLINICAL_APPROVER, disabled=True)

    surgery.change(add_all)
    assert surgery.change(lambda session: answer_tasks.addresses_of(session, owner)) == addresses


def test_of_a_practices_own_answer_only_its_people_hear(surgery: Surgery) -> None:
    surgery.change(lambda session: add_user(session, "Ann Admin", Role.PRACTICE_ADMIN))
    with surgery.services.database.read() as session:
        for owner in ("Ann Admin", "the lead"):
            assert answer_tasks.addresses_of(session, owner, 1) == ["ann@surgery.nhs.uk"]
            assert answer_tasks.addresses_of(session, owner, 2) == []
