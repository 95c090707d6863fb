"""A conversation goes through the inbox over HTTP on both databases: list, search, claim, reply, close."""

from pathlib import Path

from bot.core.messages import DecisionKind
from bot.core.safety import SafetyNet
from bot.store import audit
from bot.store.database import Database
from tests.builders import a_practice, after
from tests.web.conftest import a_site
from tests.web.inbox_room import InboxRoom
from tests.web.people import Clock
from tests.web.test_inbox_list import listed


def test_from_the_list_to_the_end(database: Database, safety_net: SafetyNet, tmp_path: Path) -> None:
    with database.write() as session:
        a_practice(session)
        a_practice(session, "hillside", ["2002"])
    inbox = InboxRoom(a_site(database, safety_net, tmp_path, "http://127.0.0.1:9"), Clock())
    inbox.desk.turn_on_replies()
    sam, _ = inbox.colleague()
    calm = inbox.desk.waits(text="Does a mammogram hurt?")
    urgent = inbox.desk.waits(at=after(minutes=5), urgent=True, kind=DecisionKind.EMERGENCY)

    assert listed(inbox.get()) == [urgent, calm]
    assert inbox.client.get("/inbox/changes").get_json()["waiting"] == {
        "practice": inbox.desk.practice_id,
        "count": 2,
        "urgent": 1,
        "newest": after(minutes=5).timestamp(),
    }
    assert listed(inbox.post("", show="waiting", q="MAMMO hur").text) == [calm]
    assert listed(inbox.post("", show="waiting", q="colonoscopy").text) == []

    assert inbox.press(calm, "claim").status_code == 302
    assert listed(inbox.get("?show=mine")) == [calm]
    assert listed(inbox.get()) == [urgent]
    assert inbox.press(calm, "reply", sam, text="I have it.").status_code == 422
    assert inbox.desk.outgoing(calm) == []
    assert inbox.press(calm, "reply", text="I will call you.").status_code == 302
    [queued] = inbox.desk.outgoing(calm)
    assert (queued.text, queued.state) == ("I will call you.", "waiting")
    assert "Queued" in inbox.get(f"/{calm}")

    assert inbox.press(calm, "close", outcome="answered").status_code == 302
    assert listed(inbox.get("?show=closed")) == [calm]
    assert listed(inbox.get("?show=all")) == [urgent]
    acts = [entry for entry in inbox.audited() if entry in ("claimed", "replied", "closed")]
    assert acts == ["claimed", "replied", "closed"]
    with database.read() as session:
        assert audit.check_chain(session).broken_at is None
