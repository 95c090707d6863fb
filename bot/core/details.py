"""The request not to send personal details here: once in a conversation, in the reply to whoever sent some.

Messenger is no place for an NHS number, and staff do not need it here. But to hear it again and again would only annoy.
"""

from dataclasses import replace
from datetime import timedelta

from bot.core import catalogue
from bot.core.messages import SAFETY_KINDS, Decision
from bot.core.policy import Policy
from bot.core.redact import identifiers_in
from bot.core.turn import Turn

AGAIN_AFTER = timedelta(days=90)  # as long as messages are kept: after that nobody can look up that it was said


def asked_for_no_details(decision: Decision, turn: Turn, policy: Policy) -> Decision:
    """`decision`, which has the state after it, with the request in front of its first reply where that is due.

    A safety reply stays as it is: nothing may stand between a frightened patient and what to do. The request then
    comes with the next ordinary reply. Where the bot is silent, staff may have asked for the details themselves.
    """
    state = decision.state
    if state is None or not decision.replies or decision.erase:
        return decision
    asked_at = state.details_asked_at
    asked_lately = asked_at is not None and policy.now - asked_at < AGAIN_AFTER
    if asked_lately or not (state.details_due or (turn.kind == "text" and identifiers_in(turn.text))):
        return decision
    if decision.kind in SAFETY_KINDS:
        return replace(decision, state=replace(state, details_due=True))
    first, *rest = decision.replies
    asking = replace(first, text=f"{catalogue.NO_DETAILS}\n\n{first.text}")
    asked = replace(state, details_due=False, details_asked_at=policy.now)
    return replace(decision, replies=(asking, *rest), state=asked)
