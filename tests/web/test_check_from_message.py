"""A check that is begun from a message: one of what patients asked, or one of a conversation."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.store import conversations
from bot.store.database import Database
from tests.builders import NOON, PAGE, a_conversation, a_practice
from tests.store.learning import an_item
from tests.store.teaching import small
from tests.web.people import form, signed_in

ELSEWHERE = "page-elsewhere"


@pytest.fixture
def client(app: Flask, store: Database) -> FlaskClient:
    with store.write() as session:
        small(session)
        a_practice(session, "elsewhere", pages=(ELSEWHERE,))
    client = app.test_client()
    signed_in(client, ("trainer", "responder"))
    return client


def begin(client: FlaskClient, **button: int) -> tuple[int, str]:
    answer = client.post("/trainer/checks/start", data=form(client, **button))
    return answer.status_code, answer.text


def an_asked(store: Database, page_id: str = PAGE) -> int:
    with store.write() as session:
        return an_item(session, "can i bring my dog", row=a_conversation(session, page_id=page_id)).id


def a_message(store: Database, author: str = "patient", page_id: str = PAGE) -> int:
    with store.write() as session:
        row = a_conversation(session, page_id=page_id)
        return conversations.add_message(session, row, author, "ring me on 07700 900123 about my dog", NOON).id


def test_what_a_patient_asked_stands_in_the_form(client: FlaskClient, store: Database) -> None:
    item = an_asked(store)
    assert f'name="check_item" value="{item}"' in client.get("/trainer").text
    assert f'name="check_item" value="{item}"' in client.get(f"/trainer/asked/{item}").text
    status, page = begin(client, check_item=item)
    assert (status, 'value="can i bring my dog"' in page) == (200, True)
    assert not re.search(r'<option value="book"[^>]* selected', page), "the bot's guess, which nobody looked at"


def test_a_message_of_a_conversation_stands_there_without_its_details(client: FlaskClient, store: Database) -> None:
    message = a_message(store)
    assert f'name="check_message" value="{message}"' in client.get("/inbox/1").text
    status, page = begin(client, check_message=message)
    assert (status, "ring me on [phone] about my dog" in page, "900123" in page) == (200, True, False)
    fields = form(client, text="ring me on [phone] about my dog", topic="book", must="as_its_topic")
    refused = client.post("/trainer/checks", data=fields)
    assert (refused.status_code, "Take out what is masked" in refused.text) == (422, True)


def test_what_is_not_theirs_does_not_exist(app: Flask, client: FlaskClient, store: Database) -> None:
    for button in (
        {"check_item": an_asked(store, ELSEWHERE)},
        {"check_message": a_message(store, page_id=ELSEWHERE)},
        {"check_message": a_message(store, author="bot")},
        {"check_message": 999},
        {},
    ):
        assert begin(client, **button)[0] == 404, button
    only_trainer = app.test_client()
    signed_in(only_trainer, "trainer")
    assert begin(only_trainer, check_message=a_message(store))[0] == 404


def test_a_responder_who_is_no_trainer_gets_no_button(app: Flask, client: FlaskClient, store: Database) -> None:
    a_message(store)
    other = app.test_client()
    signed_in(other, "responder")
    page = other.get("/inbox/1").text
    assert "about my dog" in page
    assert "check_message" not in page
