"""Who did what, as admins read and take it; and the files of a practice, each of which stands in the record."""

import csv
import io
import json
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from bot.core.desk import Outcome
from bot.store import audit, desk
from bot.store.tables import AuditEntry
from bot.web.admin.export_routes import CLOSED_COLUMNS
from tests.builders import NOON, a_practice
from tests.store.desk_room import Desk
from tests.web.people import form, services_of, signed_in

SAID = "I am Ann Smith, my number is 07700 900123"
DAYS = {
    "closed-start": "2026-11-01",
    "closed-end": "2026-11-30",
    "answers-start": "2026-11-01",
    "answers-end": "2026-11-30",
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    signed_in(client, "practice_admin")
    return client


def tell(client: FlaskClient, count: int = 1, practice_id: int | None = 1, **more: str) -> None:
    values = {"actor": "user 1", "action": "claimed", "about": "conversation 7"} | more
    with services_of(client).database.write() as session:
        for _ in range(count):
            audit.record(session, NOON, practice_id=practice_id, **values)


def newest(client: FlaskClient) -> AuditEntry:
    with services_of(client).database.read() as session:
        return audit.newest(session, 1)[0]


def take(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(f"/admin/{path}", data=form(client, **fields))


def rows_of(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


# The record


def test_entries_are_shown_filtered_and_a_page_at_a_time(client: FlaskClient) -> None:
    tell(client, 55)
    tell(client, action="closed", about="conversation 8")
    page = unescape(client.get("/admin/audit").text)
    assert page.count("conversation 7") == 49
    assert "Ann Price" in page
    older = unescape(page.partition('href="/admin/audit?before=')[2].partition('"')[0])
    assert client.get(f"/admin/audit?before={older}").text.count("conversation 7") == 6
    closed = client.get("/admin/audit?action=closed&actor=user+1&start=2026-11-24&end=2026-11-24").text
    assert "conversation 8" in closed
    assert "conversation 7" not in closed
    assert "Nothing is recorded that fits." in client.get("/admin/audit?start=2026-11-25").text
    assert client.get("/admin/audit?start=soon&before=x&end=9999-12-31").status_code == 200


def test_the_record_is_checked(client: FlaskClient) -> None:
    tell(client, 3)
    page = unescape(client.post("/admin/audit/check", data=form(client), follow_redirects=True).text)
    assert "The record is whole:" in page
    with services_of(client).database.write() as session:
        session.execute(text("DROP TRIGGER IF EXISTS audit_entry_never_updated"))
        names = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
        )
        for name in list(names):
            session.execute(text(f'DROP TRIGGER "{name}"'))
        last = audit.newest(session, 1)[0].id
        session.execute(text("UPDATE audit_entry SET actor = 'nobody' WHERE id = :last"), {"last": last})
    answer = client.post("/admin/audit/check", data=form(client))
    assert answer.status_code == 422
    assert f"The record is broken at entry {last}." in answer.text


def test_the_file_has_what_was_chosen_and_nothing_that_a_spreadsheet_runs(client: FlaskClient) -> None:
    tell(client, about="=HYPERLINK(1)")
    tell(client, action="closed")
    rows = rows_of(take(client, "audit/file", action="claimed"))
    assert rows[0][:4] == ["time (UTC)", "who", "action", "about"]
    assert rows[1] == ["2026-11-24 12:00:00", "Ann Price", "claimed", "'=HYPERLINK(1)", "1", ""]
    assert len(rows) == 2
    entry = newest(client)
    assert (entry.action, entry.practice_id, entry.details) == ("audit exported", 1, {"rows": 1})


def test_another_practices_entries_are_neither_shown_nor_taken(client: FlaskClient) -> None:
    with services_of(client).database.write() as session:
        other = a_practice(session, "hillside", pages=()).id
    tell(client, practice_id=other, about="conversation 99")
    assert "conversation 99" not in client.get("/admin/audit").text
    assert "conversation 99" not in take(client, "audit/file").text


def test_a_system_admin_reads_the_whole_record(app: Flask, client: FlaskClient) -> None:
    tell(client, practice_id=None, about="all practices")
    root = app.test_client()
    signed_in(root, "system_admin")
    assert "all practices" in root.get("/admin/audit").text
    assert "all practices" not in client.get("/admin/audit").text


# Files


def closed(client: FlaskClient) -> int:
    """A conversation of Riverside that was closed."""
    room = Desk(services_of(client).database, 1)
    row_id = room.waits(text=SAID)
    room.claim(row_id)
    room.act(desk.close, row_id, Outcome.BOOKED)
    return row_id


def test_what_was_closed_comes_as_numbers_and_is_recorded(client: FlaskClient) -> None:
    closed(client)
    rows = rows_of(take(client, "exports/closed", practice="1", **DAYS))
    assert rows == [list(CLOSED_COLUMNS), ["2026-11-24", "booked", "", "1", "1", "0", "0"]]
    assert newest(client).details == {"days": "2026-11-01 to 2026-11-30", "rows": 1}
    assert rows_of(take(client, "exports/answers", practice="1", **DAYS))[1:] == []


@pytest.mark.parametrize(
    "wrong", [{"closed-start": ""}, {"closed-end": "x"}, {"closed-end": "2026-10-01"}, {"closed-start": "2024-01-01"}]
)
def test_days_that_are_none_are_explained(client: FlaskClient, wrong: dict[str, str]) -> None:
    assert take(client, "exports/closed", practice="1", **DAYS | wrong).status_code == 422


@pytest.mark.parametrize("practice", ["", "x", "2", "99999999999"])
def test_numbers_are_of_the_own_practice_only(client: FlaskClient, practice: str) -> None:
    with services_of(client).database.write() as session:
        a_practice(session, "hillside", pages=())
    assert take(client, "exports/closed", practice=practice, **DAYS).status_code == 404


def test_a_conversation_is_masked_by_default_and_its_reason_recorded(client: FlaskClient) -> None:
    number = str(closed(client))
    fields = {"conversation": number, "reason": "a complaint", "confirm": "export"}
    masked = take(client, "exports/conversation", **fields)
    assert "07700" not in masked.text
    assert "Ann Smith" not in masked.text
    assert json.loads(masked.text)["conversation"]["outcome"] == "booked"
    assert newest(client).details == {"why": "a complaint", "masked": True}
    whole = take(client, "exports/conversation", **fields, whole="yes")
    assert SAID in whole.text
    assert newest(client).details == {"why": "a complaint", "masked": False}


@pytest.mark.parametrize("wrong", [{"conversation": "x"}, {"reason": ""}, {"confirm": ""}])
def test_nothing_is_taken_without_number_reason_and_word(client: FlaskClient, wrong: dict[str, str]) -> None:
    fields = {"conversation": str(closed(client)), "reason": "a complaint", "confirm": "export"} | wrong
    answer = take(client, "exports/conversation", **fields)
    assert answer.status_code == 422
    assert SAID not in answer.text


def test_another_practices_conversation_cannot_be_taken(client: FlaskClient) -> None:
    with services_of(client).database.write() as session:
        other = Desk(services_of(client).database, a_practice(session, "hillside", ["2002"]).id)
    row_id = other.waits(page="2002", text=SAID)
    fields = {"conversation": str(row_id), "reason": "a complaint", "confirm": "export"}
    assert take(client, "exports/conversation", **fields).status_code == 404
