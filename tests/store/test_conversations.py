"""A conversation is one patient and one page: who holds it, what was said, what is remembered."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from bot.core.events import ReferralSource
from bot.core.messages import ConversationState, DecisionKind, Owner, Programme, SafetyHit
from bot.store import conversations
from bot.store.conversations import state_of
from bot.store.database import Database
from bot.store.tables import Conversation, DecisionRow, Message
from tests.builders import NOON, PAGE, a_claim, a_conversation, a_decision, a_message_to_send, a_practice, after
from tests.store.queues import in_threads

pytestmark = pytest.mark.usefixtures("riverside")


def state_in(database: Database) -> ConversationState:
    with database.read() as session:
        return state_of(a_conversation(session))


def test_a_patient_who_writes_for_the_first_time_starts_a_conversation(database: Database, riverside: int) -> None:
    with database.write() as session:
        conversations.find_or_start(session, PAGE, "ann", NOON)
    with database.read() as session:
        row = conversations.find(session, PAGE, "ann")
    assert row is not None
    assert (row.practice_id, row.psid, row.created_at) == (riverside, "ann", NOON)
    assert state_of(row) == ConversationState()


def test_nobody_who_never_wrote_has_a_conversation(database: Database) -> None:
    with database.read() as session:
        assert conversations.find(session, PAGE, "ann") is None


def test_a_patient_who_writes_again_goes_on_with_the_same_conversation(database: Database) -> None:
    with database.write() as session:
        first = conversations.find_or_start(session, PAGE, "ann", NOON).id
    with database.write() as session:
        row = conversations.find_or_start(session, PAGE, "ann", after(days=1))
    assert (row.id, row.created_at) == (first, NOON)


def test_the_same_id_on_two_pages_is_two_conversations(database: Database) -> None:
    with database.write() as session:
        a_practice(session, "hillside", pages=["2002"])
        assert a_conversation(session).id != a_conversation(session, page_id="2002").id


def test_eight_workers_start_one_conversation(database: Database) -> None:
    def start(number: int) -> int:
        with database.write() as session:
            return conversations.find_or_start(session, PAGE, "ann", NOON).id

    assert len(set(in_threads(start))) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_a_page_that_is_not_connected_has_no_conversations(database: Database) -> None:
    with pytest.raises(NoResultFound), database.write() as session:
        conversations.find_or_start(session, "9999", "ann", NOON)


def test_what_a_decision_changed_is_there_at_the_next_turn(database: Database) -> None:
    state = ConversationState(
        opted_out=True,
        programme=Programme.BOWEL,
        topic="post_the_kit",
        asked=(("post_the_kit", "bowel"), ("get_a_kit", "")),
        bot_last_at=after(minutes=1),
    )
    with database.write() as session:
        conversations.remember(a_conversation(session), a_decision(state=state), after(minutes=1))
    assert state_in(database) == state


def test_a_decision_without_a_state_changes_nothing_but_the_time(database: Database) -> None:
    kept = ConversationState(programme=Programme.LUNG, topic="what_happens", bot_last_at=NOON)
    with database.write() as session:
        conversations.remember(a_conversation(session), a_decision(state=kept), NOON)
        conversations.remember(a_conversation(session), a_decision(replies=()), after(hours=1))
    assert state_in(database) == kept


def test_a_hand_off_waits_since_the_first_time_for_the_latest_reason(database: Database) -> None:
    with database.write() as session:
        row = a_conversation(session)
        conversations.remember(row, a_decision(hand_off="asks for a person"), NOON)
        conversations.remember(row, a_decision(hand_off="a complaint"), after(hours=1))
    with database.read() as session:
        row = a_conversation(session)
        assert (row.waiting_since, row.waiting_why) == (NOON, "a complaint")
        assert state_of(row).waiting_for_staff


def test_what_is_urgent_stays_urgent_until_staff_give_it_back(database: Database) -> None:
    with database.write() as session:
        row = a_conversation(session)
        conversations.remember(row, a_decision(urgent=True, hand_off="red flag"), NOON)
        conversations.remember(row, a_decision(), NOON)
    with database.write() as session:
        row = a_conversation(session)
        assert row.urgent
        conversations.take_for_staff(row, "a person replied", NOON)
        conversations.give_to_bot(row, NOON)
        assert not row.urgent


def test_once_staff_hold_it_the_open_question_is_gone(database: Database) -> None:
    with database.write() as session:
        row = a_conversation(session)
        row.asked = [["get_a_kit", "bowel"]]
        conversations.take_for_staff(row, "a person replied", after(minutes=1))
    state = state_in(database)
    assert (state.owner, state.asked, state.waiting_for_staff) == (Owner.STAFF, (), True)


def test_taking_a_conversation_that_waits_keeps_why_and_since_when(database: Database) -> None:
    with database.write() as session:
        row = a_conversation(session)
        conversations.remember(row, a_decision(hand_off="asks for a person"), NOON)
        conversations.take_for_staff(row, "a person replied", after(hours=1))
        assert (row.waiting_since, row.waiting_why) == (NOON, "asks for a person")


def test_a_conversation_given_back_is_the_bots_again_and_says_since_when(database: Database) -> None:
    with database.write() as session:
        row = a_conversation(session)
        conversations.take_for_staff(row, "a person replied", NOON)
        conversations.give_to_bot(row, after(hours=1))
    assert state_in(database) == ConversationState(returned_at=after(hours=1))


def test_giving_back_what_the_bot_holds_already_does_not_end_a_hand_off(database: Database) -> None:
    with database.write() as session:
        row = a_conversation(session)
        conversations.remember(row, a_decision(hand_off="asks for a person"), NOON)
        conversations.give_to_bot(row, after(hours=1))
    state = state_in(database)
    assert (state.waiting_for_staff, state.returned_at) == (True, None)


def test_the_post_that_brought_the_patient_is_kept(database: Database) -> None:
    with database.write() as session:
        row = a_conversation(session)
        conversations.keep_referral(row, ReferralSource(source="ADS", post_id="77"))
        conversations.keep_referral(row, None)
    with database.read() as session:
        assert a_conversation(session).referral == {"source": "ADS", "post_id": "77"}


def said(database: Database) -> Message:
    with database.read() as session:
        return session.scalars(select(Message)).one()


def test_a_message_keeps_its_words_exactly(database: Database) -> None:
    words = "Does it hurt? 🙂\n'); DROP TABLE message; --\u200d Ydw i'n hŷn"
    with database.write() as session:
        conversations.add_message(session, a_conversation(session), "patient", words, NOON, mid="m_1")
    assert (said(database).text, said(database).author, said(database).said_at) == (words, "patient", NOON)


def test_an_edit_a_reaction_and_an_unsend_change_what_was_said(database: Database) -> None:
    def change(values: dict[str, Any], mid: str = "m_1", psid: str = "ann") -> bool:
        with database.write() as session:
            return conversations.change_said(session, a_conversation(session, psid), mid, values)

    with database.write() as session:
        conversations.add_message(session, a_conversation(session), "patient", "Am I du?", NOON, mid="m_1")
    assert change({"text": "Am I due?"})
    assert change({"reaction": "love"})
    assert (said(database).text, said(database).reaction, said(database).unsent) == ("Am I due?", "love", False)
    assert change({"text": "", "unsent": True})
    assert (said(database).text, said(database).unsent) == ("", True)
    assert not change({"text": "Not there"}, mid="m_2")
    assert not change({"text": "Not theirs"}, psid="bea")
    assert said(database).text == ""


def test_a_message_stands_in_its_very_words_or_it_does_not(database: Database) -> None:
    with database.write() as session:
        row, other = a_conversation(session), a_conversation(session, "bea")
        conversations.add_message(session, row, "patient", "Am I due?", NOON, mid="m_1")
        assert conversations.is_said(session, row, "m_1", "Am I due?")
        assert not conversations.is_said(session, row, "m_1", "am i due?")
        assert not conversations.is_said(session, row, "m_2", "Am I due?")
        assert not conversations.is_said(session, other, "m_1", "Am I due?")


def the_decision(database: Database) -> DecisionRow:
    with database.read() as session:
        return session.scalars(select(DecisionRow)).one()


def test_a_decision_can_be_explained_later(database: Database, riverside: int) -> None:
    hit = SafetyHit(DecisionKind.RED_FLAG, "lump")
    decision = a_decision(safety=(hit,), topics=("does_it_hurt", "find_a_lump"), answer_versions=(3, 5))
    with database.write() as session:
        claim = a_claim(session)
        conversations.add_decision(session, a_conversation(session), claim.id, decision, 42, NOON)
    row = the_decision(database)
    assert (row.practice_id, row.kind, row.rule, row.milliseconds) == (riverside, "answer", "answered", 42)
    assert (row.topics, row.programmes, row.answer_versions) == (["does_it_hurt", "find_a_lump"], ["breast"], [3, 5])
    assert row.safety == [{"kind": "red_flag", "rule": "lump"}]
    assert (row.confidence, row.margin, row.thresholds) == (0.9, 0.5, {"answer": 0.55})
    assert (row.release, row.language, row.decided_at) == ("20261124-120000", "en", NOON)


@pytest.mark.parametrize(("good", "word"), [(True, "good"), (False, "bad")])
def test_thumbs_up_or_down_is_kept_with_the_decision(database: Database, riverside: int, good: bool, word: str) -> None:
    with database.write() as session:
        row, claim = a_conversation(session), a_claim(session)
        conversations.add_decision(session, row, claim.id, a_decision(), 42, NOON)
        a_message_to_send(session, row, event_id=claim.id, mid="m_ours", state="sent")
    with database.write() as session:
        hillside = a_practice(session, "hillside", pages=["2002"]).id
        conversations.add_feedback(session, hillside, "m_ours", good=not good)
        conversations.add_feedback(session, riverside, "m_unknown", good=not good)
    assert the_decision(database).feedback is None
    with database.write() as session:
        conversations.add_feedback(session, riverside, "m_ours", good=good)
    assert the_decision(database).feedback == word
