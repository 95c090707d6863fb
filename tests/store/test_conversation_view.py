"""The page of one conversation: who said what, what became of it, what the bot understood, what is masked."""

import pytest
from sqlalchemy import text

from bot.core.desk import Refusal, Seen
from bot.core.messages import DecisionKind, Programme, TopicScore
from bot.core.suggestions import Reading
from bot.store import canned_replies, conversation_view, conversations, desk_notes, outgoing, received_events
from bot.store.acting import Acting
from bot.store.conversation_view import last_reading, wanted_answers
from bot.store.send_states import state_of
from bot.store.tables import Conversation, Message, OutgoingMessage
from tests.builders import NOON, a_claim, a_conversation, a_decision, a_message_to_send, a_text, after
from tests.store.desk_room import JO, Desk

RANKING = (TopicScore("does_it_hurt", 0.52), TopicScore("how_long", 0.3), TopicScore("cost", 0.1))


@pytest.fixture
def row_id(desk_room: Desk) -> int:
    """The patient asked; the bot answered with answer 7, as it decided."""

    def turn(session):  # type: ignore[no-untyped-def]
        claim = a_claim(session, a_text("Does it hurt? I am on 07700 900123"))
        row = a_conversation(session)
        row.patient_last_at = NOON
        text = "Does it hurt? I am on 07700 900123"
        conversations.add_message(session, row, "patient", text, NOON, event_id=claim.id)
        decision = a_decision(
            answer_versions=(7,),
            ranking=RANKING,
            confidence=0.52,
            thresholds={"answer": 0.9, "answer_margin": 0.5, "clarify": 0.25},
        )
        conversations.remember(row, decision, NOON)
        conversations.add_decision(session, row, claim.id, decision, 12, NOON)
        queued = a_message_to_send(session, row, "It can hurt.")
        session.get_one(OutgoingMessage, queued.id).event_id = claim.id
        session.get_one(Message, queued.message_id).event_id = claim.id
        received_events.finish(session, claim, "done", NOON)
        return row.id

    return desk_room.write(turn)


def test_who_said_what_and_with_which_answer(desk_room: Desk, row_id: int) -> None:
    desk_room.claim(row_id)
    desk_room.reply(row_id, "I will call 01632 960002", now=after(minutes=1))
    turns = desk_room.view(row_id).turns
    assert [(turn.author, turn.name, turn.answer_versions) for turn in turns] == [
        ("patient", None, ()),
        ("bot", None, (7,)),
        ("staff", "Jo Bloggs", ()),
    ]
    assert [turn.at for turn in turns] == [NOON, NOON, after(minutes=1)]


def test_what_says_who_somebody_is_is_masked_until_it_is_revealed_and_that_is_recorded(
    desk_room: Desk, row_id: int
) -> None:
    view = desk_room.view(row_id)
    assert "900123" not in view.turns[0].text
    assert "[phone]" in view.turns[0].text
    assert not view.revealed
    shown = desk_room.act(conversation_view.reveal, row_id)
    assert shown is not None
    assert "900123" in shown.turns[0].text
    assert desk_room.audited()[-1] == ("user 1", "revealed what is masked", f"conversation {row_id}")
    desk_room.act(conversation_view.opened, row_id)
    assert desk_room.audited()[-1] == ("user 1", "read", f"conversation {row_id}")


def test_what_the_bot_understood(desk_room: Desk, row_id: int) -> None:
    view = desk_room.view(row_id)
    understood = view.turns[0].understood
    assert understood is not None
    assert (understood.kind, understood.topics) == ("answer", ("does_it_hurt",))
    assert understood.likeliest == ("does_it_hurt", "how_long", "cost")
    assert understood.reading is last_reading(view) is Reading.WEAK
    assert view.turns[1].understood is None
    assert wanted_answers(view) == (("does_it_hurt", "how_long", "cost"), (Programme.BREAST,), None)


def test_a_decision_from_before_rankings_were_kept_offers_its_topics(desk_room: Desk, row_id: int) -> None:
    desk_room.write(lambda session: session.execute(text("UPDATE decision SET ranking = NULL")))
    assert wanted_answers(desk_room.view(row_id))[0] == ("does_it_hurt",)


