"""The trainer's list: what it shows, labelling a group or single messages, undoing, suggestions, and hostile text."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bot.store import asked, conversations, examples, job_runs
from bot.store.database import Database
from bot.store.learning_tables import LearningItem
from tests.builders import NOON, a_conversation
from tests.store.learning import an_item
from tests.store.teaching import small
from tests.web.people import form, signed_in

HOSTILE = "<script>alert(1)</script> \u202egnp.exe"


@pytest.fixture
def dogs(store: Database) -> int:
    """Three messages about dogs in one group, one about parking; the topics book and cost."""
    with store.write() as session:
        small(session)
        first = an_item(session, "can my dog come", why="unsure")
        for text in ("may the dog come in", "is a dog allowed"):
            an_item(session, text, group_id=first.id, likeness=0.8)
        an_item(session, "where do i park")
        return first.id


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    signed_in(client, "trainer")
    return client


def label(client: FlaskClient, **fields: object) -> str:
    answer = client.post("/trainer/label", data=form(client, **fields), follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def whole(client: FlaskClient, group: int, why: str = "", q: str = "") -> dict[str, str]:
    """What the form of a group says of it, in the list as it is now."""
    page = client.post("/trainer", data=form(client, why=why, q=q)).text
    card = page.split(f'id="group-{group}"')[1].split("</section>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', card))
    return {name: value for name, value in fields.items() if name != "csrf_token"}


def open_texts(store: Database) -> set[str]:
    with store.read() as session:
        return set(session.scalars(select(LearningItem.text).where(LearningItem.state == "open")))


def test_the_list_shows_groups_with_their_candidates(client: FlaskClient, dogs: int) -> None:
    page = client.get("/trainer").text
    assert page.index("can my dog come") < page.index("where do i park")
    assert "4 messages in 2 groups" in page
    assert "1 message in 1 group<" in client.post("/trainer", data=form(client, q="park")).text
    assert "Near tie" in page
    assert re.search(r"How do I book\?\s*<span[^>]*>40%", page)
    assert re.search(r"What does it cost\?\s*<span[^>]*>30%", page)


def test_a_whole_group_is_labelled_and_undone(client: FlaskClient, dogs: int, store: Database) -> None:
    page = label(client, **whole(client, dogs), label="topic:book")
    assert "3 messages are labelled as: Book." in page
    assert open_texts(store) == {"where do i park"}
    act = re.search(r'name="act" value="([0-9a-f]{32})"', page)
    assert act is not None
    assert page.count(act[1]) == 1  # in the form, and not as a message
    labelled = client.get("/trainer/labelled").text
    assert "can my dog come" in labelled
    assert "<strong>Book</strong>" in labelled
    undone = client.post("/trainer/undo", data=form(client, act=act[1]), follow_redirects=True).text
    assert "Undone: 3 messages can be labelled again." in undone
    assert len(open_texts(store)) == 4


def test_single_messages_are_labelled_and_the_rest_stays(client: FlaskClient, dogs: int, store: Database) -> None:
    label(client, item=dogs, label="chosen", topic="cost")
    assert open_texts(store) == {"may the dog come in", "is a dog allowed", "where do i park"}
    with store.read() as session:
        found = [one.row.text for one in examples.of_topic(session, "cost")]
    assert "can my dog come" in found


def test_what_came_since_the_page_was_made_stays_open(client: FlaskClient, dogs: int, store: Database) -> None:
    seen = whole(client, dogs)
    with store.write() as session:
        an_item(session, "dogs welcome?", group_id=dogs)
    assert "3 messages are labelled as: Book." in label(client, **seen, label="topic:book")
    assert open_texts(store) == {"where do i park", "dogs welcome?"}


@pytest.mark.parametrize("change", ["labelled by a colleague", "older ones joined"])
def test_a_group_of_which_others_were_seen_is_not_labelled(
    client: FlaskClient, dogs: int, store: Database, change: str
) -> None:
    with store.write() as session:
        an_item(session, "the newest", group_id=dogs)
    seen = whole(client, dogs)
    if change == "labelled by a colleague":
        label(client, item=dogs + 1, label="topic:cost")
    else:
        with store.write() as session:
            session.get_one(LearningItem, dogs + 3).group_id = dogs  # parking, of a group of its own until now
    before = open_texts(store)
    page = label(client, **seen, label="topic:book")
    assert "Nothing was labelled. The messages changed since you opened the page" in page
    assert open_texts(store) == before


def test_with_a_reason_chosen_only_its_messages_are_labelled(client: FlaskClient, dogs: int, store: Database) -> None:
    seen = whole(client, dogs, why="unsure")
    assert "1 message is labelled as: Book." in label(client, **seen, label="topic:book")
    assert open_texts(store) == {"may the dog come in", "is a dog allowed", "where do i park"}


def test_of_what_was_looked_for_only_that_is_labelled(client: FlaskClient, dogs: int, store: Database) -> None:
    seen = whole(client, dogs, q="come")
    assert "2 messages are labelled as: Book." in label(client, **seen, label="topic:book")
    assert open_texts(store) == {"is a dog allowed", "where do i park"}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"item": 1, "label": "chosen", "topic": ""}, "Select a topic first"),
        ({"item": 1, "label": "nonsense"}, "Select a topic first"),
        ({"label": "ignored"}, "Tick a message first"),
        ({"item": 1, "label": "topic:parrots"}, "There is no topic parrots"),
        ({"item": "x", "label": "ignored"}, "Tick a message first"),
        ({"group": "x", "newest": "9", "whole": "yes", "size": "3", "label": "ignored"}, "Tick a message first"),
        ({"group": "1", "newest": "x", "whole": "yes", "size": "3", "label": "ignored"}, "Tick a message first"),
        ({"group": "1", "newest": "9", "whole": "yes", "size": "x", "label": "ignored"}, "The messages changed"),
        ({"item": 1, "label": "out_of_scope"}, "There is no topic off_topic"),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(
    client: FlaskClient, dogs: int, store: Database, fields: dict[str, object], says: str
) -> None:
    assert says in label(client, **fields)
    assert len(open_texts(store)) == 4


def test_a_search_shows_what_was_looked_for_and_never_in_an_address(client: FlaskClient, dogs: int) -> None:
    page = client.post("/trainer", data=form(client, q="park")).text
    assert "where do i park" in page
    assert "can my dog come" not in page
    assert "Nothing was found" in client.post("/trainer", data=form(client, q="zebra")).text


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "²"])
def test_a_page_that_is_none_is_no_fault(client: FlaskClient, dogs: int, page: str) -> None:
    assert client.get(f"/trainer?page={page}&why=nothing").status_code == 200


def test_with_nothing_to_label_it_says_so(client: FlaskClient) -> None:
    assert "There is nothing to label here." in client.get("/trainer").text
    assert "No messages have been labelled yet." in client.get("/trainer/labelled").text
    assert "There are no suggestions." in client.get("/trainer/suggestions").text


def test_hostile_text_is_inert(client: FlaskClient, store: Database) -> None:
    with store.write() as session:
        group_id = an_item(session, HOSTILE).id
    for path in ("/trainer", f"/trainer/asked/{group_id}"):
        page = client.get(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "\u202e" not in page


def test_who_may_only_look_has_no_buttons(app: Flask, dogs: int) -> None:
    client = app.test_client()
    signed_in(client, "practice_admin")
    for path in ("/trainer", f"/trainer/asked/{dogs}"):
        assert "can my dog come" in client.get(path).text
        assert 'name="label"' not in client.get(path).text


def test_how_far_the_grouping_is(client: FlaskClient, store: Database) -> None:
    assert client.get("/trainer/progress").json == {"working": ""}
    with store.write() as session:
        run = job_runs.claim(session, "grouping", "now", "w", NOON)
        assert run is not None
        job_runs.renew(session, run, {"compared": 4000, "of": 10000}, NOON)
    assert client.get("/trainer/progress").json == {"working": "Messages are being grouped: 4,000 of 10,000."}
    assert "4,000 of 10,000" in client.get("/trainer").text


def a_suggestion(store: Database, reply: str = "Only guide dogs. Ring 07700 900123.") -> int:
    with store.write() as session:
        row = a_conversation(session)
        message = conversations.add_message(session, row, "staff", reply, NOON, author_name="Jo")
        return an_item(session, "can my dog come", row=row, reply_id=message.id, suggestion="open").id


def test_what_staff_answered_is_a_suggestion_with_its_source(app: Flask, store: Database) -> None:
    item_id = a_suggestion(store)
    client = app.test_client()
    signed_in(client, ["trainer", "responder"])
    page = client.get("/trainer/suggestions").text
    assert "can my dog come" in page
    assert "Only guide dogs." in page
    assert "07700 900123" not in page
    assert 'href="/inbox/1"' in page
    draft = client.post("/answers/start", data=form(client, topic="book", text="Only guide dogs."))
    assert 'action="/answers/start"' in page
    assert 'name="topic" value=""' in page, "the bot's guess is nobody's word"
    assert "Only guide dogs." in draft.text
    assert (
        "Marked as drafted."
        in client.post(
            f"/trainer/suggestions/{item_id}/settle", data=form(client, outcome="drafted"), follow_redirects=True
        ).text
    )
    assert "can my dog come" not in client.get("/trainer/suggestions").text
    again = client.post(f"/trainer/suggestions/{item_id}/settle", data=form(client, outcome="drafted"))
    assert again.status_code == 404


@pytest.mark.parametrize("outcome", ["drafted", "dismissed"])
def test_a_suggestion_that_was_settled_comes_back(client: FlaskClient, store: Database, outcome: str) -> None:
    place = f"/trainer/suggestions/{a_suggestion(store)}/settle"
    page = client.post(place, data=form(client, outcome=outcome), follow_redirects=True).text
    assert "can my dog come" not in page
    assert f'action="{place}"' in page  # of the Undo in the banner
    page = client.post(place, data=form(client, outcome="open"), follow_redirects=True).text
    assert ("It is on the list again." in page, "can my dog come" in page) == (True, True)
    assert client.post(place, data=form(client, outcome="open")).status_code == 404
    assert client.post(place, data=form(client, outcome="zebra")).status_code == 400


def test_a_trainer_who_is_no_responder_gets_no_link_into_the_inbox(client: FlaskClient, store: Database) -> None:
    a_suggestion(store)
    assert "/inbox/" not in client.get("/trainer/suggestions").text


def test_older_suggestions_are_on_the_next_page(
    client: FlaskClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.answer_suggestions.PAGE_SIZE", 1)
    a_suggestion(store, "The first.")
    newest = a_suggestion(store, "The second.")
    assert "The first." not in client.get("/trainer/suggestions").text
    assert "The first." in client.get(f"/trainer/suggestions?before={newest}").text
    assert client.get("/trainer/suggestions?before=x").status_code == 200


def test_a_group_of_more_than_a_page_shows_the_most_alike(
    client: FlaskClient, store: Database, dogs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "MOST_OF_A_GROUP", 2)
    page = client.get(f"/trainer/asked/{dogs}").text
    assert "3 messages that are alike" in page
    assert "The 2 that are most alike are shown." in page


def test_after_a_label_and_its_undoing_the_search_goes_on(client: FlaskClient, dogs: int, store: Database) -> None:
    seen = whole(client, dogs, q="dog")
    answer = client.post("/trainer/label", data=form(client, **seen, label="topic:book"))
    assert answer.status_code == 200
    assert "3 messages are labelled as: Book." in answer.text
    assert 'value="dog"' in answer.text
    assert "where do i park" not in answer.text
    act = re.findall(r'name="act" value="(\w+)"', answer.text)[-1]
    again = client.post("/trainer/undo", data=form(client, act=act, q="dog", why="", page="1"))
    assert "3 messages can be labelled again" in again.text
    assert "where do i park" not in again.text
    assert len(open_texts(store)) == 4


def test_after_undoing_the_keyboard_stays_with_what_was_undone(client: FlaskClient, dogs: int) -> None:
    assert client.post("/trainer/label", data=form(client, label="ignored", why="unsure")).location.endswith("#next")
    assert client.post("/trainer/undo", data=form(client, act="x", why="unsure")).location == "/trainer?why=unsure"
