"""The list of the inbox: what each line says, filters, searches, pages, and what its script asks."""

import re

import pytest
from sqlalchemy import text

from bot.core.messages import DecisionKind
from bot.core.roles import Role
from bot.store import desk, desk_settings, users
from bot.store.people_tables import User
from bot.web.inbox.list_view import EMPTY, NOTHING_FOUND
from tests.builders import NOON, a_practice, after
from tests.store.desk_room import SAM, Desk
from tests.web.inbox_room import InboxRoom


def listed(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'data-id="(\d+)"', page)]


def test_a_line_says_who_waits_since_when_why_and_how_long_there_is(inbox: InboxRoom) -> None:
    inbox.desk.waits(text="Please ring me on 07700 900123", topics=("does_it_hurt",), programmes=("breast",))
    inbox.clock.pass_by(minutes=125)
    inbox.sign_in_again()
    page = inbox.get()
    for words in (
        "The patient asked for a person",
        "Please ring me on [phone]",
        "Waiting 2 hours 5 minutes, since midday",
        "21 hours left to reply",
        "Answer due 30 November at midday",  # it opens on Mondays only
        "Nobody has it yet",
    ):
        assert words in page, words
    assert "07700" not in page


def test_urgent_comes_first_and_says_so(inbox: InboxRoom) -> None:
    calm, urgent = inbox.desk.waits(), inbox.desk.waits(at=after(minutes=5), urgent=True, kind=DecisionKind.EMERGENCY)
    page = inbox.get()
    assert listed(page) == [urgent, calm]
    assert page.count("Urgent") == 1


def test_each_list_has_its_count_and_its_own_words_when_it_is_empty(inbox: InboxRoom) -> None:
    for show, words in EMPTY.items():
        assert words in inbox.get(f"?show={show.value}")
    waiting, mine, of_sam, done = (inbox.desk.waits(at=after(minutes=number)) for number in range(4))
    inbox.press(mine, "claim")
    inbox.desk.claim(of_sam, SAM)
    inbox.desk.act(desk.mark_dealt_with, done)
    assert listed(inbox.get()) == [waiting]
    assert listed(inbox.get("?show=mine")) == [mine]
    assert listed(inbox.get("?show=all")) == [waiting, mine, of_sam]
    page = inbox.get("?show=closed")
    assert listed(page) == [done]
    assert "Dealt with outside Messenger, midday" in page
    assert re.findall(r'data-count="(\w+)">(\d+)<', page) == [
        *(("waiting", "1"), ("mine", "1"), ("all", "3"), ("closed", "1"))
    ]
    assert "Sam Smith has it" in inbox.get("?show=all")


@pytest.mark.parametrize(
    "query", ["?show=nonsense", "?after=x", "?after=9_9_9", "?after=0_1.0_99999999999999999999", "?show=&practice="]
)
def test_an_address_that_means_nothing_shows_who_waits(inbox: InboxRoom, query: str) -> None:
    row_id = inbox.desk.waits()
    assert listed(inbox.get(query)) == [row_id]


def test_pages_follow_each_other(inbox: InboxRoom) -> None:
    rows = [inbox.desk.waits(at=after(seconds=number)) for number in range(30)]
    first = inbox.get()
    assert listed(first) == rows[:25]
    [onwards] = re.findall(r'href="/inbox(\?show=waiting&after=[^"]+)"', first)
    second = inbox.get(onwards)
    assert listed(second) == rows[25:]
    assert "Next page" not in second


def test_a_search_finds_words_and_never_stands_in_an_address(inbox: InboxRoom) -> None:
    hurts = inbox.desk.waits(text="Does a mammogram hurt?")
    inbox.desk.waits(text="Where is my kit?")
    page = inbox.post("", show="waiting", q="mammo").text
    assert listed(page) == [hurts]
    assert not re.findall(r'(?:href|action)="[^"]*mammo', page)
    assert NOTHING_FOUND in inbox.post("", show="waiting", q="gibberish").text


def test_a_search_has_pages_too(inbox: InboxRoom) -> None:
    rows = [inbox.desk.waits(text="mammogram", at=after(seconds=number)) for number in range(30)]
    first = inbox.post("", show="waiting", q="mammogram").text
    [place] = re.findall(r'name="after" value="([^"]+)"', first)
    second = inbox.post("", show="waiting", q="mammogram", after=place).text
    assert listed(first) + listed(second) == rows


