"""`/trainer/topics`: the list, one topic, and every step that trainers take, with undo."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.core.roles import Person
from bot.nlu.client import PARSE_ALL
from bot.store import answer_queries, answers, releases, teaching_changes, teaching_files
from bot.store.database import Database
from bot.store.examples import add_example, of_topic
from bot.web.app import create_app
from bot.web.trainer.topics import last_evaluation
from bot.wiring import Services
from tests.builders import NOON, an_answer
from tests.nlu.nlu_server import NluServer, parsed
from tests.store.teaching import FILES, small
from tests.web.conftest import a_site
from tests.web.people import form, signed_in

REPORT = {
    "made": "2026-11-20T12:00:00+00:00",
    "release": "r1",
    "topics": [{"topic": "book", "recall": {"count": 5, "of": 10}}, {"topic": "cost", "recall": {"count": 9, "of": 9}}],
    "confusions": [{"expected": "book", "read_as": "cost", "count": 3}, {"expected": "x", "read_as": "y", "count": 5}],
}


class Trainer:
    """Somebody at the pages, and the database behind them."""

    def __init__(self, client: FlaskClient, database: Database, person: Person) -> None:
        self.client, self.database, self.person = client, database, person

    def sees(self, path: str = "", code: int = 200) -> str:
        answer = self.client.get(f"/trainer/topics{path}")
        assert answer.status_code == code
        return words(answer.text)

    def does(self, path: str, code: int = 302, **fields: object) -> str:
        """Send a form; returns the page that comes after it."""
        ids = fields.pop("examples", [])
        data: dict[str, object] = {**form(self.client, **fields), "example": ids}
        answer = self.client.post(f"/trainer/topics{path}", data=data)
        assert answer.status_code == code, words(answer.text)
        return words(self.client.get(answer.headers["Location"]).text if code == 302 else answer.text)

    def undoes(self) -> str:
        with self.database.read() as session:
            [change, *_] = teaching_changes.newest(session)
        return self.does("/undo", change=change.id, topic="book")

    def texts(self) -> dict[str, str]:
        with self.database.read() as session:
            return teaching_files.texts(session)

    def ids(self, topic: str, kind: str = "train") -> dict[str, int]:
        with self.database.read() as session:
            return {one.row.text: one.row.id for one in of_topic(session, topic, kind)}


def words(page: str) -> str:
    """What a page says in its main part, without tags."""
    main = page.partition("<main")[2] or page
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def trainer(app: Flask, store: Database) -> Trainer:
    with store.write() as session:
        small(session)
    client = app.test_client()
    return Trainer(client, store, signed_in(client, "trainer"))


def test_before_set_up_the_list_says_how_it_is_filled(app: Flask) -> None:
    client = app.test_client()
    signed_in(client, "trainer")
    assert "There are no topics yet" in client.get("/trainer/topics").text
    assert "Topics were not set up yet" in words(client.post("/trainer/topics/new", data=form(client, **NEW)).text)


def test_the_list_counts_and_says_what_is_weak_without_an_evaluation(trainer: Trainer) -> None:
    page = trainer.sees()
    assert "knows 3 topics and learns them from 5 examples" in page
    assert "There is no evaluation yet" in page
    assert "How do I book? needs 22 more examples" in page
    assert "took in files of topics and examples" in page


def test_the_list_shows_the_last_evaluation(trainer: Trainer, services: Services) -> None:
    folder = services.settings.var / "evaluation"
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(REPORT))
    page = trainer.sees()
    assert "20 November 2026" in page
    assert "5 of 10 test messages understood" in page
    assert "book was read as cost 3 times" in page
    assert "x was read as y 5 times" in page
    topic = trainer.sees("/book")
    assert "3 of its messages were read as cost" in topic
    assert "3 messages of book were read as it" in trainer.sees("/cost")


def test_the_figures_of_the_live_release_go_before_those_of_a_report(trainer: Trainer, services: Services) -> None:
    folder = services.settings.var / "evaluation"
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(REPORT))
    row = {"name": "november", "file": "november.tar.gz", "sha256": "0" * 64, "trained_from": "0" * 64}
    who = {"asked_by": "user 8", "changed_by": ()}
    figures = {
        "topics": [{"topic": "book", "messages": 20, "right": 13}],
        "confusions": [{"expected": "book", "read_as": "crisis", "count": 4}],
    }
    with services.database.write() as session:
        releases.add_candidate(session, **row, thresholds={}, topics=[], **who, now=NOON)
        releases.judge(session, "november", is_ready=True, figures=figures)
    assert "5 of 10 test messages understood" in trainer.sees()
    with services.database.write() as session:
        releases.promote(session, "november", NOON, actor="user 9")
    page = trainer.sees()
    assert "13 of 20 test messages understood" in page
    assert "book was read as crisis 4 times" in page
    assert "5 of 10" not in page
    assert "4 of its messages were read as crisis" in trainer.sees("/book")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"release": "r1"}', json.dumps(REPORT | {"topics": [1]})])
def test_a_report_that_cannot_be_read_is_as_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "report.json").write_text(text)
    assert last_evaluation.read(tmp_path) == last_evaluation.Evaluation()


def test_an_example_is_checked_added_and_undone(trainer: Trainer) -> None:
    page = trainer.does("/cost/examples", 200, text="can i book it online", act="check")
    assert "Like examples of other topics:" in page
    assert "“can i book online” in book" in page
    assert "The live model cannot be asked now" in page
    assert trainer.texts() == FILES
    page = trainer.does("/cost/examples", text="what does it cost", act="add")
    assert "The example is added" in page
    assert "Ann Price added 1 example" in page
    assert "Undone." in trainer.undoes()
    assert trainer.texts() == FILES


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Is it FREE", "The same words are an example of cost already"),
        ("ring 07700 900123", "personal data"),
        ("", "An example needs words"),
    ],
)
def test_what_cannot_be_an_example_is_said_and_kept_in_the_field(trainer: Trainer, text: str, why: str) -> None:
    answer = trainer.client.post("/trainer/topics/book/examples", data=form(trainer.client, text=text, act="add"))
    assert answer.status_code == 422
    assert why in words(answer.text)
    assert f'value="{text}"' in answer.text or not text
    assert trainer.texts() == FILES


def test_the_script_gets_what_is_alike_as_a_part_of_the_page(trainer: Trainer) -> None:
    data = form(trainer.client, text="can i <b>book</b> online")
    answer = trainer.client.post("/trainer/topics/cost/similar", data=data)
    assert "“can i book online”" in answer.json["html"]
    with trainer.database.write() as session:  # the next question sees what is new
        add_example(session, "book", "is there <b>parking</b>", "train", "user 1", NOON)
    data = form(trainer.client, text="is there parking")
    html = trainer.client.post("/trainer/topics/cost/similar", data=data).json["html"]
    assert "is there &lt;b&gt;parking&lt;/b&gt;" in html
    trainer.undoes()
    assert "No other example" in trainer.client.post("/trainer/topics/cost/similar", data=data).json["html"]


def test_the_live_model_says_what_it_takes_a_text_for(
    store: Database, safety_net: object, tmp_path: Path, nlu_server: NluServer
) -> None:
    with store.write() as session:
        small(session)
    services = a_site(store, safety_net, tmp_path, nlu_server.url)  # type: ignore[arg-type]
    client = create_app(services).test_client()
    signed_in(client, "trainer")
    ranking = [{"name": "book", "confidence": 0.91}, {"name": "cost", "confidence": 0.05}]
    nlu_server.says(PARSE_ALL, parsed(intent=ranking[0], intent_ranking=ranking))
    html = client.post("/trainer/topics/cost/similar", data=form(client, text="slot please")).json["html"]
    assert "The live model takes this for: book." in html
    assert "book 91%, cost 5%" in words(html)


def test_examples_are_moved_with_their_kind(trainer: Trainer) -> None:
    ids = [trainer.ids("book")["can i book online"], trainer.ids("book", "regression")["need a slot"]]
    page = trainer.does("/book/chosen", act="move", target="cost", examples=ids)
    assert "Moved to cost: 2." in page
    assert "can i book online" in trainer.ids("cost")
    assert "need a slot" in trainer.ids("cost", "regression")
    trainer.undoes()
    assert trainer.texts() == FILES


def test_an_example_gets_other_words(trainer: Trainer) -> None:
    ids = [trainer.ids("book")["can i book online"]]
    assert "Change an example" in trainer.does("/book/chosen", 200, act="edit", examples=ids)
    assert "already" in trainer.does("/book/edit-example", 422, text="is it free", examples=ids)
    trainer.does("/book/edit-example", text="Can I book on line?", examples=ids)
    assert trainer.texts() == {
        path: text.replace("- can i book online", "- Can I book on line?") for path, text in FILES.items()
    }
    trainer.undoes()
    assert trainer.texts() == FILES


def test_examples_are_retired(trainer: Trainer) -> None:
    assert "Retired: 1." in trainer.does("/book/chosen", act="retire", examples=[trainer.ids("book")["how do I book"]])
    assert "how do I book" not in trainer.ids("book")
    trainer.undoes()
    assert trainer.texts() == FILES


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"act": "move", "target": "cost"}, "Tick at least one example first"),
        ({"act": "move", "one": True}, "Select the topic to move them to"),
        ({"act": "move", "target": "none", "one": True}, "There is no topic none"),
        ({"act": "edit", "two": True}, "Tick one example only"),
        ({"act": "blow up", "one": True}, "Choose what to do with them"),
        ({"act": "split"}, "Tick at least one example first"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(trainer: Trainer, fields: dict[str, object], why: str) -> None:
    ids = list(trainer.ids("book").values())
    examples = ids[:1] if fields.pop("one", False) else ids[:2] if fields.pop("two", False) else []
    assert why in trainer.does("/book/chosen", 422, examples=examples, **fields)
    assert trainer.texts() == FILES


NEW = {
    "name": "Parking",
    "question": "Where do I park?",
    "button": "Parking",
    "group": "booking",
    "route": "faq",
    "programme_breast": "yes",
}


def test_a_topic_is_split_off(trainer: Trainer) -> None:
    ids = [trainer.ids("book")["can i book online"]]
    assert "1 example will move to it" in trainer.does("/book/chosen", 200, act="split", examples=ids)
    page = trainer.does("/new", examples=ids, **NEW)
    assert "Where do I park?" in page
    assert "With fewer than 25 a topic is learnt badly: add 24 more." in page
    after = trainer.texts()
    assert after["examples/booking/parking.yml"].endswith("- intent: parking\n  examples: |\n    - can i book online\n")
    entry = "- name: parking\n  group: booking\n  numbers: []\n  route: faq\n  programmes: [breast]\n"
    entry += "  question: Where do I park?\n  button: Parking\n"
    assert after["topics.yml"] == FILES["topics.yml"].replace("- name: cost", entry + "- name: cost")
    trainer.undoes()
    assert trainer.texts() == FILES
    assert "is or was in use" in trainer.does("/new", 422, **NEW)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", "!", "Enter a name of 3 to 50"),
        ("name", "book", "is or was in use"),
        ("question", "", "Enter the question"),
        ("button", "x" * 21, "20 characters at most"),
        ("group", "../etc", "Select a group"),
        ("route", "", "Select what the bot does"),
        ("route", "crisis", "A topic of the safety net is not added here"),
    ],
)
def test_a_topic_with_something_missing_is_refused(trainer: Trainer, field: str, value: str, why: str) -> None:
    assert why in trainer.does("/new", 422, **(NEW | {field: value}))
    assert trainer.texts() == FILES


def test_what_patients_see_of_a_topic_is_changed(trainer: Trainer) -> None:
    assert "What does the bot do?" in trainer.sees("/cost/edit")
    changed = {"question": "Is it free?", "button": "Cost", "group": "getting_there", "route": "faq"}
    trainer.does("/cost/edit", **changed)
    assert trainer.texts() == FILES | {"topics.yml": FILES["topics.yml"].replace("What does it cost?", "Is it free?")}
    assert "Enter the question" in trainer.does("/cost/edit", 422, **(changed | {"question": ""}))
    assert "What the safety net does" in trainer.does("/cost/edit", 422, **(changed | {"route": "crisis"}))
    trainer.undoes()
    assert trainer.texts() == FILES


def test_topics_are_merged(trainer: Trainer) -> None:
    assert "Type the word merge" in trainer.does("/cost/merge", 422, target="book")
    assert "Select the topic" in trainer.does("/cost/merge", 422, confirm_merge="merge")
    assert "Choose another topic" in trainer.does("/cost/merge", 422, confirm_merge="merge", target="cost")
    page = trainer.does("/cost/merge", target="book", confirm_merge="Merge")
    assert "Merged: 2 examples of cost are here now." in page
    trainer.sees("/cost", 404)
    assert "is it free" in trainer.ids("book")
    assert "- name: cost" not in trainer.texts()["topics.yml"]
    trainer.undoes()
    assert trainer.texts() == FILES


def test_a_topic_is_retired_with_its_examples(trainer: Trainer) -> None:
    assert "Type the word retire" in trainer.does("/cost/retire", 422)
    assert "The topic cost is retired." in trainer.does("/cost/retire", confirm_retire="retire")
    after = trainer.texts()
    assert "examples/getting_there/cost.yml" not in after
    assert "cost" not in after["regression/booking.yml"]
    trainer.undoes()
    assert trainer.texts() == FILES


def test_what_becomes_of_a_topics_answers_is_said_asked_and_done(trainer: Trainer) -> None:
    page = trainer.sees("/cost/end")
    assert "It has no answers." in page
    assert "What becomes of its answers?" not in page
    with trainer.database.write() as session:
        answers.import_all(session, [an_answer("It is free.", topic="cost", programme="any")], NOON)
    page = trainer.sees("/cost/end")
    assert "It has 1 answer in use and 0 drafts." in page
    assert "What becomes of its answers?" in page
    page = trainer.does("/cost/merge", target="book", confirm_merge="merge", answers="move")
    assert "Its answers became drafts here: 1." in page
    with trainer.database.read() as session:
        assert [(row.topic, row.status) for row in answer_queries.listed(session)] == [("book", "draft")]
    trainer.undoes()
    assert "Answers out of use: 1." in trainer.does("/cost/merge", target="book", confirm_merge="merge")
    trainer.undoes()
    assert "Answers out of use: 1." in trainer.does("/cost/retire", confirm_retire="retire")
    trainer.undoes()
    with trainer.database.read() as session:
        assert [(row.topic, row.status) for row in answer_queries.listed(session)] == [("cost", "sample")]


def test_a_topic_that_the_safety_net_needs_stays(trainer: Trainer) -> None:
    refused = "The safety net needs this topic"
    assert refused in trainer.does("/crisis/retire", 422, confirm_retire="retire")
    assert refused in trainer.does("/crisis/merge", 422, confirm_merge="merge", target="book")
    assert "Merge or retire" not in trainer.sees("/crisis")
    trainer.does("/crisis/edit", question="Are you all right?", button="Not safe", group="safety", route="faq")
    assert "route: crisis" in trainer.texts()["topics.yml"]


def test_an_undo_that_comes_too_late_says_so(trainer: Trainer) -> None:
    trainer.does("/cost/examples", text="what price", act="add")
    with trainer.database.read() as session:
        [change, *_] = teaching_changes.newest(session)
    trainer.does("/cost/chosen", act="move", target="book", examples=[trainer.ids("cost")["what price"]])
    page = trainer.does("/undo", change=change.id, topic="https://elsewhere.example/")
    assert "Nothing was undone. Somebody changed the same since" in page
    assert trainer.client.post("/trainer/topics/undo", data=form(trainer.client, change="x")).status_code == 400


def test_others_may_look_and_nothing_more(app: Flask, trainer: Trainer) -> None:
    client = app.test_client()
    signed_in(client, "clinical_approver")
    page = client.get("/trainer/topics/book").text
    assert "can i book online" in page
    assert "Add the example" not in page
    assert "/undo" not in page + client.get("/trainer/topics").text


def test_hostile_text_is_inert(trainer: Trainer) -> None:
    trainer.does("/cost/examples", text="<script>alert(1)</script> \u202efree", act="add")
    page = trainer.client.get("/trainer/topics/cost").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; free" in page
