"""The kill switch by the hand of an admin: one practice by its own, all by a system admin."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.store import audit, kill_switch
from tests.builders import a_practice
from tests.web.people import form, services_of, signed_in


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    signed_in(client, "practice_admin")
    return client


def post(client: FlaskClient, path: str, **fields: str) -> str:
    data = form(client, **{"turn": "off", "reason": "a wrong answer", "confirm": "off"} | fields)
    return unescape(client.post(path, data=data, follow_redirects=True).text)


def is_off(client: FlaskClient, practice_id: int = 1) -> bool:
    with services_of(client).database.read() as session:
        return kill_switch.is_off(session, practice_id)


def test_a_practice_is_turned_off_and_on_with_who_and_why(client: FlaskClient) -> None:
    page = unescape(client.get("/admin/practices/1/switch").text)
    assert "Automated answers are on" in page
    assert "I have passed this conversation to the team at Riverside Surgery." in page
    page = post(client, "/admin/practices/1/switch")
    assert "Automated answers are off. Replies held back for staff: 0." in page
    assert "by user1@riverside" not in page
    assert "by Ann Price: a wrong answer" in page
    assert is_off(client)
    assert ">Off<" in client.get("/admin/practices/1").text
    page = post(client, "/admin/practices/1/switch", turn="on", confirm="on", reason="put right")
    assert "Automated answers are on again." in page
    assert not is_off(client)


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"confirm": "yes"}, {"confirm": ""}, {"turn": "on"}])
def test_nothing_is_thrown_without_a_reason_and_the_word(client: FlaskClient, wrong: dict[str, str]) -> None:
    assert "There is a problem" in post(client, "/admin/practices/1/switch", **wrong)
    assert not is_off(client)


def test_a_reason_that_names_a_patient_is_masked(client: FlaskClient) -> None:
    post(client, "/admin/practices/1/switch", reason="NHS number 943 476 5919 got it")
    with services_of(client).database.read() as session:
        assert "943" not in str(audit.newest(session, 1)[0].details)


def test_only_a_system_admin_turns_off_all(app: Flask, client: FlaskClient) -> None:
    page = client.get("/admin/switch").text
    assert "Turn automated answers" not in page
    assert client.post("/admin/switch", data=form(client, turn="off")).status_code == 403
    root = app.test_client()
    signed_in(root, "system_admin")
    with services_of(root).database.write() as session:
        hillside = a_practice(session, "hillside", pages=()).id
    assert "There is a problem" in post(root, "/admin/switch", confirm="no")
    assert "Automated answers are off." in post(root, "/admin/switch")
    assert is_off(client)
    assert is_off(client, hillside)
    assert "They are off for every practice at the moment" in client.get("/admin/practices/1/switch").text
    post(root, "/admin/switch", turn="on", confirm="on")
    assert not is_off(client)
