"""A practice's numbers, by hand-counted examples."""

from datetime import date, timedelta

from bot.core.messages import DecisionKind
from bot.store import conversations, insights
from bot.store.database import Database
from bot.store.tables import DecisionRow
from tests.builders import NOON, a_claim, a_conversation, a_decision, a_practice, a_text, after


def test_the_numbers_are_those_of_the_practice_and_the_time(database: Database) -> None:
    kinds = [DecisionKind.ANSWER, DecisionKind.ANSWER, DecisionKind.CLARIFY, DecisionKind.RED_FLAG]
    with database.write() as session:
        here = a_practice(session).id
        a_practice(session, "hillside", ["2002"])
        for number, kind in enumerate([*kinds, DecisionKind.SMALL_TALK]):
            claim = a_claim(session, a_text(psid=f"p{number}"))
            rule = "not_understood" if kind is DecisionKind.CLARIFY else "sure"
            topics = ("cost",) if number == 1 else ("does_it_hurt", "cost")
            row = a_conversation(session, f"p{number}")
            decision = a_decision(kind=kind, rule=rule, topics=topics)
            conversations.add_decision(session, row, claim.id, decision, 5, NOON - timedelta(days=number // 4))
        claim = a_claim(session, a_text(psid="z", page_id="2002"))
        conversations.add_decision(session, a_conversation(session, "z", "2002"), claim.id, a_decision(), 5, NOON)
        claim = a_claim(session, a_text(psid="old"))
        long_ago = NOON - timedelta(days=40)
        conversations.add_decision(session, a_conversation(session, "old"), claim.id, a_decision(), 5, long_ago)
        rows = session.query(DecisionRow).order_by(DecisionRow.id).all()
        rows[0].feedback, rows[1].feedback = "good", "bad"
    with database.read() as session:
        numbers = insights.of_practice(session, here, NOON - timedelta(days=28))
    assert [day.day for day in numbers.days] == [date(2026, 11, 24), date(2026, 11, 23)]
    assert [day.turns for day in numbers.days] == [4, 1]
    assert numbers.totals == {
        "answered": 2,
        "asked_back": 1,
        "handed_off": 1,
        "out_of_scope": 0,
        "unavailable": 0,
        "other": 1,
    }
    assert dict(numbers.topics) == {"does_it_hurt": 1, "cost": 1}
    assert (numbers.not_understood, numbers.thumbs_up, numbers.thumbs_down) == (1, 1, 1)
    assert (numbers.staff_replies, numbers.staff_minutes) == (0, None)


def test_the_wait_is_from_the_patients_last_message_to_the_first_reply_after_it(database: Database) -> None:
    with database.write() as session:
        here = a_practice(session).id
        for psid, minutes in (("ann", 10), ("bea", 30), ("cy", 50)):
            row = a_conversation(session, psid)
            conversations.add_message(session, row, "patient", "Hello?", NOON - timedelta(minutes=5))
            conversations.add_message(session, row, "patient", "Anybody?", NOON)
            conversations.add_message(session, row, "bot", "A person will look.", NOON)
            conversations.add_message(session, row, "staff", "Here I am.", after(minutes=minutes))
            conversations.add_message(session, row, "staff", "And more.", after(minutes=minutes + 60))
        conversations.add_message(session, a_conversation(session, "dee"), "staff", "Nobody asked.", NOON)
    with database.read() as session:
        numbers = insights.of_practice(session, here, NOON - timedelta(days=1))
    assert (numbers.staff_replies, numbers.staff_minutes) == (3, 30.0)
