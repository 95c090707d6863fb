"""Another practice's conversation does not exist: every route of the inbox is tried, and nothing of it changes."""

import pytest
from werkzeug.routing import Rule

from bot.core.roles import Role
from bot.store import practices, users
from bot.store.database import Database
from bot.store.people_tables import User
from bot.store.tables import Base
from tests.builders import a_practice
from tests.store.desk_room import Desk
from tests.web.inbox_room import InboxRoom
from tests.web.people import form

SECRET_WORDS = "gusset-worry"


def stranger(inbox: InboxRoom) -> Desk:
    """Hillside's desk, with a conversation."""
    with inbox.database.write() as session:
        other = Desk(inbox.database, a_practice(session, "hillside", ["2002"]).id)
    other.turn_on_replies()
    return other


def inbox_routes(inbox: InboxRoom) -> list[tuple[Rule, str]]:
    """Each route of the inbox with each of its methods."""
    routes = [route for route in inbox.app.url_map.iter_rules() if route.endpoint.startswith("inbox.")]
    return [(route, method) for route in routes for method in sorted((route.methods or set()) & {"GET", "POST"})]


def contents(database: Database) -> dict[str, list[str]]:
    """Everything that is stored, but for what tells of the asking itself."""
    with database.read() as session:
        return {
            table.name: [str(tuple(row)) for row in session.execute(table.select())]
            for table in Base.metadata.sorted_tables
            if table.name != "sign_in_session"
        }


def test_every_route_with_an_id_says_404_and_changes_nothing(inbox: InboxRoom) -> None:
    other = stranger(inbox)
    row_id = other.waits(page="2002", text=SECRET_WORDS)
    other.claim(row_id)
    message_id = other.view(row_id).seen.last_message_id
    seen = {"claim_version": 1, "last_message_id": message_id}
    fields = {"draft_text": "Hello", "note": "Hello", "outcome": "answered", "to": inbox.me.key, "confirm": "unsafe"}
    before, tried = contents(inbox.database), set()
    for route, method in inbox_routes(inbox):
        if not route.arguments:
            continue
        path = route.rule.replace("<int:conversation_id>", str(row_id)).replace("<int:message_id>", str(message_id))
        data = form(inbox.client, **seen, **fields) if method == "POST" else None
        answer = inbox.client.open(path, method=method, data=data)
        assert answer.status_code == 404, route
        assert SECRET_WORDS not in answer.text
        tried.add(route.endpoint)
    assert len(tried) == 18
    assert contents(inbox.database) == before


def test_the_same_routes_do_exist_for_the_own_practice(inbox: InboxRoom) -> None:
    """Otherwise the test above could not fail."""
    row_id = inbox.desk.waits()
    for route, method in inbox_routes(inbox):
        path = route.rule.replace("<int:conversation_id>", str(row_id))
        if "<" in path:  # a message of the bot: tests/web/test_inbox_conversation.py
            continue
        data = form(inbox.client) if method == "POST" else None
        assert inbox.client.open(path, method=method, data=data).status_code in (200, 302, 422), route


def test_lists_searches_and_counts_are_of_the_own_practice(inbox: InboxRoom) -> None:
    other = stranger(inbox)
    row_id = other.waits(page="2002", text=SECRET_WORDS)
    for show in ("waiting", "all"):
        assert SECRET_WORDS not in inbox.get(f"?show={show}")
        assert inbox.client.get(f"/inbox/changes?show={show}").get_json()["counts"]["waiting"] == 0
    found = inbox.post("", show="all", q=SECRET_WORDS)
    assert f"/inbox/{row_id}" not in found.text


@pytest.mark.parametrize("practice", ["hillside", "nowhere", "'"])
def test_a_practice_that_is_not_ones_own_cannot_be_chosen(inbox: InboxRoom, practice: str) -> None:
    stranger(inbox)
    assert inbox.client.get("/inbox", query_string={"practice": practice}).status_code == 404
    assert inbox.client.get("/inbox/changes", query_string={"practice": practice}).status_code == 404
    assert inbox.post("", practice=practice, q="a").status_code == 404


@pytest.mark.parametrize("role", [Role.TRAINER, Role.CLINICAL_APPROVER])
def test_another_role_at_a_practice_opens_nothing_there(inbox: InboxRoom, role: Role) -> None:
    """A responder of one practice who is something else at another."""
    other = stranger(inbox)
    row_id = other.waits(page="2002")
    with inbox.database.write() as session:
        user = session.get_one(User, inbox.person.id)
        place = practices.find_by_slug(session, "hillside")
        users.give_role(session, inbox.clock.now, user, role, place, actor="test")
    assert inbox.client.get(f"/inbox/{row_id}").status_code == 404
    assert inbox.client.get("/inbox?practice=hillside").status_code == 404
    assert inbox.client.get("/inbox").status_code == 200
