"""When a patient sees "seen" and typing dots: from the first look at a message until its answer."""

import threading

from bot.core.messages import ConversationState, Owner
from bot.errors import SettingsError
from bot.messenger.graph_api import PageAccess
from bot.store.received_events import Claim
from bot.wiring import Services

MOST_KEPT = 1_000
_begun: dict[int, threading.Event] = {}  # by event, of those that this process put off; set with the answer


def begin(services: Services, claim: Claim, state: ConversationState) -> None:
    """Show the signs where the bot is the one who answers, once for each turn."""
    if claim.was_put_off:
        return  # whoever put it off has begun; dots stay for 20 seconds, longer than a message waits
    event = claim.event
    token = services.settings.page_tokens.get(event.page_id)
    if services.courtesy is None or token is None or state.owner is Owner.STAFF or state.opted_out or event.standby:
        return
    try:
        answered = services.courtesy.begin(PageAccess(event.page_id, token), event.psid or "")
    except SettingsError:
        return  # a token that cannot be sent: the answer itself will say so
    while len(_begun) >= MOST_KEPT:  # other processes answered these
        _begun.pop(next(iter(_begun)), None)
    _begun[claim.id] = answered


def end(claim: Claim) -> None:
    """The answer is stored: no dots any more, if they have not been shown yet."""
    if answered := _begun.pop(claim.id, None):
        answered.set()
