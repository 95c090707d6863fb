"""Another practice's things do not exist: every route of staff that takes an id is tried with one of another practice.

The routes come from the app itself. A new kind of id in an address fails here until `strange_things` has one.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from bot.core.desk import Colleague
from bot.core.roles import Role
from bot.store import answer_drafts, answer_reviews, canned_replies, practices, sign_in_sessions
from bot.store.database import Database
from bot.store.people_tables import SignInSession
from bot.store.tables import Base, Page
from bot.web.access import StaffRule, rule_of
from tests.builders import NOON, a_message_to_send, a_practice, an_answer
from tests.store.desk_room import Desk
from tests.store.learning import an_item
from tests.web.inbox_room import InboxRoom
from tests.web.people import a_user, form, signed_in

SECRET_WORDS = "gusset-worry"
FIELDS = {
    "draft_text": "Hello",
    "note": "Hello",
    "outcome": "answered",
    "reason": "asked for it",
    "title": "Hello",
    "text": "Hello",
    "name": "Hello",
    "role": "responder",
    "agreed": "yes",
    "practice": "1",
    "sla": "4",
    "email": "bob@x.nhs.uk",
    "day": "2026-12-24",
    "day_hours": "",
    "claim_version": "1",
    "last_message_id": "1",
}
OF_EVERY_PRACTICE = {"name", "run_id", "example_id"}  # of a topic, a training, an example
WORDS_TO_CONFIRM = ("unsafe", "off", "on", "disable", "disconnect", "connect", "retire", "export")


def strange_things(inbox: InboxRoom) -> dict[str, int]:
    """Something of Hillside for every name that an address can have an id by."""
    with inbox.database.write() as session:
        practice = a_practice(session, "hillside", ["2002"], name=f"Hillside {SECRET_WORDS}")
        desk = Desk(inbox.database, practice.id)
        canned = canned_replies.save(session, practice.id, NOON, actor="x", title=SECRET_WORDS, text="Hello")
        found = {"practice_id": practice.id, "reply_id": canned.id}
        found["page_id"] = session.scalars(select(Page.id).where(Page.page_id == "2002")).one()
    found["version"] = own_answer(inbox.database, practice.id, f"A mammogram, {SECRET_WORDS}.")
    desk.turn_on_replies()
    row_id = desk.waits(page="2002", text=SECRET_WORDS)
    desk.claim(row_id)
    with inbox.database.write() as session:
        row = desk.row(row_id)
        found["message_id"] = a_message_to_send(session, session.merge(row)).message_id
        item = an_item(session, SECRET_WORDS, row=session.merge(row), suggestion="open", reply_id=found["message_id"])
        found |= {"item_id": item.id, "group_id": item.id}
    stranger = a_user(inbox.services, "responder", practice="hillside", email="cy@hillside.nhs.uk", name=SECRET_WORDS)
    with inbox.database.write() as session:
        sign_in_sessions.start(session, NOON, session.merge(stranger), stage="signed_in", way="password")
        of_stranger = select(SignInSession.id).where(SignInSession.user_id == stranger.id)
        found["session_id"] = session.scalars(of_stranger).one()
    return found | {"conversation_id": row_id, "user_id": stranger.id}


def own_answer(database: Database, practice_id: int, text: str) -> int:
    """A practice's own answer, which waits for approval."""
    written, who = an_answer(text, status="draft"), Colleague("user 77", "Ed Editor")
    with database.write() as session:
        saved = answer_drafts.save(session, written, who, NOON, practice_id=practice_id, seen=99)
        answer_reviews.ask(session, saved.version, who, NOON)
    return saved.version


def routes_with_an_id(app: Flask) -> Iterator[tuple[Rule, str]]:
    for route in app.url_map.iter_rules():
        if route.arguments - OF_EVERY_PRACTICE and isinstance(rule_of(app, route.endpoint, route.rule), StaffRule):
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                yield route, method


def path_of(route: Rule, ids: dict[str, int]) -> str:
    path = route.rule
    for name in route.arguments:
        assert name in ids, f"{path}: add something of another practice to strange_things for {name}"
        path = path.replace(f"<int:{name}>", str(ids[name]))
    assert "<" not in path, path
    return path


def contents(database: Database) -> dict[str, list[str]]:
    """Everything that is stored, but for what tells of the asking itself."""
    with database.read() as session:
        return {
            table.name: [str(tuple(row)) for row in session.execute(table.select())]
            for table in Base.metadata.sorted_tables
            if table.name != "sign_in_session"
        }


@pytest.fixture
def client(inbox: InboxRoom) -> FlaskClient:
    """Somebody who is everything at Riverside, and nothing at Hillside."""
    client = inbox.app.test_client()
    signed_in(client, [role.value for role in Role if role is not Role.SYSTEM_ADMIN])
    return client


def test_every_route_with_an_id_says_404_and_changes_nothing(inbox: InboxRoom, client: FlaskClient) -> None:
    ids = strange_things(inbox)
    before, tried = contents(inbox.database), set()
    for route, method in routes_with_an_id(inbox.app):
        for word in WORDS_TO_CONFIRM if method == "POST" else ("",):
            data = (
                form(client, **FIELDS, confirm=word, confirm_connect=word, confirm_disconnect=word)
                if method == "POST"
                else None
            )
            answer = client.open(path_of(route, ids), method=method, data=data)
            assert answer.status_code == 404, (route, method, word)
            assert SECRET_WORDS not in answer.text
        tried.add(route.endpoint)
    assert len(tried) > 30
    assert contents(inbox.database) == before


def test_with_ids_of_the_own_practice_the_same_pages_open(inbox: InboxRoom, client: FlaskClient) -> None:
    """Otherwise the test above could not fail."""
    row_id = inbox.desk.waits()
    with inbox.database.write() as session:
        practice = practices.find_by_slug(session, "riverside")
        assert practice is not None
        canned = canned_replies.save(session, practice.id, NOON, actor="x", title="Hello", text="Hello")
        own = {"practice_id": practice.id, "reply_id": canned.id, "conversation_id": row_id}
        own["page_id"] = session.scalars(select(Page.id).where(Page.practice_id == practice.id)).first() or 0
        own["user_id"], own["session_id"] = inbox.person.id, 1
        own["group_id"] = an_item(session, "Hello", row=session.merge(inbox.desk.row(row_id))).id
    own["version"] = own_answer(inbox.database, own["practice_id"], "A mammogram can be sore.")
    pages = [route for route, method in routes_with_an_id(inbox.app) if method == "GET"]
    opened = {
        route.endpoint for route in pages if client.get(path_of(route, own | {"message_id": 1})).status_code == 200
    }
    # A message of the bot with an answer takes more: tests/web/test_inbox_conversation.py has it.
    assert opened == {route.endpoint for route in pages} - {"inbox.ask_unsafe"}


def test_no_list_shows_what_is_another_practices(inbox: InboxRoom, client: FlaskClient) -> None:
    strange_things(inbox)
    for route in inbox.app.url_map.iter_rules():
        is_staffs = isinstance(rule_of(inbox.app, route.endpoint, route.rule), StaffRule)
        if is_staffs and not route.arguments and "GET" in (route.methods or set()):
            answer = client.get(route.rule, follow_redirects=True)
            assert SECRET_WORDS not in answer.text, route
