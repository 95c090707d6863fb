"""Canned replies by the hand of an admin: added, changed, retired, and then in the inbox or no more."""

from html import unescape

import pytest

from bot.store import canned_replies
from tests.web.inbox_room import InboxRoom
from tests.web.people import form

TEXT = "Thank you. We will phone you today."


class Office:
    """Riverside's admin with its canned replies."""

    def __init__(self, inbox: InboxRoom) -> None:
        self.inbox = inbox
        self.client, self.me = inbox.colleague("practice_admin")

    def post(self, path: str, **fields: str) -> str:
        data = form(self.client, **fields)
        return unescape(self.client.post(f"/admin{path}", data=data, follow_redirects=True).text)

    def stored(self) -> dict[str, str]:
        with self.inbox.database.read() as session:
            return {one.title: one.text for one in canned_replies.of_practice(session, 1)}


@pytest.fixture
def office(inbox: InboxRoom) -> Office:
    return Office(inbox)


def test_a_reply_is_added_changed_used_and_retired(office: Office) -> None:
    assert "Staff can use this reply now." in office.post("/practices/1/canned", title="We will phone", text=TEXT)
    assert "Saved." in office.post("/canned/1", title="We phone today", text=f"{TEXT}\r\nGoodbye.")
    assert office.stored() == {"We phone today": f"{TEXT}\nGoodbye."}
    row_id = office.inbox.desk.waits()
    office.inbox.press(row_id, "claim")
    assert "We phone today" in office.inbox.get(f"/{row_id}")
    assert "Type the word retire to confirm" in office.post("/canned/1/retire", confirm="x")
    assert "The reply is retired." in office.post("/canned/1/retire", confirm="retire")
    assert office.stored() == {}
    assert "We phone today" not in office.inbox.get(f"/{row_id}")


def test_the_lint_advises_and_refuses_nothing(office: Office) -> None:
    page = office.post("/practices/1/canned", title="Hurry", text="Don't worry!")
    assert "This may make it clearer" in page
    assert "Line 1:" in page
    assert office.stored() == {"Hurry": "Don't worry!"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": ""}, "Enter a title"),
        ({"title": "t" * 81}, "80 characters at most"),
        ({"text": " \n "}, "Enter the text that patients get"),
        ({"text": "t" * 10_001}, "10,000 characters at most"),
    ],
)
@pytest.mark.parametrize("path", ["/practices/1/canned", "/canned/1"])
def test_what_is_wrong_is_explained_and_stays(office: Office, path: str, fields: dict[str, str], problem: str) -> None:
    office.post("/practices/1/canned", title="One", text=TEXT)
    assert problem in office.post(path, **{"title": "Two", "text": TEXT} | fields)
    assert office.stored() == {"One": TEXT}


def test_two_replies_cannot_have_one_title(office: Office) -> None:
    for title in ("One", "Two"):
        office.post("/practices/1/canned", title=title, text=TEXT)
    assert "There is a reply of this title already" in office.post("/practices/1/canned", title=" One ", text="x")
    assert "There is a reply of this title already" in office.post("/canned/2", title="One", text="x")
    assert office.stored() == {"One": TEXT, "Two": TEXT}
