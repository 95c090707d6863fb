"""A colleague's reply: what a stale page, a switch, a window or an empty form stops, and what is queued."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.desk import Outcome, Refusal, Seen
from bot.core.messages import Reply
from bot.store import desk, desk_reply, desk_settings
from bot.store.tables import Message
from tests.builders import NOON, after
from tests.store.desk_room import JO, SAM, Desk


@pytest.fixture
def row_id(desk_room: Desk) -> int:
    """Jo has it."""
    row_id = desk_room.waits()
    assert desk_room.claim(row_id) is None
    return row_id


def test_a_reply_is_queued_under_its_claim(desk_room: Desk, row_id: int) -> None:
    assert desk_room.reply(row_id, " I will call you. ") is None
    [queued] = desk_room.outgoing(row_id)
    assert (queued.author, queued.state, queued.claim_version, queued.due_at) == ("staff", "waiting", 1, NOON)
    message = desk_room.rows(Message)[-1]
    assert (message.author, message.author_name, message.text) == ("staff", "Jo Bloggs", "I will call you.")
    assert desk_room.row(row_id).waiting_since is None
    assert desk_room.audited()[-1] == ("user 1", "replied", f"conversation {row_id}")


def test_a_long_reply_keeps_its_parts_in_order(desk_room: Desk, row_id: int) -> None:
    seen = desk_room.view(row_id).seen
    parts = (Reply("one"), Reply("two"))
    assert desk_room.act(desk_reply.reply, row_id, parts, "one two", seen) is None
    assert [(row.text, row.position) for row in desk_room.outgoing(row_id)] == [("one", 0), ("two", 1)]


def test_a_page_that_has_not_seen_the_patients_newest_message_cannot_send(desk_room: Desk, row_id: int) -> None:
    seen = desk_room.view(row_id).seen
    desk_room.patient_writes(row_id, "No, do not call me")
    assert desk_room.reply(row_id, seen=seen) is Refusal.CHANGED
    assert desk_room.outgoing(row_id) == []
    assert desk_room.reply(row_id) is None


def test_a_form_that_is_sent_twice_is_one_reply(desk_room: Desk, row_id: int) -> None:
    seen = desk_room.view(row_id).seen
    assert desk_room.reply(row_id, seen=seen) is None
    assert desk_room.reply(row_id, seen=seen) is Refusal.CHANGED
    assert len(desk_room.outgoing(row_id)) == 1


def test_who_does_not_have_it_cannot_reply(desk_room: Desk, row_id: int) -> None:
    assert desk_room.reply(row_id, who=SAM) is Refusal.NOT_YOURS
    assert desk_room.reply(desk_room.waits()) is Refusal.NOT_YOURS  # a claim comes first


def test_a_page_from_before_the_conversation_went_round_cannot_send(desk_room: Desk, row_id: int) -> None:
    seen = desk_room.view(row_id).seen
    desk_room.act(desk.assign, row_id, SAM)
    assert desk_room.reply(row_id, seen=seen) is Refusal.NOT_YOURS
    desk_room.act(desk.assign, row_id, JO, who=SAM)
    assert desk_room.reply(row_id, seen=seen) is Refusal.CHANGED


def test_nothing_is_sent_from_a_closed_conversation(desk_room: Desk, row_id: int) -> None:
    desk_room.act(desk.close, row_id, Outcome.ANSWERED)
    assert desk_room.reply(row_id) is Refusal.CLOSED


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_reply_is_none(desk_room: Desk, row_id: int, text: str) -> None:
    assert desk_room.reply(row_id, text) is Refusal.NO_WORDS


def test_staff_replies_are_off_until_somebody_signs_for_them(desk_room: Desk, row_id: int) -> None:
    practice = desk_room.practice_id
    desk_room.write(lambda session: desk_settings.turn_off_replies(session, practice, NOON, actor="user 9"))
    assert desk_room.reply(row_id) is Refusal.REPLIES_OFF
    assert desk_room.view(row_id).composer_off is Refusal.REPLIES_OFF
    desk_room.turn_on_replies()
    assert desk_room.reply(row_id) is None


@pytest.mark.parametrize(
    ("silent", "permission", "refused"),
    [
        (timedelta(hours=23, minutes=59), False, None),
        (timedelta(hours=24), False, Refusal.NO_PERMISSION),
        (timedelta(hours=24), True, None),
        (timedelta(days=6, hours=23), True, None),
        (timedelta(days=7), True, Refusal.WEEK_OVER),
    ],
)
def test_metas_windows_hold_when_a_reply_is_queued(
    desk_room: Desk, row_id: int, silent: timedelta, permission: bool, refused: Refusal | None
) -> None:
    def change(session: Session) -> None:
        desk_settings.change(
            session, desk_room.practice_id, NOON, actor="a", sla_minutes=60, human_agent=permission, notify=[]
        )

    desk_room.write(change)
    assert desk_room.view(row_id, now=NOON + silent).composer_off is refused
    assert desk_room.reply(row_id, now=NOON + silent) is refused


def test_another_practices_conversation_cannot_be_answered(desk_room: Desk, row_id: int) -> None:
    arguments = (Reply("Hello"),), "Hello", Seen(1, 1)
    found = desk_room.act(desk_reply.reply, row_id, *arguments, practice_id=desk_room.practice_id + 1)
    assert found is Refusal.NOT_FOUND


def test_another_claim_stops_what_the_one_before_has_not_sent(desk_room: Desk, row_id: int) -> None:
    desk_room.reply(row_id)
    desk_room.act(desk.release, row_id, now=after(seconds=1))
    desk_room.claim(row_id, SAM)
    [queued] = desk_room.outgoing(row_id)
    assert (queued.state, queued.problem) == ("cancelled", "someone else has the conversation now")


@pytest.mark.parametrize("action", [desk.release, desk.give_back, lambda act: desk.close(act, Outcome.ANSWERED)])
def test_a_reply_is_not_lost_by_letting_the_conversation_go(desk_room: Desk, row_id: int, action) -> None:  # type: ignore[no-untyped-def]
    desk_room.reply(row_id)
    assert desk_room.act(action, row_id) is None
    [queued] = desk_room.outgoing(row_id)
    assert (queued.state, queued.claim_version) == ("waiting", desk_room.row(row_id).claim_version)
