"""Who has a conversation: take it, let it go, pass it on, give it back to the bot, close it, open it again.

Each act is one function, in one transaction with its audit entry; it returns why nothing was done, or None. What ends
a hand-off takes what its page showed (`seen`): a message that came meanwhile must not be put away unread. Every new
holder makes a new claim: `claim_version` grows, and what the holder before has not sent yet stays unsent.
"""

from collections.abc import Callable

from bot.core.desk import Colleague, Outcome, Refusal, Seen
from bot.core.messages import Owner
from bot.store import conversations, desk_settings, outgoing
from bot.store.acting import Acting
from bot.store.tables import Conversation

TAKEN_OVER = "someone else has the conversation now"
STAFF_HAVE_IT = "staff own the conversation"


def claim(act: Acting) -> Refusal | None:
    """Take a conversation that nobody has. Taking what one has already changes nothing."""
    row = act.conversation()
    if row is None:
        return Refusal.NOT_FOUND
    if row.holder == act.who.key:
        return None
    if row.closed_at is not None:
        return Refusal.CLOSED
    if is_held(row):
        return Refusal.TAKEN
    _hand_to(act, row, act.who)
    act.record("claimed", claim_version=row.claim_version)
    return None


def assign(act: Acting, to: Colleague) -> Refusal | None:
    """Give it to a colleague: what one has, or what nobody has."""
    row = _free(act)
    if isinstance(row, Refusal):
        return row
    if outgoing.has_unsent_of_staff(act.session, row.id):
        return Refusal.STILL_SENDING  # it would be lost with the claim it was written under
    if row.holder != to.key:
        _hand_to(act, row, to)
    act.record("assigned", to=to.key, claim_version=row.claim_version)
    return None


def release(act: Acting) -> Refusal | None:
    """Back into the queue, for a colleague. The bot stays silent: a person will go on."""
    row = _mine(act)
    if isinstance(row, Refusal):
        return row
    row.holder = row.holder_name = None
    row.waiting_since = row.waiting_since or act.now
    act.record("released")
    return None


def give_back(act: Acting, seen: Seen | None = None) -> Refusal | None:
    """To the bot, whose next message says again that it is automated. Also what Facebook's inbox holds."""
    row = _free(act, seen)
    if isinstance(row, Refusal):
        return row
    if row.owner == Owner.BOT and row.holder != act.who.key:
        return Refusal.NOT_YOURS  # a hand-off is not dismissed in passing
    conversations.give_to_bot(row, act.now)
    _let_go(row)
    act.record("gave back to the bot")
    return None


def close(act: Acting, outcome: Outcome, seen: Seen | None = None) -> Refusal | None:
    """It is done. If the patient writes again the bot answers, and hands off again where it must."""
    row = _mine(act, seen)
    if isinstance(row, Refusal):
        return row
    act.record("closed", outcome=outcome.value, **_close(act, row, outcome))
    return None


def mark_dealt_with(act: Acting, seen: Seen | None = None) -> Refusal | None:
    """The patient was helped outside Messenger: by phone, say. For what one has, or what nobody has."""
    row = _free(act, seen)
    if isinstance(row, Refusal):
        return row
    act.record("dealt with", **_close(act, row, Outcome.DEALT_WITH))
    return None


def reopen(act: Acting) -> Refusal | None:
    """It was not done after all: whoever opens it has it."""
    row = act.conversation()
    if row is None:
        return Refusal.NOT_FOUND
    if row.closed_at is None:
        return Refusal.NOT_CLOSED
    row.closed_at = row.outcome = None
    _hand_to(act, row, act.who)
    act.record("reopened", claim_version=row.claim_version)
    return None


def is_held(row: Conversation) -> bool:
    """Whether a colleague has it. What was answered in Facebook's own inbox nobody here has: anyone may go on."""
    return row.holder is not None and row.holder != conversations.FACEBOOK_KEY


def _mine(act: Acting, seen: Seen | None = None) -> Conversation | Refusal:
    """The conversation that this colleague has, as their page showed it."""
    return _open(act, seen, Refusal.NOT_YOURS, lambda row: row.holder == act.who.key)


def _free(act: Acting, seen: Seen | None = None) -> Conversation | Refusal:
    """A conversation that this colleague has or that nobody has, as their page showed it."""
    return _open(act, seen, Refusal.TAKEN, lambda row: row.holder == act.who.key or not is_held(row))


def _open(
    act: Acting, seen: Seen | None, otherwise: Refusal, may_act: Callable[[Conversation], bool]
) -> Conversation | Refusal:
    row = act.conversation()
    if row is None:
        return Refusal.NOT_FOUND
    if row.closed_at is not None:
        return Refusal.CLOSED
    if not may_act(row):
        return otherwise
    return Refusal.CHANGED if act.is_stale(row, seen) else row


def _hand_to(act: Acting, row: Conversation, to: Colleague) -> None:
    """Where staff may not reply the bot goes on answering: the holder helps the patient outside Messenger."""
    row.holder, row.holder_name = to.key, to.name
    row.claim_version += 1
    row.waiting_since = row.waiting_since or act.now
    outgoing.cancel_of_staff(act.session, row.id, TAKEN_OVER)
    if desk_settings.of(act.session, act.practice_id).staff_replies:
        row.owner, row.asked = Owner.STAFF.value, []
        outgoing.cancel_waiting(act.session, row.id, STAFF_HAVE_IT)


def _close(act: Acting, row: Conversation, outcome: Outcome) -> dict[str, int]:
    """Returns how long the patient waited, for the audit."""
    waited, why = act.waited(row), row.waiting_why  # why stays, to be read in the list of what is closed
    conversations.give_to_bot(row, act.now)
    _let_go(row)
    row.waiting_why, row.closed_at, row.outcome = why, act.now, outcome.value
    return waited


def _let_go(row: Conversation) -> None:
    row.holder = row.holder_name = row.waiting_since = row.waiting_why = None
    row.urgent = False
