"""Decisions whose words come from the catalogue, and the line that says the bot is a bot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core import catalogue
from bot.core.languages import NO_DETAILS, SAFETY_UNREAD
from bot.core.messages import (
    NET_FAILED,
    SAFETY_KINDS,
    Button,
    ConversationState,
    Decision,
    DecisionKind,
    Reply,
    SafetyHit,
)
from bot.core.policy import Policy
from bot.core.practice import fill
from bot.core.turn import STAFF

GAP = timedelta(hours=24)  # after so long a silence the bot says again what it is


def said(
    kind: DecisionKind,
    rule: str,
    text: str,
    policy: Policy,
    *,
    state: ConversationState | None = None,
    offer_staff: bool = False,
) -> Decision:
    """A fixed reply, with a button for staff where that helps."""
    buttons = (Button(catalogue.BUTTON_STAFF, STAFF),) if offer_staff else ()
    return Decision(kind, rule, (Reply(fill(text, policy.practice), buttons),), state=state)


def handed_off(
    rule: str,
    text: str,
    policy: Policy,
    *,
    why: str,
    kind: DecisionKind = DecisionKind.HAND_OFF,
    topic: str | None = None,
) -> Decision:
    """Staff are needed: says when they next look and what to do if it cannot wait."""
    return replace(said(kind, rule, text, policy), hand_off=why, topics=(topic,) if topic else ())


def safety_decision(hits: Sequence[SafetyHit], policy: Policy) -> Decision:
    """The fixed reply for the most severe hit, and an urgent item for staff."""
    worst = min(hits, key=lambda hit: SAFETY_KINDS.index(hit.kind))
    texts = {
        DecisionKind.EMERGENCY: catalogue.EMERGENCY,
        DecisionKind.CRISIS: catalogue.CRISIS[policy.practice.nation],
        DecisionKind.RED_FLAG: catalogue.RED_FLAG,
    }
    if set(hits) == {NET_FAILED}:
        text, why = catalogue.SAFETY_UNREAD, "the safety net could not read it"
    else:
        text, why = texts[worst.kind], str(worst.kind)
    decision = handed_off(f"safety:{worst.rule}", text, policy, why=why, kind=worst.kind)
    return replace(decision, safety=tuple(hits), urgent=True)


def disclosed(decision: Decision, state: ConversationState, policy: Policy) -> Decision:
    """Add the disclosure to the first message, the first after a day, and the first after staff.

    It opens an ordinary reply; in a safety reply what to do comes first and the disclosure last.
    """
    last = state.bot_last_at
    due = last is None or policy.now - last >= GAP or (state.returned_at is not None and state.returned_at >= last)
    if not decision.replies or not due:
        return decision
    line = fill(catalogue.DISCLOSURE, policy.practice)
    first, *rest = decision.replies
    if decision.kind in SAFETY_KINDS:
        return replace(decision, replies=(replace(first, text=f"{first.text}\n\n{line}"), *rest))
    return replace(decision, replies=(replace(first, text=f"{line}\n\n{first.text}"), *rest))


def in_their_language(decision: Decision, language: str, policy: Policy) -> Decision:
    """The fixed reply in the patient's own language first; the English one stays, for staff and family.

    Not beside a checked translation of the cautious reply: two long texts would bury what to do. That translation
    says itself that it is automated.
    """
    if not decision.replies or decision.kind not in (*SAFETY_KINDS, DecisionKind.OTHER_LANGUAGE):
        return decision
    unread = set(decision.safety) == {NET_FAILED}
    text = _translated(SAFETY_UNREAD if unread else decision.kind, language, policy)
    if text is None:
        return decision
    if decision.state and decision.state.details_asked_at == policy.now:  # asked in this turn: see bot.core.details
        text = f"{_translated(NO_DETAILS, language, policy)}\n\n{text}"
    english = () if unread and policy.languages.is_checked(language) else decision.replies
    return replace(decision, replies=(Reply(text), *english))


def _translated(name: str, language: str, policy: Policy) -> str | None:
    return policy.languages.text(language, name, policy.practice, accepts_unchecked=policy.accepts_unchecked)
