"""What is kept of a page: findings, the age of its token, and what a disconnected page holds back."""

import pytest

from bot.errors import DataError
from bot.store import audit, outgoing, page_health, practices, received_events
from bot.store.database import Database
from bot.store.page_health import FOR_GOOD, PageHealth
from bot.store.tables import Conversation, OutgoingMessage
from tests.builders import NOON, PAGE, a_conversation, a_message_to_send, a_practice, a_text, after

WELL = [(True, "The token works.", "")]
NOT_WELL = [*WELL, (False, "Meta does not send these events.", "Connect the page again.")]


def keep(database: Database, findings: list[tuple[bool, str, str]], mark: str = "a", **span: float) -> PageHealth:
    with database.write() as session:
        page_health.keep(session, PAGE, findings, mark, after(**span), actor="user 9", action="checked a page")
    return health(database)


def health(database: Database) -> PageHealth:
    with database.read() as session:
        [found] = page_health.of_practices(session, None)
        assert page_health.find(session, found.page.id) == found
        return found


def test_a_page_that_nobody_looked_at_says_so(database: Database, riverside: int) -> None:
    found = health(database)
    assert (found.page.checked_at, found.findings, found.heard_at) == (None, (), None)
    assert found.practice.id == riverside


def test_a_token_is_as_old_as_its_first_use_here(database: Database, riverside: int) -> None:
    assert keep(database, WELL).page.token_since == NOON
    assert keep(database, WELL, hours=1).page.token_since == NOON
    assert keep(database, WELL, "another", hours=2).page.token_since == after(hours=2)


def test_only_a_page_that_is_well_goes_on_sending(database: Database, riverside: int) -> None:
    with database.write() as session:
        outgoing.stop_page(session, health(database).page.id, after(days=1), "the token does not work")
    assert keep(database, NOT_WELL).page.stopped_why == "the token does not work"
    found = keep(database, WELL)
    assert (found.page.stopped_until, found.page.stopped_why, found.page.stops) == (None, None, 0)
    with database.read() as session:
        assert [entry.details for entry in audit.newest(session, 2)] == [{"is_well": True}, {"is_well": False}]


def test_it_was_last_heard_of_when_its_newest_event_came(database: Database, riverside: int) -> None:
    with database.write() as session:
        received_events.save_all(session, [a_text()], NOON)
        received_events.save_all(session, [a_text(), a_text(page_id="2002")], after(minutes=5))
    assert health(database).heard_at == after(minutes=5)


def test_a_disconnected_page_sends_nothing_and_its_replies_go_to_staff(database: Database, riverside: int) -> None:
    with database.write() as session:
        row = a_conversation(session)
        queued, safety = a_message_to_send(session, row).id, a_message_to_send(session, row, safety=True).id
        row_id = row.id
        page_health.disconnect(session, PAGE, NOON, actor="user 9")
    with database.write() as session:
        assert session.get_one(OutgoingMessage, queued).state == "cancelled"
        assert session.get_one(OutgoingMessage, safety).state == "waiting"
        assert session.get_one(Conversation, row_id).waiting_why == page_health.DISCONNECTED
        assert outgoing.claim(session, "w", after(days=1000)) == []
        assert audit.newest(session, 1)[0].details == {"replies_held_back": 1}
    assert health(database).page.stopped_until == FOR_GOOD
    assert keep(database, WELL).page.disconnected_at is None


def test_a_page_belongs_to_one_practice(database: Database, riverside: int) -> None:
    with database.write() as session:
        other = a_practice(session, "hillside", ())
        assert page_health.add(session, other, NOON, page_id=PAGE, actor="user 9") is None
        added = page_health.add(session, other, NOON, page_id="2002", actor="user 9")
        assert added is not None
        assert [one.page.page_id for one in page_health.of_practices(session, [other.id])] == ["2002"]
    with pytest.raises(DataError), database.write() as session:
        a_practice(session, pages=["2002"])
    with database.read() as session:
        assert len(practices.pages(session)) == 2
