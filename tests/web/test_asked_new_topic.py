"""Messages that no topic fits: a trainer makes one of them, and they are labelled with it in the same step."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bot.store import examples
from bot.store.database import Database
from bot.store.learning_tables import LearningItem
from tests.store.learning import an_item
from tests.store.teaching import small
from tests.web.people import form, signed_in

TOPIC = {
    "name": "bring_a_dog",
    "question": "Can I bring my dog?",
    "button": "Bring a dog",
    "group": "booking",
    "route": "faq",
}


@pytest.fixture
def dogs(store: Database) -> int:
    with store.write() as session:
        small(session)
        first = an_item(session, "can my dog come")
        an_item(session, "may the dog come in", group_id=first.id, likeness=0.8)
        return first.id


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    signed_in(client, "trainer")
    return client


def start(client: FlaskClient, **fields: object) -> str:
    return client.post("/trainer/topics/start", data=form(client) | fields, follow_redirects=True).text


def carried(page: str) -> dict[str, list[str]]:
    """What the form takes along of the messages."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(asked_\w+)" value="(\w+)">', page):
        found.setdefault(name, []).append(value)
    return found


def topics_of(store: Database) -> set[str | None]:
    with store.read() as session:
        return set(session.scalars(select(LearningItem.topic)))


@pytest.mark.parametrize("is_whole", [True, False], ids=["a whole group", "those that are ticked"])
def test_a_topic_is_made_of_messages(client: FlaskClient, store: Database, dogs: int, is_whole: bool) -> None:
    chosen = {"group": dogs, "size": 2, "whole": "yes"} if is_whole else {"item": [dogs, dogs + 1]}
    page = start(client, **chosen)
    assert "These 2 messages will be labelled with it:" in page
    assert "can my dog come" in page
    fields = carried(page)
    wrong = client.post("/trainer/topics/new", data=form(client, **TOPIC | {"button": ""}) | fields)
    assert wrong.status_code == 422
    assert carried(wrong.text) == fields  # not lost by a mistake in another field
    assert topics_of(store) == {None}
    typed = TOPIC | {"name": "Bring a dog"}  # as people type it
    made = client.post("/trainer/topics/new", data=form(client, **typed) | fields, follow_redirects=True)
    assert "The topic is added, with 2 of what patients asked." in made.text
    assert topics_of(store) == {"bring_a_dog"}
    with store.read() as session:
        found = {one.row.text for one in examples.of_topic(session, "bring_a_dog")}
    assert found == {"can my dog come", "may the dog come in"}


def test_nothing_is_made_where_the_messages_changed_meanwhile(client: FlaskClient, store: Database, dogs: int) -> None:
    assert "No topic was added. The messages changed" in start(client, group=dogs, size=7, whole="yes")
    assert "No topic was added. Tick a message first" in start(client)
    fields = carried(start(client, group=dogs, size=2, whole="yes"))
    with store.write() as session:
        an_item(session, "a dog", group_id=dogs, likeness=0.7)
    answer = client.post("/trainer/topics/new", data=form(client, **TOPIC) | fields)
    assert (answer.status_code, "The messages changed" in answer.text) == (422, True)
    with store.read() as session:
        assert "bring_a_dog" not in [one.name for one in examples.topics_in_use(session)]
