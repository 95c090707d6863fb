"""The words of the staff side: who acts, what a page saw, why an act is refused, how a conversation is closed."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Colleague:
    """Someone who works for a practice. `key` never changes and belongs to one person; `name` is what others see."""

    key: str
    name: str


FACEBOOK_INBOX = Colleague("facebook", "someone in Facebook's own inbox")
"""Holds what somebody answered there: Meta does not say who."""


@dataclass(frozen=True)
class Seen:
    """What the page showed when its user pressed send."""

    claim_version: int
    last_message_id: int  # of the newest message, whoever said it; 0: there was none


class Refusal(StrEnum):
    """Why an act of staff changed nothing: a sentence for its page."""

    NOT_FOUND = "There is no such conversation."
    TAKEN = "A colleague has this conversation."
    NOT_YOURS = "You do not have this conversation. Take it first."
    CLOSED = "This conversation is closed. Reopen it first."
    NOT_CLOSED = "This conversation is not closed."
    CHANGED = "Something changed since you opened this page. Read the new messages, then try again."
    STILL_SENDING = "Your reply is still being sent. Try again in a few seconds."
    REPLIES_OFF = (
        "Staff replies over Messenger are off for this practice. Contact the patient in your usual way, "
        "then mark this as dealt with."
    )
    NO_WORDS = "Type a reply first."
    NEVER_WROTE = "The patient has not written, so Meta lets nobody write to them."
    NO_PERMISSION = (
        "The patient wrote more than 24 hours ago and the practice does not have Meta's permission to reply later. "
        "Contact the patient in your usual way."
    )
    WEEK_OVER = (
        "The patient wrote more than 7 days ago, so Meta lets nobody reply here. "
        "Contact the patient in your usual way, or wait until they write again."
    )
    NO_SUCH_MESSAGE = "There is no such answer of the bot in this conversation."
    NOT_AN_ANSWER = "This message used no approved answer, so there is nothing to withdraw."


class Outcome(StrEnum):
    """How staff closed a conversation."""

    ANSWERED = "answered"
    DEALT_WITH = "dealt_with"  # outside Messenger, for example by phone
    BOOKED = "booked"
    REFERRED_ON = "referred_on"
    NO_REPLY_NEEDED = "no_reply_needed"
    COULD_NOT_REACH = "could_not_reach"


OUTCOME_WORDS = {
    Outcome.ANSWERED: "Answered here",
    Outcome.DEALT_WITH: "Dealt with outside Messenger",
    Outcome.BOOKED: "Appointment booked or changed",
    Outcome.REFERRED_ON: "Passed on to another service",
    Outcome.NO_REPLY_NEEDED: "No reply needed",
    Outcome.COULD_NOT_REACH: "Could not reach the patient",
}
