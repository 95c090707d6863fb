"""One stored event: claimed, acted on, finished. For a patient's turn that means a decision and a reply.

Claim and commit; gather, read and decide with no transaction open; write messages, decision, outgoing rows
and the finished events in one transaction. A crash before that last commit repeats the step safely.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.core.decide import decide
from bot.core.events import (
    AttachmentMessage,
    Edit,
    PatientTurn,
    Postback,
    StickerMessage,
    TextMessage,
)
from bot.core.messages import NET_FAILED, ConversationState, Decision, DecisionKind
from bot.core.policy import Policy
from bot.core.turn import Turn
from bot.core.windows import RESPONSE_WINDOW
from bot.core.wording import in_their_language, safety_decision
from bot.store import conversations, practices, received_events
from bot.store.received_events import Claim
from bot.wiring import Services
from bot.worker import probe, signs
from bot.worker.gather import Said, gather
from bot.worker.keep_turn import AnswersChanged, LeaseLost, finish, keep_turn, milliseconds_since
from bot.worker.note_event import note_event
from bot.worker.one_release import OneRelease, ReleaseChanged, live_now
from bot.worker.understand import Reading, danger_in, read, read_without_model

log = structlog.get_logger()

MOST_READINGS = 3  # of a turn during which other releases go live; the last without the model
MOST_TRIES = 3  # after that something in the event itself is in the way: a fixed reply and staff
PAUSE_AFTER_FAILURE = timedelta(seconds=2)


def answer_next(services: Services, worker: str) -> bool:
    """Work on one event. False: none is due."""
    with services.database.write() as session:
        claim = received_events.claim_next(session, worker, services.now(), services.turns.practice_id)
    if claim is None:
        return False
    if claim.is_probe:
        probe.go_through(services, claim)
        return True
    services.turns.practice_id = claim.practice_id
    structlog.contextvars.bind_contextvars(event_id=claim.id, practice_id=claim.practice_id)
    started = time.monotonic()
    try:
        _work_on(services, claim, started)
    except LeaseLost:
        log.warning("lease_lost", event_id=claim.id)
    except Exception:
        # Whatever it was is the loop's to report; the patient must not wait for the lease to run out.
        with services.database.write() as session:
            received_events.give_back(session, claim, services.now() + PAUSE_AFTER_FAILURE)
        raise
    return True


def _work_on(services: Services, claim: Claim, started: float) -> None:
    match claim.event:
        case TextMessage():
            _answer_text(services, claim, claim.event, started)
        case AttachmentMessage() | StickerMessage() | Postback():
            turn = turn_of(claim.event)
            said = Said(claim.id, claim.event, turn.text, claim.event.happened_at or claim.received_at)
            _answer(services, claim, turn, [said], _state_of(services, claim), started)
        case Edit() if _answer_edit(services, claim, claim.event, started):
            pass
        case _:
            _note(services, claim)


def _note(services: Services, claim: Claim) -> None:
    with services.database.write() as session:
        if claim.attempts > MOST_TRIES:  # nobody waits for it, but what comes after it does
            finish(session, services, claim, "failed", "it could not be noted")
            return
        note_event(session, claim, services.now())
        finish(session, services, claim, "done")


def turn_of(event: PatientTurn, words: str = "") -> Turn:
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


def _answer_text(services: Services, claim: Claim, event: TextMessage, started: float) -> None:
    """Answer a message together with those typed right after it, or put it off while more may come."""
    # Where even the fixed reply could not be stored, one of the messages may be why: each by itself then.
    gathered = gather(services, claim, event, alone=claim.attempts > MOST_TRIES + 1)
    if not gathered.said:
        with services.database.write() as session:
            finish(session, services, claim, "ignored", "the patient unsent it")
        signs.end(claim)
    elif gathered.wait_until:
        signs.begin(services, claim, gathered.state)
        with services.database.write() as session:
            received_events.put_off(session, claim, gathered.seen, gathered.wait_until)
    else:
        turn = turn_of(event, "\n".join(one.words for one in gathered.said))
        _answer(services, claim, turn, gathered.said, gathered.state, started)


def _answer_edit(services: Services, claim: Claim, event: Edit, started: float) -> bool:
    """An edit of a message that was answered already is read by the safety net only. True: it fired."""
    if not danger_in(services, [event.text]):
        return False
    with services.database.read() as session:
        row = conversations.find(session, event.page_id, event.psid or "")
        if row is not None and conversations.is_said(session, row, event.mid, event.text):
            return False  # it was answered in these very words
    said = Said(claim.id, event, event.text, event.happened_at or claim.received_at)
    turn = Turn("text", event.text, standby=event.standby)
    _answer(services, claim, turn, [said], _state_of(services, claim), started)
    return True


def _state_of(services: Services, claim: Claim) -> ConversationState:
    with services.database.read() as session:
        row = conversations.find(session, claim.event.page_id, claim.event.psid or "")
        return conversations.state_of(row) if row else ConversationState()


def _answer(
    services: Services, claim: Claim, turn: Turn, said: Sequence[Said], state: ConversationState, started: float
) -> None:
    signs.begin(services, claim, state)
    for _ in range(MOST_READINGS - 1):
        try:
            return _read_and_answer(services, claim, turn, said, state, started)
        except ReleaseChanged:
            log.info("read_again", event_id=claim.id)
    return _read_and_answer(services, claim, turn, said, state, started, with_model=False)


def _read_and_answer(
    services: Services,
    claim: Claim,
    turn: Turn,
    said: Sequence[Said],
    state: ConversationState,
    started: float,
    *,
    with_model: bool = True,
) -> None:
    """Raises ReleaseChanged where another release went live meanwhile; nothing is kept then."""
    # No transaction is open here: reading calls the NLU server.
    if with_model and claim.attempts <= MOST_TRIES:
        held = replace(services, nlu=OneRelease(services, live_now(services)))
        reading = read(held, turn, [one.words for one in said])
    else:
        reading = read_without_model(services, turn, [one.words for one in said])

    def decide_and_keep() -> Decision:
        decision = _decide(services, claim, turn, said, state, reading)
        with services.database.write() as session:
            keep_turn(session, services, claim, turn, said, decision, started, reading.vector)
        return decision

    try:
        decision = decide_and_keep()
    except AnswersChanged:
        services.answers_kept.forget()
        decision = decide_and_keep()
    signs.end(claim)
    services.tally.count("bot_decisions", str(decision.kind))
    log.info(
        "turn_decided",
        event_id=claim.id,
        practice_id=claim.practice_id,
        messages=len(said),
        kind=str(decision.kind),
        rule=decision.rule,
        milliseconds=milliseconds_since(started),
    )


def _decide(
    services: Services, claim: Claim, turn: Turn, said: Sequence[Said], state: ConversationState, reading: Reading
) -> Decision:
    tried_too_often = claim.attempts > MOST_TRIES
    with services.database.read() as session:
        policy = services.policy(session, practices.find(session, claim.practice_id), reading.release)
    decision = _decided(turn, reading, state, policy, cautious=tried_too_often)
    if tried_too_often and decision.kind is DecisionKind.UNAVAILABLE:
        why = "the bot failed on this message"
        decision = replace(decision, kind=DecisionKind.HAND_OFF, rule="tried_too_often", hand_off=why)
    return _unless_too_late(decision, said, state, policy)


def _decided(turn: Turn, reading: Reading, state: ConversationState, policy: Policy, *, cautious: bool) -> Decision:
    """The decision. `cautious`: a fault in deciding, which came back at every try, ends in the cautious reply."""
    try:
        return decide(turn, reading.understood, state, policy, reading.safety, reading.language)
    except Exception as error:
        if not cautious:
            raise
        log.error("decision_failed", error=type(error).__name__)
        return _cautious(reading, state, policy)


def _cautious(reading: Reading, state: ConversationState, policy: Policy) -> Decision:
    """The cautious reply, with the patient's own language where that has the text: what is broken may be that part."""
    decision = replace(safety_decision(reading.safety or [NET_FAILED], policy), state=state, language=reading.language)
    try:
        return in_their_language(decision, reading.language, policy)
    except Exception as error:
        log.error("translation_failed", error=type(error).__name__)
        return decision


def _unless_too_late(decision: Decision, said: Sequence[Said], before: ConversationState, policy: Policy) -> Decision:
    """Past Meta's window nothing can be sent: staff see the message and why it was not answered."""
    if policy.now - max(one.at for one in said) < RESPONSE_WINDOW or not decision.replies:
        return decision
    why = "it reached us too late to answer here"
    state = replace(decision.state, asked=(), details_asked_at=before.details_asked_at) if decision.state else None
    return replace(decision, kind=DecisionKind.STAY_SILENT, rule="window_closed", replies=(), hand_off=why, state=state)
