"""One stored event: claimed, acted on, finished. For a patient's turn that means a decision and a reply.

Claim and commit; read and decide with no transaction open; write message, decision, outgoing rows and
the finished event in one transaction. A crash before that last commit repeats the step safely.
"""

import threading
import time
import uuid
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.core.decide import decide
from bot.core.events import (
    AttachmentMessage,
    Edit,
    Event,
    PatientTurn,
    Postback,
    StickerMessage,
    TextMessage,
)
from bot.core.messages import SAFETY_KINDS, ConversationState, Decision, DecisionKind, Owner
from bot.core.policy import Policy
from bot.core.turn import Turn
from bot.errors import SettingsError
from bot.messenger.compose import split
from bot.messenger.graph_api import RESPONSE_WINDOW, PageAccess
from bot.store import conversations, practices, received_events
from bot.store.received_events import Claim
from bot.store.tables import Conversation, OutgoingMessage
from bot.wiring import Services
from bot.worker.note_event import note_event
from bot.worker.understand import read, read_without_model

log = structlog.get_logger()

MOST_TRIES = 3  # after that something in the event itself is in the way: a fixed reply and staff
PAUSE_AFTER_FAILURE = timedelta(seconds=2)


class LeaseLost(Exception):
    """Another worker holds the event now; what was written is rolled back."""


def answer_next(services: Services, worker: str) -> bool:
    """Work on one event. False: none is due."""
    with services.database.write() as session:
        claim = received_events.claim_next(session, worker, services.now())
    if claim is None:
        return False
    started = time.monotonic()
    try:
        if isinstance(claim.event, PatientTurn):
            _answer(services, claim, claim.event, started)
        elif not (isinstance(claim.event, Edit) and _answer_edit(services, claim, claim.event, started)):
            _note(services, claim)
    except LeaseLost:
        log.warning("lease_lost", event_id=claim.id)
    except Exception:
        # Whatever it was is the loop's to report; the patient must not wait for the lease to run out.
        with services.database.write() as session:
            received_events.give_back(session, claim, services.now() + PAUSE_AFTER_FAILURE)
        raise
    return True


def _note(services: Services, claim: Claim) -> None:
    with services.database.write() as session:
        if claim.attempts > MOST_TRIES:  # nobody waits for it, but what comes after it does
            _finish(session, services, claim, "failed", "it could not be noted")
            return
        note_event(session, claim, services.now())
        _finish(session, services, claim, "done")


def turn_of(event: PatientTurn, words: str) -> Turn:
    """The event as `decide` sees it; `words` are its text as it stands now."""
    match event:
        case TextMessage(quick_reply=str(payload)):
            return Turn("tap", words, payload, event.standby)
        case TextMessage():
            return Turn("text", words, standby=event.standby)
        case Postback():
            return Turn("tap", event.title, event.payload, event.standby)
        case StickerMessage():
            return Turn("sticker", standby=event.standby)
        case AttachmentMessage():
            return Turn("attachment", standby=event.standby)


def _answer(services: Services, claim: Claim, event: PatientTurn, started: float) -> None:
    with services.database.read() as session:
        words = received_events.latest_words(session, event) if isinstance(event, TextMessage) else ""
    if words is None:
        with services.database.write() as session:
            _finish(session, services, claim, "ignored", "the patient unsent it")
        return
    _decide_and_store(services, claim, turn_of(event, words), event, started)


def _answer_edit(services: Services, claim: Claim, event: Edit, started: float) -> bool:
    """An edit of a message that was answered already is read by the safety net only. True: it fired."""
    if not services.safety.check(event.text):
        return False
    with services.database.read() as session:
        row = conversations.find(session, event.page_id, event.psid or "")
        if row is not None and conversations.is_said(session, row, event.mid, event.text):
            return False  # it was answered in these very words
    _decide_and_store(services, claim, Turn("text", event.text, standby=event.standby), event, started)
    return True


