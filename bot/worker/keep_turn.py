"""What one turn leaves behind: messages, decision, replies to send."""

import time
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.core.messages import SAFETY_KINDS, Decision, DecisionKind
from bot.core.turn import Turn
from bot.messenger.compose import split
from bot.store import conversations, erasure_requests, learning, outgoing
from bot.store.conversations import NewMessage
from bot.store.tables import Conversation, Message
from bot.wiring import Services
from bot.worker.gather import Said
from bot.worker.outcome import Decided

WITHOUT_WORDS = {"sticker": "(sticker)", "attachment": "(attachment)"}


def keep_turn(session: Session, services: Services, decided: Decided) -> None:
    """Keep it all. The decision and the replies belong to the claimed event, the first of the turn."""
    claim, turn, said, now = decided.claim, decided.asked.turn, decided.asked.gathered.said, services.now()
    decision = decided.decision
    row = conversations.find_or_start(session, claim.event.page_id, claim.event.psid or "", now)
    for one in said:
        conversations.keep_referral(row, getattr(one.event, "referral", None))
        written = min(one.event.happened_at or now, now)
        row.patient_last_at = max(filter(None, (row.patient_last_at, written)))
    conversations.remember(row, decision, now)
    conversations.add_decision(session, row, claim.id, decision, milliseconds_since(decided.asked.began), now)
    new = [_of_patient(one, turn) for one in said]
    if decision.erase:
        conversations.add_messages(session, row, new, now)
        session.flush()
        words = "\n\n".join(reply.text for reply in decision.replies)
        erasure_requests.ask(session, row, now, source="patient", asked_by="the patient", last_words=words)
        return
    new += [NewMessage("bot", reply.text, event_id=claim.id) for reply in decision.replies]
    messages = conversations.add_messages(session, row, new, now)
    learning.note_turn(session, row, claim.id, turn, decision, decided.reading.vector, now)
    if decision.kind is DecisionKind.OPT_OUT:
        outgoing.cancel_waiting(session, row.id, "the patient has sent STOP")
    _queue_replies(session, row, decision, messages[len(said) :])


def _of_patient(said: Said, turn: Turn) -> NewMessage:
    text = said.words or WITHOUT_WORDS.get(turn.kind, "")
    return NewMessage("patient", text, getattr(said.event, "mid", None), said.event_id)


def _queue_replies(session: Session, row: Conversation, decision: Decision, messages: Sequence[Message]) -> None:
    """The parts of each reply; `messages` are the replies in the conversation."""
    parts = [
        (part, message, reply.answer_version)
        for reply, message in zip(decision.replies, messages, strict=True)
        for part in split(reply)
    ]
    for position, (part, message, version) in enumerate(parts):
        outgoing.queue(
            session,
            row,
            message,
            part,
            position=position,
            answer_version=version,
            safety=decision.kind in SAFETY_KINDS,
            even_if_stopped=row.opted_out,  # whoever decided it knew
        )


def milliseconds_since(started: float) -> int:
    """By the monotonic clock."""
    return round((time.monotonic() - started) * 1000)