def test_where_staff_may_not_reply_the_list_says_so_and_names_no_windows(inbox: InboxRoom) -> None:
    inbox.desk.waits()
    practice = inbox.desk.practice_id
    inbox.desk.write(lambda session: desk_settings.turn_off_replies(session, practice, NOON, actor="user 9"))
    page = inbox.get()
    assert "Staff replies over Messenger are off" in page
    assert "left to reply" not in page


def test_the_inbox_is_the_first_page_of_a_responder(inbox: InboxRoom) -> None:
    assert inbox.client.get("/sign-in").headers["Location"] == "/inbox"
    assert '<a class="nhsuk-header__navigation-link" href="/inbox" aria-current="page">Inbox</a>' in inbox.get()


def test_the_script_hears_of_every_change_and_of_no_words(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits(text="gusset")
    address = "/inbox/changes?show=waiting"
    first = inbox.client.get(address)
    page = inbox.get()
    assert first.get_json()["marks"] == dict(re.findall(r'data-id="(\d+)" data-mark="(\w+)"', page))
    assert first.get_json()["counts"] == {"waiting": 1, "mine": 0, "all": 1, "closed": 0}
    etag = {"If-None-Match": first.headers["ETag"]}
    assert inbox.client.get(address, headers=etag).status_code == 304
    inbox.desk.patient_writes(row_id, "gusset again", after(minutes=1))
    second = inbox.client.get(address, headers=etag)
    assert second.get_json()["marks"].keys() == first.get_json()["marks"].keys()
    assert second.get_json()["marks"] != first.get_json()["marks"]
    other = inbox.desk.waits()
    assert str(other) in inbox.client.get(address).get_json()["marks"]
    inbox.desk.claim(row_id, SAM)
    third = inbox.client.get(address)
    assert str(row_id) not in third.get_json()["marks"]
    assert "gusset" not in first.text + second.text + third.text


def test_a_notification_is_told_numbers_of_who_waits(inbox: InboxRoom) -> None:
    def told(path: str = "") -> dict[str, float]:
        waiting: dict[str, float] = inbox.client.get(f"/inbox{path}/changes").get_json()["waiting"]
        return waiting

    place = {"practice": inbox.desk.practice_id}
    assert told() == place | {"count": 0, "urgent": 0, "newest": 0}
    row_id = inbox.desk.waits()
    taken = inbox.desk.waits(at=after(minutes=9))
    inbox.desk.claim(taken)
    inbox.desk.waits(at=after(minutes=5), urgent=True, kind=DecisionKind.EMERGENCY)
    with inbox.database.write() as session:
        Desk(inbox.database, a_practice(session, "hillside", ["2002"]).id)
    Desk(inbox.database, inbox.desk.practice_id + 1).waits(page="2002", at=after(minutes=20))
    both = place | {"count": 2, "urgent": 1, "newest": after(minutes=5).timestamp()}
    assert (told(), told(f"/{row_id}")) == (both, both)


def test_asking_for_changes_waits_for_no_writer_and_writes_nothing(inbox: InboxRoom) -> None:
    """Webhooks are stored meanwhile: neither may wait for the other."""
    row_id = inbox.desk.waits()
    with inbox.database.write() as session:
        session.execute(text("UPDATE practice SET name = name"))
        for path in ("/inbox/changes", f"/inbox/{row_id}/changes"):
            assert inbox.client.get(path).status_code == 200


def test_a_responder_of_two_practices_sees_one_at_a_time(inbox: InboxRoom) -> None:
    with inbox.database.write() as session:
        hillside = a_practice(session, "hillside", ["2002"], name="Hillside Surgery")
        other = Desk(inbox.database, hillside.id)
        users.give_role(session, NOON, session.get_one(User, inbox.person.id), Role.RESPONDER, hillside, actor="test")
    here, there = inbox.desk.waits(), other.waits(page="2002")
    assert listed(inbox.get("?practice=riverside")) == [here]
    assert listed(inbox.get("?practice=hillside")) == [there]
    assert "Hillside Surgery" in inbox.get("?practice=riverside")
    assert inbox.client.get(f"/inbox/{there}").status_code == 200


def test_everything_that_is_open_is_on_one_page_without_a_patients_word(inbox: InboxRoom) -> None:
    assert "Nothing is open." in inbox.get("/open-today")
    waiting, mine = inbox.desk.waits(text="gusset-worry"), inbox.desk.waits()
    inbox.press(mine, "claim")
    page = inbox.get("/open-today")
    assert "2 conversations are not finished." in page
    assert f"/inbox/{waiting}" in page
    assert "You have it" in page
    assert "gusset-worry" not in page
    assert inbox.client.get("/inbox/open-today?practice=hillside").status_code == 404