def _decide_and_store(services: Services, claim: Claim, turn: Turn, event: Event, started: float) -> None:
    with services.database.read() as session:
        row = conversations.find(session, event.page_id, event.psid or "")
        state = conversations.state_of(row) if row else ConversationState()
    answered = _show_signs(services, event, state)
    tried_too_often = claim.attempts > MOST_TRIES
    # No transaction is open here: reading calls the NLU server.
    reading = read_without_model(services, turn) if tried_too_often else read(services, turn)
    with services.database.read() as session:
        policy = services.policy(session, practices.find(session, claim.practice_id), reading.release)
    decision = decide(turn, reading.understood, state, policy, reading.safety, reading.language)
    if tried_too_often and decision.kind is DecisionKind.UNAVAILABLE:
        why = "the bot failed on this message"
        decision = replace(decision, kind=DecisionKind.HAND_OFF, rule="tried_too_often", hand_off=why)
    decision = _unless_too_late(decision, claim, policy)
    with services.database.write() as session:
        _store(session, services, claim, event, turn, decision, started)
    answered.set()
    log.info(
        "turn_decided",
        event_id=claim.id,
        practice_id=claim.practice_id,
        kind=str(decision.kind),
        rule=decision.rule,
        milliseconds=_milliseconds(started),
    )


def _show_signs(services: Services, event: Event, state: ConversationState) -> threading.Event:
    """ "Seen" and typing dots, where the bot is the one who answers."""
    token = services.settings.page_tokens.get(event.page_id)
    if services.courtesy is None or token is None or state.owner is Owner.STAFF or state.opted_out or event.standby:
        return threading.Event()
    try:
        return services.courtesy.begin(PageAccess(event.page_id, token), event.psid or "")
    except SettingsError:
        return threading.Event()  # a token that cannot be sent: the answer itself will say so


def _unless_too_late(decision: Decision, claim: Claim, policy: Policy) -> Decision:
    """Past Meta's window nothing can be sent: staff see the message and why it was not answered."""
    written = claim.event.happened_at or claim.received_at
    if policy.now - written < RESPONSE_WINDOW or not decision.replies:
        return decision
    why = "it reached us too late to answer here"
    state = replace(decision.state, asked=()) if decision.state else None
    return replace(decision, kind=DecisionKind.STAY_SILENT, rule="window_closed", replies=(), hand_off=why, state=state)


def _store(
    session: Session, services: Services, claim: Claim, event: Event, turn: Turn, decision: Decision, started: float
) -> None:
    _finish(session, services, claim, "done")  # first: who lost the lease meanwhile writes nothing
    now = services.now()
    row = conversations.find_or_start(session, event.page_id, event.psid or "", now)
    said = turn.text or {"sticker": "(sticker)", "attachment": "(attachment)"}.get(turn.kind, "")
    conversations.add_message(session, row, "patient", said, now, mid=getattr(event, "mid", None), event_id=claim.id)
    conversations.keep_referral(row, getattr(event, "referral", None))
    row.patient_last_at = max(filter(None, (row.patient_last_at, min(event.happened_at or now, now))))
    conversations.remember(row, decision, now)
    conversations.add_decision(session, row, claim.id, decision, _milliseconds(started), now)
    _queue_replies(session, row, claim, decision, services)


def _queue_replies(session: Session, row: Conversation, claim: Claim, decision: Decision, services: Services) -> None:
    now, position = services.now(), 0
    for reply in decision.replies:
        message = conversations.add_message(session, row, "bot", reply.text, now, event_id=claim.id)
        for part in split(reply):
            session.add(
                OutgoingMessage(
                    practice_id=row.practice_id,
                    page_id=row.page_id,
                    conversation_id=row.id,
                    message_id=message.id,
                    event_id=claim.id,
                    position=position,
                    author="bot",
                    safety=decision.kind in SAFETY_KINDS,
                    text=part.text,
                    buttons=[[button.title, button.payload] for button in part.buttons],
                    metadata_key=uuid.uuid4().hex,
                    due_at=now,
                )
            )
            position += 1


def _finish(session: Session, services: Services, claim: Claim, state: str, reason: str | None = None) -> None:
    if not received_events.finish(session, claim, state, services.now(), reason):
        raise LeaseLost


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
