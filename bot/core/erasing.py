"""A patient asks in the chat that their messages be deleted: noticed, confirmed, and decided.

No decision kind is made for it, because the kinds are a fixed interface. The question back is `clarify`: the bot asks
and does nothing before the patient chooses. What follows is `small_talk`, a fixed reply that needs nobody; or
`hand_off`, where the messages must be kept or the bot is paused and a person has to look.
"""

import re
from dataclasses import replace

from bot.core import catalogue
from bot.core.clarify import is_no, is_yes
from bot.core.messages import Button, ConversationState, Decision, DecisionKind
from bot.core.policy import Policy
from bot.core.spoken_commands import Command, command_in, says_yes
from bot.core.turn import Turn
from bot.core.wording import handed_off, said

ERASE, KEEP = "erase:yes", "erase:no"  # payloads
OPEN_QUESTION = ("erase_my_messages", "")  # no topic has this name
ASKED_FOR_IT = "asked that their messages be deleted"
MOST_WORDS = 18  # a longer message tells a story; a person must read it

_VERB = r"(?:delete|deleting|erase|erasing|remove|wipe|destroy|get rid of|clear)"
_FILLER = (
    r"(?:(?:all|any|of|the|my|our|me|that|those|these|this|whole|entire|old|past|personal|private|everything in) )*"
)
_THING = (
    r"(?:data|messages?|msgs?|chats?|conversations?|chat history|message history|history with you|information|info"
    r"|texts|everything (?:you (?:have|hold|know|keep|store|got)|i|about me|on me)|what i (?:said|wrote|sent|told))"
)
_REQUEST = re.compile(
    rf"\b{_VERB} (?:please )?{_FILLER}{_THING}\b"
    r"|\bforget (?:about )?(?:me\b|everything|all (?:this|that)|what i (?:said|wrote|sent|told))"
    r"|\bright to (?:be forgotten|erasure)\b|\b(?:gdpr|data) (?:erasure|deletion)\b|\berasure request\b|\berase me\b"
)
# What is not here to be deleted, or is no request: another system's data, a denial, a question about what happened.
_NOT_THIS = re.compile(
    r"\b(?:do not|dont|not to|never|did|didnt|without|wont|who|why)\b(?: \w+){0,3} " + _VERB + r"\b"
    r"|\b(?:nhs|app|gp|health|medical|screening|patient|hospital|facebook account|website|register|records?|system one)"
    r"(?: \w+)? (?:app|account|records?|system|list|register|history|data|information|info|database)\b"
    r"|\b(?:from|on|in|off) (?:the |my |your )?"
    r"(?:nhs|app|gp|health|medical|records?|screening|list|register|letters?|phone|account)\b"
    r"|\b(?:appointments?|bookings?|results?|kits?|samples?|tests?|prescriptions?)\b"
)


def asks_for_erasure(text: str) -> bool:
    """Whether a message asks that what was written here be deleted. The patient confirms it, so a wrong yes costs a
    question; "delete my appointment" is none."""
    return any(
        len(line.split()) <= MOST_WORDS and _REQUEST.search(line) is not None and _NOT_THIS.search(line) is None
        for line in map(_plain, text.splitlines())
    )


def erasing(turn: Turn, state: ConversationState, policy: Policy, *, staff_own_it: bool) -> Decision | None:
    """The decision on a request, or on the answer to our question about one; None for every other turn."""
    was_asked = OPEN_QUESTION in state.asked
    wishes = asks_for_erasure(turn.text) or command_in(turn.text, policy.languages) is Command.ERASE
    asks = turn.payload == ERASE or (turn.kind == "text" and wishes)
    confirms = was_asked and (asks or (turn.kind == "text" and _agrees(turn.text, policy)))
    if not asks and not confirms:
        if turn.payload == KEEP or (was_asked and turn.kind == "text" and is_no(turn.text)):
            return None if staff_own_it else said(DecisionKind.SMALL_TALK, "erase_kept", catalogue.ERASE_KEPT, policy)
        return None
    if staff_own_it:  # the bot says nothing here; staff have to see to it
        return Decision(DecisionKind.STAY_SILENT, "erase_while_with_staff", state=state, hand_off=ASKED_FOR_IT)
    if state.must_be_kept:
        return handed_off("erase_not_possible", catalogue.ERASE_NOT_POSSIBLE, policy, why=ASKED_FOR_IT)
    if policy.practice.paused:
        return handed_off("erase_while_paused", catalogue.PAUSED, policy, why=ASKED_FOR_IT)
    if confirms:
        done = said(DecisionKind.SMALL_TALK, "erase_confirmed", catalogue.ERASE_DONE, policy)
        return replace(done, erase=True)
    buttons = (Button(catalogue.BUTTON_ERASE, ERASE), Button(catalogue.BUTTON_KEEP, KEEP))
    question = said(DecisionKind.CLARIFY, "erase_asked", catalogue.ERASE_ASK, policy)
    reply = replace(question.replies[0], buttons=buttons)
    return replace(question, replies=(reply,), state=replace(state, asked=(OPEN_QUESTION,)))


def _agrees(text: str, policy: Policy) -> bool:
    return is_yes(text) or says_yes(text, policy.languages)


def _plain(line: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", re.sub("['’]", "", line.lower())))
