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


def whole(group: int, newest: int, size: int = 2, **more: str) -> dict[str, object]:
    """What the form of a group in the list says of it."""
    return {"group": group, "newest": newest, "size": size, "whole": "yes"} | more


def topics_of(store: Database) -> set[str | None]:
    with store.read() as session:
        return set(session.scalars(select(LearningItem.topic)))


@pytest.mark.parametrize("is_whole", [True, False], ids=["a whole group", "those that are ticked"])
def test_a_topic_is_made_of_messages(client: FlaskClient, store: Database, dogs: int, is_whole: bool) -> None:
    chosen = whole(dogs, dogs + 1) if is_whole else {"item": [dogs, dogs + 1]}
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


def test_what_came_while_somebody_typed_stays_open(client: FlaskClient, store: Database, dogs: int) -> None:
    fields = carried(start(client, **whole(dogs, dogs + 1)))
    with store.write() as session:
        an_item(session, "a dog", group_id=dogs, likeness=0.7)
    made = client.post("/trainer/topics/new", data=form(client, **TOPIC) | fields, follow_redirects=True)
    assert "The topic is added, with 2 of what patients asked." in made.text
    assert topics_of(store) == {"bring_a_dog", None}


def test_of_what_was_looked_for_only_that_is_taken(client: FlaskClient, store: Database, dogs: int) -> None:
    fields = carried(start(client, **whole(dogs, dogs + 1, 1, q="may", why="unanswered")))
    assert fields["asked_q"] == ["may"]
    made = client.post("/trainer/topics/new", data=form(client, **TOPIC) | fields, follow_redirects=True)
    assert "The topic is added, with 1 of what patients asked." in made.text


def test_nothing_is_made_where_the_messages_are_others_now(client: FlaskClient, store: Database, dogs: int) -> None:
    assert "No topic was added. The messages changed" in start(client, **whole(dogs, dogs + 1, 7))
    assert "No topic was added. Tick a message first" in start(client)
    fields = carried(start(client, **whole(dogs, dogs + 1)))
    client.post("/trainer/label", data=form(client, item=dogs, label="topic:book"))  # by a colleague
    answer = client.post("/trainer/topics/new", data=form(client, **TOPIC) | fields)
    assert (answer.status_code, "The messages changed" in answer.text) == (422, True)
    with store.read() as session:
        assert "bring_a_dog" not in [one.name for one in examples.topics_in_use(session)]
