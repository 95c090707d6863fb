"""Which of a patient's messages trainers should see, and which of them are kept back for the examination. Pure."""

import hashlib
from enum import StrEnum

from bot.core.messages import Decision, DecisionKind
from bot.core.turn import Turn

KEPT_BACK_ONE_IN = 5


class Why(StrEnum):
    """Why trainers see a message; a later one of these says more about it than an earlier one."""

    UNSURE = "unsure"  # the bot asked which of several topics was meant
    UNANSWERED = "unanswered"
    ANSWERED_BY_STAFF = "answered_by_staff"
    THUMBS_DOWN = "thumbs_down"  # by the patient
    STAFF_CORRECTION = "staff_correction"  # a colleague said that the answer was wrong or unsafe


def why_to_learn(decision: Decision, turn: Turn) -> Why | None:
    """Why a turn is to be looked at as soon as it is decided; None: there is nothing to learn from it yet.

    Never a message in which a sign of danger was found, nor one that is not in English, nor a tap.
    """
    if turn.kind != "text" or decision.language != "en":
        return None
    if decision.kind is DecisionKind.CLARIFY and decision.rule == "near_tie":
        return Why.UNSURE
    is_unknown = decision.kind is DecisionKind.CLARIFY and decision.rule == "not_understood"
    # See `bot.core.answering` for the colon, `bot.worker.answer_next` for the other.
    is_given_up = ":" in decision.rule or decision.rule == "tried_too_often"
    has_no_answer = decision.kind is DecisionKind.HAND_OFF and is_given_up
    if is_unknown or has_no_answer or decision.kind is DecisionKind.UNAVAILABLE:
        return Why.UNANSWERED
    return None


def stronger(one: Why, other: Why) -> Why:
    """The one that says more."""
    order = list(Why)
    return max(one, other, key=order.index)


def is_kept_back(text: str) -> bool:
    """Whether a labelled message is for the regression set and never for training: one in `KEPT_BACK_ONE_IN`.

    By the words alone, so that the same words always go the same way, whoever labels them and when.
    """
    words = " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())
    return int(hashlib.sha256(words.encode("utf-8", "replace")).hexdigest(), 16) % KEPT_BACK_ONE_IN == 0