@pytest.mark.parametrize(
    ("values", "state", "why"),
    [
        ({"state": "waiting"}, "waiting", None),
        ({"state": "sending"}, "sending", None),
        ({"state": "unknown", "problem": "no answer came"}, "unknown", "no answer came"),
        ({"state": "sent", "sent_at": NOON}, "sent", None),
        ({"state": "sent", "sent_at": NOON, "delivered_at": NOON}, "delivered", None),
        ({"state": "sent", "sent_at": NOON, "delivered_at": NOON, "read_at": NOON}, "read", None),
        ({"state": "failed", "problem": "the patient blocked the page"}, "failed", "the patient blocked the page"),
        ({"state": "cancelled", "problem": "staff own the conversation"}, "cancelled", "staff own the conversation"),
    ],
)
def test_what_became_of_a_send(desk_room: Desk, row_id: int, values, state: str, why: str | None) -> None:  # type: ignore[no-untyped-def]
    def change(session):  # type: ignore[no-untyped-def]
        [row] = desk_room.rows(OutgoingMessage)
        row = session.merge(row)
        for name, value in values.items():
            setattr(row, name, value)

    desk_room.write(change)
    shown = desk_room.view(row_id).turns[1].state
    assert shown is not None
    assert (shown.state, shown.why) == (state, why)
    assert shown.words
    assert desk_room.view(row_id).turns[0].state is None


def test_a_message_in_parts_is_as_far_as_its_last_part() -> None:
    sent = OutgoingMessage(state="sent", sent_at=NOON, read_at=NOON)
    assert state_of([sent, OutgoingMessage(state="waiting")]).state == "waiting"
    assert state_of([OutgoingMessage(state="failed", problem="no"), sent]).why == "no"


def test_what_a_patient_took_back_is_not_shown(desk_room: Desk, row_id: int) -> None:
    def unsend(session):  # type: ignore[no-untyped-def]
        row = session.get_one(Conversation, row_id)
        conversations.add_message(session, row, "patient", "oh no", NOON, mid="m_9")
        conversations.change_said(session, row, "m_9", {"text": "", "unsent": True})

    desk_room.write(unsend)
    last = desk_room.view(row_id).turns[-1]
    assert (last.unsent, last.text) == (True, "")


def test_only_the_newest_turns_are_read_and_the_page_says_so(
    desk_room: Desk, row_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation_view, "MOST_TURNS", 1)
    view = desk_room.view(row_id)
    assert [turn.author for turn in view.turns] == ["bot"]
    assert view.has_older
    assert view.seen == Seen(0, view.turns[-1].id)


def test_notes_and_canned_replies_stand_beside_it(desk_room: Desk, row_id: int) -> None:
    desk_room.act(desk_notes.add_note, row_id, "called, no answer")
    practice = desk_room.practice_id
    desk_room.write(
        lambda session: canned_replies.save(session, practice, NOON, actor="u", title="Hello", text="Hello, it is")
    )
    view = desk_room.view(row_id)
    assert [(note.author_name, note.text) for note in view.notes] == [("Jo Bloggs", "called, no answer")]
    assert [reply.title for reply in view.canned] == ["Hello"]


def test_the_composer_says_why_it_is_off(desk_room: Desk, row_id: int) -> None:
    assert desk_room.view(row_id).composer_off is Refusal.NOT_YOURS
    desk_room.claim(row_id)
    assert desk_room.view(row_id).composer_off is None


def test_another_practices_conversation_has_no_page(desk_room: Desk, row_id: int) -> None:
    def load(session):  # type: ignore[no-untyped-def]
        return conversation_view.load(Acting(session, desk_room.practice_id + 1, row_id, JO, NOON))

    assert desk_room.read(load) is None
    assert desk_room.act(conversation_view.reveal, row_id, practice_id=desk_room.practice_id + 1) is None
    assert desk_room.audited()[-1][1] != "revealed what is masked"


def test_a_hand_off_in_another_language_says_so(desk_room: Desk) -> None:
    row_id = desk_room.waits(kind=DecisionKind.OTHER_LANGUAGE)
    assert desk_room.view(row_id).language == "en"


def test_cancelling_is_left_to_the_worker_that_holds_a_message(desk_room: Desk, row_id: int) -> None:
    assert desk_room.write(lambda session: outgoing.claim(session, "w", NOON))
    desk_room.claim(row_id)
    assert [row.state for row in desk_room.rows(OutgoingMessage)] == ["sending"]
