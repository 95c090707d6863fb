"""Keeping what trainers should see: when a turn is decided, a patient or a colleague says it was wrong, staff answer.

Each of these is one call in the transaction of what it tells of. An item is known by the event of its turn, so what
happens twice is kept once. Items hold redacted text only.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.learning import Why, stronger, why_to_learn
from bot.core.messages import SAFETY_KINDS, Decision
from bot.core.redact import redact
from bot.core.turn import Turn
from bot.store import inbox_words, learning_words
from bot.store.database import insert_or_skip
from bot.store.learning_tables import LearningItem
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage

MOST_MESSAGES = 20  # that one turn is read from
ANSWERED_LATER = ("answer", "clarify", "hand_off", "unavailable", "out_of_scope", "stay_silent")


def note_turn(
    session: Session, row: Conversation, event_id: int, turn: Turn, decision: Decision, vector: str, now: datetime
) -> None:
    """A turn was decided: keep it where the bot did not know what to say."""
    why = why_to_learn(decision, turn)
    if why is None:
        return
    ranking = [[one.topic, round(one.score, 4)] for one in decision.ranking]
    values = {"ranking": ranking, "release": decision.release, "vector": vector or None, "asked_at": now}
    _keep(session, row, event_id, why, turn.text, values)


def note_wrong(session: Session, event_id: int | None, why: Why) -> None:
    """The patient or a colleague says that what the bot said in this turn was wrong."""
    decision = session.scalars(select(DecisionRow).where(DecisionRow.event_id == event_id)).one_or_none()
    if decision is not None:
        _note_decision(session, decision, why)


def note_thumbs_down(session: Session, practice_id: int, mid: str) -> None:
    """A thumbs-down on the message of ours that Meta knows as `mid`."""
    of_turn = select(OutgoingMessage.event_id).where(
        OutgoingMessage.mid == mid, OutgoingMessage.practice_id == practice_id
    )
    note_wrong(session, session.scalar(of_turn), Why.THUMBS_DOWN)


def note_staff_reply(session: Session, row: Conversation, reply: Message) -> None:
    """A colleague answered: what was asked last, since one last said something, is a question with an answer."""
    before = select(Message.said_at).where(
        Message.conversation_id == row.id, Message.author == "staff", Message.id < reply.id
    )
    since = session.scalar(before.order_by(Message.id.desc()).limit(1))
    asked = select(DecisionRow).where(DecisionRow.conversation_id == row.id, DecisionRow.kind.in_(ANSWERED_LATER))
    if since is not None:
        asked = asked.where(DecisionRow.decided_at > since)
    decision = session.scalars(asked.order_by(DecisionRow.id.desc()).limit(1)).one_or_none()
    if decision is None:
        return
    item = _note_decision(session, decision, Why.ANSWERED_BY_STAFF)
    if item is not None and item.suggestion is None:
        item.reply_id, item.suggestion = reply.id, "open"
        session.flush()


def note_change(session: Session, row: Conversation, mid: str) -> None:
    """The patient changed or took back a message: what trainers see follows, unless it is labelled already."""
    event_id = session.scalar(select(Message.event_id).where(Message.conversation_id == row.id, Message.mid == mid))
    turns = select(LearningItem).where(LearningItem.conversation_id == row.id, LearningItem.state == "open")
    for item in session.scalars(turns.where(LearningItem.event_id <= (event_id or 0))).all():
        words = redact(words_of_turn(session, row.id, item.event_id))
        if words == item.text:
            continue
        if not inbox_words.words_of(words):
            session.execute(delete(LearningItem).where(LearningItem.id == item.id))
            continue
        item.text, item.vector, item.likeness, item.group_id = words, None, None, item.id
        learning_words.keep(session, item)


def words_of_turn(session: Session, conversation_id: int, event_id: int) -> str:
    """What the patient wrote in the turn that begins with this event, as it stands now."""
    first = select(Message.id).where(Message.conversation_id == conversation_id, Message.event_id == event_id)
    start = session.scalar(first.order_by(Message.id).limit(1))
    if start is None:
        return ""
    following = select(Message).where(Message.conversation_id == conversation_id, Message.id >= start)
    said = session.scalars(following.order_by(Message.id).limit(MOST_MESSAGES)).all()
    others = _other_turns(session, [message.event_id for message in said if message.event_id != event_id])
    of_it = takewhile(lambda one: one.author == "patient" and one.event_id not in others, said)
    return "\n".join(message.text for message in of_it if message.text)


def _other_turns(session: Session, event_ids: Sequence[int | None]) -> set[int]:
    return set(session.scalars(select(DecisionRow.event_id).where(DecisionRow.event_id.in_(event_ids))).all())


def _note_decision(session: Session, decision: DecisionRow, why: Why) -> LearningItem | None:
    if decision.kind in SAFETY_KINDS or decision.language != "en":
        return None
    row = session.get_one(Conversation, decision.conversation_id)
    words = words_of_turn(session, row.id, decision.event_id)
    values = {"ranking": decision.ranking or [], "release": decision.release, "asked_at": decision.decided_at}
    return _keep(session, row, decision.event_id, why, words, values)


def _keep(
    session: Session, row: Conversation, event_id: int, why: Why, text: str, values: dict[str, Any]
) -> LearningItem | None:
    """The item of this turn: a new one, or the one that is there with the stronger reason. None: no words are left."""
    redacted = redact(text)
    if not inbox_words.words_of(redacted):
        return None
    new: dict[str, Any] = {"practice_id": row.practice_id, "conversation_id": row.id, "event_id": event_id}
    new |= {"why": why.value, "text": redacted, "state": "open", "kept_back": False, "vector": None} | values
    is_new = insert_or_skip(session, LearningItem, [new])
    item = session.scalars(select(LearningItem).where(LearningItem.event_id == event_id)).one()
    if is_new:
        item.group_id = item.id
        learning_words.add(session, item)
    elif item.state == "open":
        item.why = stronger(Why(item.why), why).value
    return item
