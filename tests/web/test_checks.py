"""Checks of trainers: adding, refusing, retiring, and that they travel with the project that is trained."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.core import example_files
from bot.nlu.training_data import read_examples
from bot.store import examples, teaching_files, teaching_import
from bot.store.database import Database
from tests.builders import NOON
from tests.store.teaching import small
from tests.web.people import form, signed_in


@pytest.fixture
def client(app: Flask, store: Database) -> FlaskClient:
    with store.write() as session:
        small(session)
    client = app.test_client()
    signed_in(client, "trainer")
    return client


def add(client: FlaskClient, text: str = "can a friend book it for me", **fields: str) -> tuple[int, str]:
    values = {"text": text, "topic": "book", "must": "as_its_topic"} | fields
    answer = client.post("/trainer/checks", data=form(client, **values), follow_redirects=True)
    return answer.status_code, answer.text


def kept(store: Database) -> list[tuple[int, str, str | None]]:
    with store.read() as session:
        return [(one.row.id, one.row.text, one.decision) for one in examples.checks(session)]


@pytest.mark.parametrize(
    ("topic", "must", "programme", "decision", "words"),
    [
        ("book", "as_its_topic", "", "answer", "Answer it"),
        ("book", "as_its_topic", "cervical", "answer", "Answer it, about cervical screening"),
        ("book", "answer", "aaa", "answer", "Answer it, about AAA screening"),
        ("crisis", "as_its_topic", "", "crisis", "Safety: a crisis"),
        ("book", "hand_off", "", "hand_off", "Hand it to staff"),
    ],
)
def test_a_check_is_added_and_travels_to_what_is_trained(
    client: FlaskClient,
    store: Database,
    tmp_path: Path,
    topic: str,
    must: str,
    programme: str,
    decision: str,
    words: str,
) -> None:
    status, page = add(client, topic=topic, must=must, programme=programme)
    assert (status, f"<strong>{words}</strong>" in page) == (200, True)
    assert [(text, what) for _, text, what in kept(store)] == [("can a friend book it for me", decision)]
    with store.read() as session:
        written = teaching_files.texts(session)["regression/labelled.yml"]
    (tmp_path / "labelled.yml").write_text(written, encoding="utf-8")
    [example] = read_examples(tmp_path)
    assert (example.topic, example.text, example.decision) == (topic, "can a friend book it for me", decision)
    assert example.programme == (programme or None)
    cut = example_files.parse(written, "labelled.yml")
    assert [(block.decision, block.programme) for block in cut.blocks] == [(decision, programme or None)]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"topic": ""}, "Select what the message is about"),
        ({"programme": "prostate"}, "Select a test, or any test"),
        ({"must": "stay_silent"}, "Select what the bot must do"),
        ({"topic": "zebra"}, "There is no topic zebra"),
        ({"text": "how do I book"}, "The same words are an example of book already"),
        ({"text": "ring me on 07700 900123"}, "This seems to hold personal data"),
        ({"text": ""}, "An example needs words"),
    ],
)
def test_what_cannot_be_a_check_is_said_and_not_kept(
    client: FlaskClient, store: Database, fields: dict[str, str], says: str
) -> None:
    status, page = add(client, **fields)
    assert (status, says in page) == (422, True)
    assert kept(store) == []


def test_a_check_is_retired_once(client: FlaskClient, store: Database) -> None:
    add(client)
    [(number, _, _)] = kept(store)
    for says in ("The check is retired.", "There is no such check any more"):
        page = client.post(f"/trainer/checks/{number}/retire", data=form(client), follow_redirects=True).text
        assert says in page
    assert kept(store) == []
    assert "There are no checks yet." in client.get("/trainer/checks").text


def test_a_retired_check_comes_back_from_the_banner(client: FlaskClient, store: Database) -> None:
    add(client, programme="cervical")
    [before] = kept(store)
    page = client.post(f"/trainer/checks/{before[0]}/retire", data=form(client), follow_redirects=True).text
    fields = dict(re.findall(r'<input type="hidden" name="(change|back)" value="(\w+)">', page))
    page = client.post("/trainer/topics/undo", data=form(client, **fields), follow_redirects=True).text
    assert ("<h1" in page, "Checks</h1>" in page, "can a friend book it for me" in page) == (True, True, True)
    assert kept(store) == [before]


def test_only_checks_are_retired_here(client: FlaskClient, store: Database) -> None:
    with store.read() as session:
        example = examples.of_topic(session, "book")[0].row.id
    page = client.post(f"/trainer/checks/{example}/retire", data=form(client), follow_redirects=True).text
    assert "There is no such check any more" in page


def test_who_may_only_look_gets_no_form(app: Flask, client: FlaskClient) -> None:
    add(client)
    other = app.test_client()
    signed_in(other, "clinical_approver")
    page = other.get("/trainer/checks").text
    assert "can a friend book it for me" in page
    assert "Add a check" not in page
    assert "Retire" not in page


def test_checks_about_two_tests_come_back_from_the_files_as_two(client: FlaskClient, store: Database) -> None:
    add(client, programme="cervical")
    add(client, "can my gran book it for me", programme="breast")
    with store.write() as session:
        files = teaching_files.texts(session)
        taken = teaching_import.take_in(session, files, teaching_files.topics(session), actor="test", now=NOON)
        assert (taken.added, taken.changed, taken.gone) == (0, 0, 0)
        assert teaching_files.texts(session) == files
        assert [one.programme for one in examples.checks(session)] == ["cervical", "breast"]
