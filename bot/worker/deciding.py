"""From what was read of a turn to what is answered, with the practice as it is at this moment."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.core.decide import decide
from bot.core.messages import NET_FAILED, ConversationState, Decision, DecisionKind
from bot.core.policy import Policy
from bot.core.turn import Turn
from bot.core.windows import RESPONSE_WINDOW
from bot.core.wording import in_their_language, safety_decision
from bot.store.received_events import Claim
from bot.worker.gather import Gathered, Said
from bot.worker.reading import Reading

log = structlog.get_logger()

MOST_TRIES = 3  # after that something in the event itself is in the way: a fixed reply and staff


def decide_turn(claim: Claim, turn: Turn, gathered: Gathered, reading: Reading, policy: Policy) -> Decision:
    """What is answered, by the practice's answers and switches."""
    tried_too_often = claim.attempts > MOST_TRIES
    decision = _decided(turn, reading, gathered.state, policy, cautious=tried_too_often)
    if tried_too_often and decision.kind is DecisionKind.UNAVAILABLE:
        why = "the bot failed on this message"
        decision = replace(decision, kind=DecisionKind.HAND_OFF, rule="tried_too_often", hand_off=why)
    return _unless_too_late(decision, gathered.said, gathered.state, policy)


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
