"""A practice's settings by the hand of its admin: what is kept, what it means for patients, what is refused."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.store import audit, desk_settings, practices
from bot.store.desk_tables import DeskSetting
from bot.store.tables import Practice
from tests.builders import NOON, a_practice
from tests.web.inbox_room import InboxRoom
from tests.web.people import form, services_of, signed_in

WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "8am to 6:30pm")
DESK = {"sla": "4", "human_agent": "no", "notify": "", "end_of_day": ""}


class Office:
    """The pages of Riverside's settings. `row` and `desk` are what is stored."""

    def __init__(self, client: FlaskClient) -> None:
        self.client, self.me = client, signed_in(client, "practice_admin")
        [self.id] = self.me.practices

    def get(self, page: str = "") -> str:
        answer = self.client.get(f"/admin/practices/{self.id}{page}")
        assert answer.status_code == 200
        return unescape(answer.text)

    def post(self, page: str, **fields: str) -> str:
        data = form(self.client, **fields)
        return unescape(self.client.post(f"/admin/practices/{self.id}{page}", data=data, follow_redirects=True).text)

    def read(self) -> tuple[Practice, DeskSetting]:
        with services_of(self.client).database.read() as session:
            return practices.find(session, self.id), desk_settings.of(session, self.id)

    def audited(self) -> list[tuple[str, str]]:
        with services_of(self.client).database.read() as session:
            return [(entry.actor, entry.action) for entry in audit.newest(session, 3)]


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app.test_client())


def test_an_admin_of_one_practice_comes_straight_to_it(office: Office) -> None:
    answer = office.client.get("/admin")
    assert answer.headers["Location"] == f"/admin/practices/{office.id}"
    assert "Riverside Surgery" in office.get()


def test_a_system_admin_sees_every_practice_and_may_set_it(app: Flask) -> None:
    client = app.test_client()
    signed_in(client, "system_admin")
    with services_of(client).database.write() as session:
        other = a_practice(session, "hillside", pages=(), name="Hillside Surgery").id
    page = client.get("/admin").text
    assert "Riverside Surgery" in page
    assert "Hillside Surgery" in page
    assert client.get(f"/admin/practices/{other}/hours").status_code == 200
    assert client.get("/admin/practices/987654").status_code == 404


# Facts


def test_a_missing_fact_says_what_it_holds_back_and_filling_it_in_lets_it_go(inbox: InboxRoom) -> None:
    inbox.answer("A mammogram can hurt for a moment. {van_dates} {parking}")
    inbox.services.answers_kept.forget()
    office = Office(inbox.app.test_client())
    assert "1 answer held back" in office.get()
    assert "Breast screening: Does it hurt?" in office.get("/facts")
    page = office.post("/facts", name="Riverside Surgery", van_dates="It is here in May.", parking="There is none.")
    assert "Saved. Answers use it from the next message on." in page
    assert "held back" not in page
    row, _ = office.read()
    assert row.facts["van_dates"] == "It is here in May."
    assert office.audited()[0] == (office.me.actor, "practice facts changed")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": ""}, "Enter the name of the practice"),
        ({"name": "Surgery " * 20}, "too long for the greeting"),
        ({"practice_phone": "call us"}, "Enter a phone number"),
        ({"practice_website": "our website"}, "Enter an address"),
    ],
)
def test_wrong_facts_are_explained_and_what_was_typed_stays(
    office: Office, fields: dict[str, str], problem: str
) -> None:
    page = office.post("/facts", **{"name": "Riverside", "parking": "Behind the house."} | fields)
    assert problem in page
    assert "Behind the house." in page
    assert office.read()[0].facts == {"practice_phone": "01632 960001"}


# Hours


def test_a_week_with_a_lunch_break_is_kept_and_told_to_patients(office: Office) -> None:
    page = office.post("/hours", **WEEK | {"tuesday": "8am to 11am, 2pm to 6pm"})
    assert "staff next look at messages today from 2pm" in page
    assert 'value="8am to 11am, 2pm to 6pm"' in page
    row, _ = office.read()
    assert row.opening_hours["tuesday"] == ["08:00", "11:00", "14:00", "18:00"]
    assert row.opening_hours["saturday"] == []


