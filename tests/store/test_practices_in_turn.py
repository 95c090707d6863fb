"""A practice whose post went viral does not keep the others waiting, and dangers are answered before everything."""

import pytest

from bot.store import outgoing, received_events
from bot.store.database import Database
from tests.builders import NOON, a_conversation, a_practice, a_text, after, an_edit, claim_one
from tests.store.queues import Events, Outgoing

pytestmark = pytest.mark.usefixtures("riverside")


@pytest.fixture
def events(database: Database) -> Events:
    """Riverside's post has gone viral; Hillside and Lakeside have a patient each, who wrote last."""
    with database.write() as session:
        a_practice(session, "hillside", pages=["2002"])
        a_practice(session, "lakeside", pages=["3003"])
    events = Events(database)
    events.save(*(a_text(psid=f"viral-{number}") for number in range(20)))
    events.save(*(a_text(psid=f"quiet-{number}", page_id="2002") for number in range(2)))
    events.save(a_text(psid="quiet", page_id="3003"))
    return events


def pages_in_turn(database: Database, count: int) -> list[str]:
    """The pages of the next events, as one process takes them."""
    found, last = [], 0
    for _ in range(count):
        with database.write() as session:
            claim = claim_one(session, "worker-1", NOON, last)
        assert claim is not None
        last = claim.practice_id
        found.append(claim.event.page_id)
    return found


def test_each_practice_has_its_turn(database: Database, events: Events) -> None:
    assert pages_in_turn(database, 7) == ["1001", "2002", "3003", "1001", "2002", "1001", "1001"]


def test_a_practice_with_nothing_to_take_is_passed_over(database: Database, events: Events) -> None:
    """Its only event waits behind another of the same patient, which a worker holds."""
    first = events.claim(now=NOON)
    assert first is not None
    events.save(a_text(psid=first.event.psid or ""))
    with database.write() as session:
        claim = claim_one(session, "worker-2", NOON, 1)
    assert claim is not None
    assert claim.event.page_id == "2002"


def test_after_the_last_practice_the_first_one_follows(database: Database, events: Events) -> None:
    with database.write() as session:
        claim = claim_one(session, "worker-1", NOON, 99)
    assert claim is not None
    assert claim.event.page_id == "1001"


def look_at(database: Database, danger: str | None = None, at: int = 3) -> list[str]:
    """The safety net reads what waits; whatever `danger` wrote is one. Returns whose events were read."""
    with database.write() as session:
        found = received_events.not_looked_at(session, after(seconds=at - 2), 100)
        dangers = [event_id for event_id, event in found if event and event.psid == danger]
        received_events.mark_looked_at(session, [event_id for event_id, _ in found], dangers)
    return [event.psid or "" for _, event in found if event]


def test_a_danger_is_taken_before_everything_that_waits(database: Database, events: Events) -> None:
    look_at(database, "viral-13")
    claim = events.claim()
    assert claim is not None
    assert claim.event.psid == "viral-13"


def test_what_the_same_patient_wrote_before_comes_first_with_it(database: Database, events: Events) -> None:
    earlier = a_text("hello", psid="gus", happened_at=after(seconds=-60))
    events.save(earlier, a_text("chest pain", psid="gus"), an_edit(earlier, "hi", psid="gus"))
    look_at(database, "gus")
    seen = events.work_off()[:3]
    assert [event.psid for event in seen] == ["gus"] * 3
    assert seen[0] == earlier


def test_each_event_is_read_ahead_once(database: Database, events: Events) -> None:
    assert len(look_at(database)) == 23
    assert look_at(database) == []
    events.save(a_text(psid="new"))
    assert look_at(database) == ["new"]


def test_what_has_not_waited_long_is_not_read_ahead(database: Database, events: Events) -> None:
    assert look_at(database, at=1) == []


def test_a_busy_page_does_not_keep_the_others_from_sending(database: Database, events: Events) -> None:
    queue = Outgoing(database)
    for number in range(3):
        queue.add(f"viral {number}", psid=f"viral-{number}")
    queue.add("quiet", psid="quiet", page_id="2002")
    texts, last = [], 0
    for _ in range(4):
        with database.write() as session:
            [message] = outgoing.claim(session, "sender-1", NOON, last)
        last = message.page_row
        texts.append(message.part.text)
    assert texts == ["viral 0", "quiet", "viral 1", "viral 2"]


def pages_claimed(database: Database, most: int, after_page: int = 0) -> list[str]:
    with database.write() as session:
        return [message.page_id for message in outgoing.claim(session, "sender-1", NOON, after_page, most)]


def test_of_several_taken_at_once_each_page_has_its_share(database: Database, events: Events) -> None:
    queue = Outgoing(database)
    for number in range(6):
        queue.add(psid=f"viral-{number}")
    for page in ("2002", "3003"):
        queue.add(psid="quiet", page_id=page)
    assert pages_claimed(database, 5) == ["1001", "1001", "2002", "3003"]
    assert pages_claimed(database, 5) == ["1001"] * 4


def test_several_are_taken_in_the_order_in_which_they_would_leave_one_by_one(
    database: Database, events: Events
) -> None:
    queue = Outgoing(database)
    queue.add("ordinary")
    queue.add("later", psid="bea", due_at=after(seconds=1))
    queue.add("call 999", psid="quiet", page_id="2002", safety=True, due_at=after(seconds=1))
    with database.write() as session:
        claims = outgoing.claim(session, "sender-1", after(seconds=2), 0, 4)
    assert [message.part.text for message in claims] == ["call 999", "ordinary", "later"]


def test_a_safety_reply_leaves_before_everything_of_every_page(database: Database, events: Events) -> None:
    queue = Outgoing(database)
    queue.add("ordinary")
    queue.add("call 999", psid="quiet", page_id="2002", safety=True, due_at=after(seconds=1))
    assert queue.take(now=after(seconds=2)).part.text == "call 999"


def test_a_page_that_is_stopped_has_no_turn(database: Database, events: Events) -> None:
    queue = Outgoing(database)
    queue.add("stopped")
    queue.add("well", psid="quiet", page_id="2002")
    with database.write() as session:
        outgoing.stop_page(session, a_conversation(session).page_id, after(seconds=10), "why")
    assert queue.texts() == ["well"]
    assert queue.texts(now=after(seconds=10)) == ["stopped"]
