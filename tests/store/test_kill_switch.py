"""The kill switch in the database: whom it covers, what it holds back, and what the audit keeps of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import audit, conversations, kill_switch, practices
from bot.store.database import Database
from bot.store.tables import AuditEntry, Conversation, OutgoingMessage
from tests.builders import NOON, a_conversation, a_decision, a_message_to_send, a_practice, after
from tests.builders import a_claim as claimed

OTHER = "222"


@pytest.fixture
def hillside(database: Database, riverside: int) -> int:
    """A second practice, with the page OTHER."""
    with database.write() as session:
        return a_practice(session, "hillside", [OTHER], name="Hillside Surgery").id


def throw(database: Database, slug: str | None, *, off: bool, why: str = "a wrong answer") -> int:
    with database.write() as session:
        practice = practices.find_by_slug(session, slug) if slug else None
        return kill_switch.throw(session, practice, off=off, by="Ann Lee", why=why, now=NOON)


def off_for(database: Database, *ids: int) -> list[bool]:
    with database.read() as session:
        return [kill_switch.is_off(session, practice_id) for practice_id in ids]


def queued(database: Database, psid: str = "ann", page_id: str | None = None, **values: Any) -> int:
    with database.write() as session:
        row = a_conversation(session, psid, page_id) if page_id else a_conversation(session, psid)
        return a_message_to_send(session, row, **values).id


def state_of(database: Database, message_id: int) -> str:
    with database.read() as session:
        return session.get_one(OutgoingMessage, message_id).state


def test_a_practice_is_turned_off_and_on_by_itself(database: Database, riverside: int, hillside: int) -> None:
    assert off_for(database, riverside, hillside) == [False, False]
    throw(database, "riverside", off=True)
    assert off_for(database, riverside, hillside) == [True, False]
    throw(database, "riverside", off=False)
    assert off_for(database, riverside, hillside) == [False, False]


def test_the_switch_for_all_covers_each_and_leaves_their_own_as_they_are(
    database: Database, riverside: int, hillside: int
) -> None:
    throw(database, "hillside", off=True)
    throw(database, None, off=True)
    assert off_for(database, riverside, hillside) == [True, True]
    throw(database, None, off=True)  # a second time, by somebody who did not know
    throw(database, None, off=False)
    assert off_for(database, riverside, hillside) == [False, True]


@pytest.mark.parametrize(
    ("values", "after_it"),
    [
        ({}, "cancelled"),
        ({"state": "unknown"}, "cancelled"),
        ({"due_at": after(hours=1)}, "cancelled"),
        ({"safety": True}, "waiting"),
        ({"author": "staff"}, "waiting"),
        ({"state": "sending", "lease_until": after(minutes=1)}, "sending"),
        ({"state": "sent"}, "sent"),
    ],
    ids=["waiting", "may have arrived", "tried again later", "safety", "by staff", "at Meta now", "sent"],
)
def test_what_is_queued_when_it_is_thrown(
    database: Database, riverside: int, values: dict[str, Any], after_it: str
) -> None:
    message_id = queued(database, **values)
    assert throw(database, "riverside", off=True) == (after_it == "cancelled")
    assert state_of(database, message_id) == after_it


def test_only_the_practices_own_replies_are_held_back(database: Database, riverside: int, hillside: int) -> None:
    here, there = queued(database), queued(database, page_id=OTHER)
    throw(database, "riverside", off=True)
    assert (state_of(database, here), state_of(database, there)) == ("cancelled", "waiting")
    throw(database, None, off=True)
    assert state_of(database, there) == "cancelled"


def test_staff_get_the_conversation_of_a_reply_that_is_held_back(database: Database, riverside: int) -> None:
    queued(database)
    queued(database, "bea", safety=True)
    throw(database, "riverside", off=True)
    with database.read() as session:
        waiting = {row.psid: (row.waiting_since, row.waiting_why) for row in session.scalars(select(Conversation))}
    assert waiting == {"ann": (NOON, kill_switch.WHY_HELD_BACK), "bea": (None, None)}


def decided(database: Database, rule: str) -> Callable[[], bool]:
    """A reply of a decision by this rule; returns whether it is held back."""
    with database.write() as session:
        claim = claimed(session)
        row = a_conversation(session)
        conversations.add_decision(session, row, claim.id, a_decision(rule=rule), 5, NOON)
        practice_id = row.practice_id

    def held_back() -> bool:
        with database.read() as session:
            return kill_switch.holds_back(session, practice_id, claim.id)

    return held_back


@pytest.mark.parametrize("rule", ["paused", "opt_out_words", "opt_in_words"])
def test_what_says_that_answers_are_off_may_leave_while_they_are(database: Database, riverside: int, rule: str) -> None:
    held_back = decided(database, rule)
    throw(database, None, off=True)
    assert not held_back()


def test_an_answer_that_was_decided_just_before_must_not(database: Database, riverside: int) -> None:
    held_back = decided(database, "sure")
    assert not held_back()
    throw(database, None, off=True)
    assert held_back()


def test_the_audit_says_who_and_why(database: Database, riverside: int) -> None:
    queued(database)
    throw(database, "riverside", off=True, why="an answer about the van is wrong")
    throw(database, None, off=False)
    with database.read() as session:
        kept = [
            (entry.actor, entry.action, entry.about, entry.practice_id, entry.details)
            for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]
        assert audit.check_chain(session).broken_at is None
    assert kept == [
        (
            "Ann Lee",
            "pause",
            "practice riverside",
            riverside,
            {"why": "an answer about the van is wrong", "replies_held_back": 1},
        ),
        ("Ann Lee", "resume", "all practices", None, {"why": "a wrong answer"}),
    ]


def test_the_states_name_each_practice_and_who_threw_its_switch(
    database: Database, riverside: int, hillside: int
) -> None:
    throw(database, "riverside", off=True)
    with database.read() as session:
        found = kill_switch.states(session)
    assert [(one.about, one.is_off, one.by, one.why, one.at) for one in found] == [
        ("all practices", False, None, None, None),
        ("practice hillside", False, None, None, None),
        ("practice riverside", True, "Ann Lee", "a wrong answer", NOON),
    ]
