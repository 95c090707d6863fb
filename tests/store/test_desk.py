"""Who has a conversation: every act, who may do it, what it leaves behind, and that the audit knows."""

from datetime import timedelta

import pytest

from bot.core.desk import Colleague, Outcome, Refusal
from bot.core.messages import DecisionKind, Owner
from bot.store import conversations, desk, desk_settings, outgoing
from bot.store.tables import Conversation, OutgoingMessage
from tests.builders import NOON, a_decision, a_message_to_send, after
from tests.store.desk_room import JO, SAM, Desk


def test_who_claims_a_conversation_has_it_and_the_bot_is_silent(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    assert desk_room.claim(row_id) is None
    row = desk_room.row(row_id)
    assert (row.owner, row.holder, row.holder_name, row.claim_version) == ("staff", "user 1", "Jo Bloggs", 1)
    assert row.waiting_since == NOON  # a claim is no answer
    assert desk_room.audited()[-1] == ("user 1", "claimed", f"conversation {row_id}")


def test_a_second_claim_is_refused_and_changes_nothing(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    before = len(desk_room.audited())
    assert desk_room.claim(row_id, SAM) is Refusal.TAKEN
    assert desk_room.owner(row_id) == (Owner.STAFF, "user 1")
    assert len(desk_room.audited()) == before


def test_claiming_what_one_has_changes_nothing(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    assert desk_room.claim(row_id) is None
    assert desk_room.row(row_id).claim_version == 1


def test_a_claim_stops_what_the_bot_has_not_sent_but_no_safety_reply(desk_room: Desk) -> None:
    row_id = desk_room.waits()

    def queue(session):  # type: ignore[no-untyped-def]
        row = session.get_one(Conversation, row_id)
        return [a_message_to_send(session, row).id, a_message_to_send(session, row, safety=True).id]

    ordinary, safety = desk_room.write(queue)
    desk_room.claim(row_id)
    states = {row.id: (row.state, row.problem) for row in desk_room.rows(OutgoingMessage)}
    assert states == {ordinary: ("cancelled", "staff own the conversation"), safety: ("waiting", None)}


def test_where_staff_may_not_reply_the_bot_goes_on_answering(desk_room: Desk) -> None:
    desk_room.write(lambda session: desk_settings.turn_off_replies(session, desk_room.practice_id, NOON, actor="x"))
    row_id = desk_room.waits()
    assert desk_room.claim(row_id) is None
    assert desk_room.owner(row_id) == (Owner.BOT, "user 1")
    assert desk_room.act(desk.mark_dealt_with, row_id) is None
    row = desk_room.row(row_id)
    assert (row.holder, row.waiting_since, row.outcome, row.closed_at) == (None, None, "dealt_with", NOON)
    assert row.returned_at is None  # the bot never was away


def test_a_released_conversation_waits_for_a_colleague(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    assert desk_room.act(desk.release, row_id, now=after(minutes=5)) is None
    assert (desk_room.owner(row_id), desk_room.row(row_id).waiting_since) == ((Owner.STAFF, None), NOON)
    assert desk_room.claim(row_id, SAM) is None
    assert desk_room.row(row_id).claim_version == 2


def test_released_after_an_answer_it_waits_since_then(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    assert desk_room.reply(row_id) is None
    assert desk_room.row(row_id).waiting_since is None
    desk_room.act(desk.release, row_id, now=after(minutes=5))
    assert desk_room.row(row_id).waiting_since == after(minutes=5)


def test_an_assigned_conversation_is_the_colleagues(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    assert desk_room.act(desk.assign, row_id, SAM) is None
    assert (desk_room.owner(row_id), desk_room.row(row_id).claim_version) == ((Owner.STAFF, "user 2"), 2)
    assert desk_room.act(desk.assign, row_id, JO) is Refusal.TAKEN  # Jo cannot take it back from Sam
    unheld = desk_room.waits()
    assert desk_room.act(desk.assign, unheld, SAM) is None
    assert desk_room.owner(unheld) == (Owner.STAFF, "user 2")


def test_while_a_reply_is_on_its_way_it_cannot_be_assigned(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    desk_room.reply(row_id)
    assert desk_room.act(desk.assign, row_id, SAM) is Refusal.STILL_SENDING
    assert [row.state for row in desk_room.outgoing(row_id)] == ["waiting"]


def test_given_back_the_bot_has_it_and_says_again_what_it_is(desk_room: Desk) -> None:
    row_id = desk_room.waits(urgent=True)
    desk_room.claim(row_id)
    assert desk_room.act(desk.give_back, row_id, now=after(minutes=5)) is None
    row = desk_room.row(row_id)
    assert (row.owner, row.holder, row.returned_at) == ("bot", None, after(minutes=5))
    assert (row.waiting_since, row.waiting_why, row.urgent) == (None, None, False)


def test_a_hand_off_is_not_dismissed_by_giving_it_back(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    assert desk_room.act(desk.give_back, row_id) is Refusal.NOT_YOURS
    assert desk_room.row(row_id).waiting_since == NOON


@pytest.mark.parametrize("outcome", Outcome)
def test_a_closed_conversation_keeps_its_outcome_and_is_the_bots(desk_room: Desk, outcome: Outcome) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    assert desk_room.act(desk.close, row_id, outcome) is None
    row = desk_room.row(row_id)
    assert (row.owner, row.holder, row.closed_at, row.outcome) == ("bot", None, NOON, outcome.value)
    assert (row.waiting_since, row.waiting_why) == (None, "the patient asked for a person")
    assert desk_room.claim(row_id, SAM) is Refusal.CLOSED


@pytest.mark.parametrize("action", [desk.give_back, desk.mark_dealt_with, desk.close])
def test_a_message_that_came_meanwhile_is_not_put_away_unread(desk_room: Desk, action) -> None:  # type: ignore[no-untyped-def]
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    stale = desk_room.view(row_id).seen
    desk_room.patient_writes(row_id, "And I found a lump")
    arguments = [Outcome.ANSWERED] if action is desk.close else []
    assert desk_room.act(action, row_id, *arguments, stale) is Refusal.CHANGED
    assert desk_room.owner(row_id) == (Owner.STAFF, "user 1")
    assert desk_room.act(action, row_id, *arguments, desk_room.view(row_id).seen) is None


def test_a_new_hand_off_opens_what_was_closed(desk_room: Desk) -> None:
    row_id = desk_room.waits("ann")
    desk_room.act(desk.mark_dealt_with, row_id)
    assert desk_room.waits("ann", at=after(hours=1)) == row_id
    row = desk_room.row(row_id)
    assert (row.closed_at, row.outcome, row.waiting_since) == (None, None, after(hours=1))


def test_a_question_that_the_bot_answers_leaves_it_closed(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.act(desk.mark_dealt_with, row_id)
    desk_room.write(lambda session: conversations.remember(session.get_one(Conversation, row_id), a_decision(), NOON))
    assert desk_room.row(row_id).closed_at == NOON


def test_a_reply_that_fails_after_closing_opens_it_again(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    desk_room.reply(row_id)
    desk_room.act(desk.close, row_id, Outcome.ANSWERED)

    def fail(session):  # type: ignore[no-untyped-def]
        [message] = outgoing.claim(session, "w", NOON)
        outgoing.mark_failed(session, message, "the patient cannot be reached")
        outgoing.tell_staff(session, message, "a reply could not be sent", NOON)

    desk_room.write(fail)
    row = desk_room.row(row_id)
    assert (row.closed_at, row.waiting_since, row.holder) == (None, NOON, None)


def test_who_reopens_a_conversation_has_it(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    assert desk_room.act(desk.reopen, row_id) is Refusal.NOT_CLOSED
    desk_room.act(desk.mark_dealt_with, row_id)
    assert desk_room.act(desk.reopen, row_id, who=SAM) is None
    row = desk_room.row(row_id)
    assert (row.holder, row.closed_at, row.outcome) == ("user 2", None, None)


@pytest.mark.parametrize(
    "action",
    [
        desk.release,
        lambda act: desk.close(act, Outcome.ANSWERED),
        desk.mark_dealt_with,
        desk.give_back,
        lambda act: desk.assign(act, Colleague("user 3", "Kim")),
    ],
)
def test_nobody_acts_on_a_colleagues_conversation(desk_room: Desk, action) -> None:  # type: ignore[no-untyped-def]
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    assert desk_room.act(action, row_id, who=SAM) in (Refusal.TAKEN, Refusal.NOT_YOURS)
    assert desk_room.owner(row_id) == (Owner.STAFF, "user 1")


@pytest.mark.parametrize(
    "action", [desk.claim, desk.release, desk.give_back, desk.mark_dealt_with, desk.reopen, desk.assign, desk.close]
)
def test_another_practices_conversation_does_not_exist(desk_room: Desk, action) -> None:  # type: ignore[no-untyped-def]
    row_id = desk_room.waits()
    arguments = {desk.assign: [SAM], desk.close: [Outcome.ANSWERED]}.get(action, [])
    assert desk_room.act(action, row_id, *arguments, practice_id=desk_room.practice_id + 1) is Refusal.NOT_FOUND
    assert desk_room.act(action, row_id + 999, *arguments) is Refusal.NOT_FOUND


def test_what_was_answered_in_facebooks_inbox_anybody_may_go_on_with(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.write(
        lambda session: conversations.answered_elsewhere(session.get_one(Conversation, row_id), "replied", NOON)
    )
    assert desk_room.claim(row_id) is None
    assert (desk_room.owner(row_id), desk_room.row(row_id).claim_version) == ((Owner.STAFF, "user 1"), 2)


def test_what_facebooks_inbox_holds_can_be_given_back_to_the_bot(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.write(
        lambda session: conversations.answered_elsewhere(session.get_one(Conversation, row_id), "replied", NOON)
    )
    assert desk_room.act(desk.give_back, row_id) is None
    assert desk_room.owner(row_id) == (Owner.BOT, None)


def test_while_staff_own_it_a_patient_who_writes_waits_again(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    desk_room.reply(row_id)
    desk_room.patient_writes(row_id, at=NOON + timedelta(hours=1))
    assert (desk_room.row(row_id).waiting_since, desk_room.row(row_id).holder) == (after(hours=1), "user 1")


def test_an_urgent_patient_stays_urgent_until_it_is_done(desk_room: Desk) -> None:
    row_id = desk_room.waits(kind=DecisionKind.RED_FLAG, urgent=True)
    desk_room.claim(row_id)
    assert desk_room.row(row_id).urgent
    desk_room.act(desk.close, row_id, Outcome.ANSWERED)
    assert not desk_room.row(row_id).urgent
