"""From a patient who waits to an e-mail in a real mail server: once, without a word of the patient."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from bot.mail import Mailer
from bot.store import conversations, desk_settings
from bot.store.desk_tables import Escalation, Notification
from bot.store.tables import Practice
from bot.worker.escalate import escalate
from bot.worker.notify_next import MOST_TRIES, notify_next, pause_after
from tests.builders import NOON, a_conversation, a_text, after
from tests.mail_server import Inbox, mail_server
from tests.test_mail import SENDER, free_port
from tests.worker.conftest import both_databases
from tests.worker.surgery import Surgery

WORDS = "My name is Ann Smith. Can I talk to someone about the lump?"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def inbox(port: int) -> Iterator[Inbox]:
    with mail_server(port) as inbox:
        yield inbox


@pytest.fixture
def told(surgery: Surgery, port: int) -> Surgery:
    """Riverside, open from Monday to Friday, tells two colleagues; an answer is due after an hour."""

    def settings(session):  # type: ignore[no-untyped-def]
        session.get_one(Practice, 1).opening_hours = {}
        notify = ["jo@example.nhs.uk", "sam@example.nhs.uk"]
        desk_settings.change(session, 1, NOON, actor="user 9", sla_minutes=60, human_agent=False, notify=notify)

    surgery.change(settings)
    surgery.services = replace(surgery.services, mailer=Mailer.from_url(f"smtp://127.0.0.1:{port}", SENDER))
    return surgery


def wait(surgery: Surgery, *, urgent: bool = False) -> None:
    def hand_off(session):  # type: ignore[no-untyped-def]
        row = a_conversation(session)
        row.patient_last_at, row.urgent = surgery.clock(), urgent
        conversations.add_message(session, row, "patient", WORDS, surgery.clock())
        conversations.wait_for_staff(row, "the patient asked for a person", surgery.clock())

    surgery.change(hand_off)


def round_of(surgery: Surgery) -> None:
    escalate(surgery.services)
    while notify_next(surgery.services, "w"):
        pass


def forward_to(surgery: Surgery, moment: datetime) -> None:
    surgery.clock.forward(seconds=(moment - surgery.clock()).total_seconds())


@both_databases
def test_staff_are_told_once_of_each_step_and_of_nothing_the_patient_wrote(told: Surgery, inbox: Inbox) -> None:
    wait(told, urgent=True)
    with capture_logs() as logs:
        for minutes in (0, 1, 29, 30, 31, 60, 61):
            forward_to(told, after(minutes=minutes))
            round_of(told)
    subjects = [str(mail["Subject"]) for mail in inbox.mails]
    assert (
        subjects
        == ["Urgent: 1 conversation needs you - Riverside Surgery"] * 2
        + ["1 conversation needs you - Riverside Surgery"] * 4
    )
    assert [row.kind for row in told.rows(Escalation)] == ["urgent", "half_sla", "sla"]
    assert inbox.recipients[:2] == [["jo@example.nhs.uk"], ["sam@example.nhs.uk"]]
    everything = "".join(str(mail) for mail in inbox.mails) + "".join(inbox.texts()) + str(logs)
    for word in ("Smith", "lump", "someone", "ann", "Jo Bloggs"):
        assert word not in everything.replace("Riverside", "")
    assert f"{told.services.settings.public_url}/inbox/1" in inbox.texts()[0]
    assert "time is up: 1pm on Tuesday 24 November" in inbox.texts()[2]


def test_a_message_from_a_patient_leads_to_an_email(told: Surgery, inbox: Inbox) -> None:
    told.answer_all(a_text("I have chest pain and cannot breathe"))
    round_of(told)
    assert "urgent: there was a sign of danger" in inbox.texts()[0]


def test_at_closing_time_everything_open_is_listed_once(told: Surgery, inbox: Inbox) -> None:
    wait(told)
    forward_to(told, after(hours=6, minutes=29))
    round_of(told)
    before = len(inbox.mails)
    for minutes in (30, 31, 90):
        forward_to(told, after(hours=6, minutes=minutes))
        round_of(told)
    mails = inbox.mails[before:]
    assert [mail["Subject"] for mail in mails] == ["1 conversation is still open - Riverside Surgery"] * 2
    assert f"{told.services.settings.public_url}/inbox/1" in inbox.texts()[-1]


def test_the_list_comes_at_the_time_that_the_practice_wants(told: Surgery, inbox: Inbox) -> None:
    def settings(session):  # type: ignore[no-untyped-def]
        notify, at = ["jo@example.nhs.uk"], time(16, 45)
        desk_settings.change(
            session, 1, NOON, actor="user 9", sla_minutes=7200, human_agent=False, notify=notify, end_of_day=at
        )

    told.change(settings)
    wait(told)
    for minutes in (44, 45, 46):
        forward_to(told, after(hours=4, minutes=minutes))
        round_of(told)
        assert len(inbox.mails) == (minutes >= 45)


def test_nobody_is_written_to_at_closing_time_when_nothing_is_open(told: Surgery, inbox: Inbox) -> None:
    forward_to(told, after(hours=6, minutes=31))
    round_of(told)
    assert inbox.mails == []


def test_on_a_closed_day_there_is_no_list(told: Surgery, inbox: Inbox) -> None:
    wait(told)
    forward_to(told, after(days=4, hours=6, minutes=31))  # a Saturday
    escalate(told.services)
    assert not [row for row in told.rows(Notification) if row.key.startswith("end of day")]


def test_while_the_mail_server_is_down_nothing_is_lost(told: Surgery, port: int) -> None:
    wait(told, urgent=True)
    round_of(told)
    assert {(row.state, row.attempts) for row in told.rows(Notification)} == {("waiting", 1)}
    told.clock.forward(seconds=31)
    with mail_server(port) as inbox:
        round_of(told)
        assert len(inbox.mails) == 2
    assert {row.state for row in told.rows(Notification)} == {"sent"}


def test_an_email_that_never_works_is_given_up_and_says_why(told: Surgery) -> None:
    wait(told, urgent=True)
    for _ in range(MOST_TRIES + 2):
        round_of(told)
        told.clock.forward(hours=4)
    rows = [row for row in told.rows(Notification) if row.key.startswith("escalation 1 urgent")]
    assert {(row.state, row.attempts) for row in rows} == {("failed", MOST_TRIES)}
    assert "cannot be used" in (rows[0].problem or "")


def test_an_address_that_is_refused_does_not_stop_the_others(told: Surgery, inbox: Inbox) -> None:
    wait(told, urgent=True)
    inbox.refuses_addresses = True
    escalate(told.services)
    notify_next(told.services, "w")
    inbox.refuses_addresses = False
    round_of(told)
    assert [row.state for row in told.rows(Notification)] == ["failed", "sent"]


def test_without_a_mail_server_it_is_raised_all_the_same(surgery: Surgery) -> None:
    wait(surgery, urgent=True)
    round_of(surgery)
    assert "urgent" in [row.kind for row in surgery.rows(Escalation)]
    assert surgery.rows(Notification) == []


def test_the_pauses_grow_and_stay_within_hours() -> None:
    pauses = [pause_after(number) for number in range(1, MOST_TRIES)]
    assert pauses[0] == timedelta(seconds=30)
    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(hours=4)