def test_wrong_hours_are_named_by_day_and_stay_to_be_mended(office: Office) -> None:
    page = office.post("/hours", **WEEK | {"friday": "mornings"})
    assert 'href="#friday"' in page
    assert 'value="mornings"' in page
    assert "friday" not in office.read()[0].opening_hours


def test_a_day_that_differs_comes_and_goes(office: Office) -> None:
    office.post("/hours", **WEEK)
    assert "Friday 25 December 2026" in office.get("/hours")  # a bank holiday
    page = office.post("/hours/day", day="25/12/2026", day_hours="9am to midday")
    assert "Friday 25 December 2026: 9am to midday" in page
    assert office.read()[0].opening_hours["2026-12-25"] == ["09:00", "12:00"]
    page = office.post("/hours/forget", day="2026-12-25")
    assert "Friday 25 December 2026: 9am" not in page
    assert "2026-12-25" not in office.read()[0].opening_hours


def test_the_first_day_that_is_set_leaves_the_usual_hours_as_they_were(office: Office) -> None:
    with services_of(office.client).database.write() as session:
        practices.find(session, office.id).opening_hours = {}
    office.post("/hours/day", day="2026-12-24", day_hours="")
    assert office.read()[0].opening_hours["monday"] == ["08:00", "18:30"]


@pytest.mark.parametrize("day", ["", "soon", "31/02/2027", "23/11/2026", "9/9/99999"])
def test_a_date_that_is_none_or_over_is_refused(office: Office, day: str) -> None:
    assert "Enter a date from today on" in office.post("/hours/day", day=day, day_hours="")
    assert office.read()[0].opening_hours.keys() == {"monday"}


# Inbox and e-mails


def test_the_promise_and_the_emails_are_kept(office: Office) -> None:
    notify = " a@example.nhs.uk \r\n\r\nb@example.nhs.uk"
    page = office.post("/desk", sla="1.5", human_agent="yes", notify=notify, end_of_day="5:30pm")
    assert "within 1 hour 30 minutes of opening hours" in page
    _, desk = office.read()
    assert (desk.sla_minutes, desk.human_agent, desk.end_of_day) == (90, True, "17:30")
    assert desk.notify == ["a@example.nhs.uk", "b@example.nhs.uk"]
    shown = office.get("/desk")
    assert 'value="1.5"' in shown
    assert 'value="5:30pm"' in shown
    assert "No mail server is set" in shown


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"sla": ""}, "Enter the hours"),
        ({"sla": "0.01"}, "Enter the hours"),
        ({"sla": "121"}, "Enter the hours"),
        ({"sla": "nan"}, "Enter the hours"),
        ({"sla": "1e999"}, "Enter the hours"),
        ({"end_of_day": "later"}, "Enter a time"),
        ({"notify": "a@example.nhs.uk\nbob"}, "bob is no email address"),
        ({"notify": "\n".join(f"a{number}@example.nhs.uk" for number in range(21))}, "20 addresses at most"),
    ],
)
def test_wrong_desk_settings_are_explained(office: Office, fields: dict[str, str], problem: str) -> None:
    assert problem in office.post("/desk", **DESK | fields)
    assert office.read()[1].sla_minutes == 240


# Staff replies


def test_replies_go_on_with_a_signature_and_off_with_a_word(office: Office) -> None:
    page = office.post("/replies/on", name="Dr Ann Lee", role="GP partner", agreed="yes")
    assert "Dr Ann Lee (GP partner) signed this off on 24 November 2026" in page
    assert office.read()[1].signed_off_at == NOON
    assert "Type the word off to confirm" in office.post("/replies/off", confirm="no")
    assert office.read()[1].staff_replies
    assert "Staff replies are off" in office.post("/replies/off", confirm="OFF ")
    assert not office.read()[1].staff_replies
    assert [action for _, action in office.audited()[:2]] == ["staff replies turned off", "staff replies turned on"]


@pytest.mark.parametrize("missing", ["name", "role", "agreed"])
def test_nothing_is_signed_by_halves(office: Office, missing: str) -> None:
    fields = {"name": "Dr Ann Lee", "role": "GP partner", "agreed": "yes"} | {missing: " "}
    assert "There is a problem" in office.post("/replies/on", **fields)
    assert not office.read()[1].staff_replies
