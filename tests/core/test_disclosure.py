"""The bot says that it is automated and cannot give medical advice: first, after a day, after staff, in every reply."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from bot.core.languages import Languages
from bot.core.messages import NET_FAILED, ConversationState, DecisionKind, NluUnavailable, SafetyHit
from bot.core.turn import STAFF, Turn
from bot.wiring import LANGUAGES_FOLDER, read_languages
from tests.core.policy_builder import BREAST, NOW, SURE, a_policy, a_practice, decided, read_as, words_of

DISCLOSURE = "This is an automated reply from Riverside Surgery. It cannot give medical advice."
spans = some.timedeltas(timedelta(0), timedelta(days=9))
SHIPPED: Languages = read_languages(LANGUAGES_FOLDER)
IN_THEIR_LANGUAGE = a_policy(languages=SHIPPED, accepts_unchecked=True)

# When it is due, and when not
STATES = {
    "the first message": (ConversationState(), True),
    "after a day": (ConversationState(bot_last_at=NOW - timedelta(hours=24)), True),
    "after staff": (
        ConversationState(bot_last_at=NOW - timedelta(hours=2), returned_at=NOW - timedelta(hours=1)),
        True,
    ),
    "in the same moment as staff gave it back": (ConversationState(bot_last_at=NOW, returned_at=NOW), True),
    "just under a day": (ConversationState(bot_last_at=NOW - timedelta(hours=23, minutes=59)), False),
    "the second after staff": (
        ConversationState(bot_last_at=NOW - timedelta(hours=1), returned_at=NOW - timedelta(hours=2)),
        False,
    ),
}
REPLIES: dict[str, dict[str, Any]] = {
    "an answer": {},
    "which test": {"understood": [read_as(does_it_hurt=0.9)]},
    "a hand-off": {"turn": Turn("tap", "Talk to staff", STAFF)},
    "a greeting": {"understood": [read_as(greeting=0.9)]},
    "out of scope": {"understood": [read_as(not_screening=0.95)]},
    "not understood": {"understood": [read_as(cost=0.1)]},
    "a photo": {"turn": Turn("attachment")},
    "paused": {"policy": a_policy(practice=a_practice(paused=True))},
    "the model down": {"understood": [NluUnavailable("down")]},
    "stop": {"turn": Turn("text", "stop")},
    "another language": {"language": "pl"},
    "another language, in its own words": {"language": "pl", "policy": IN_THEIR_LANGUAGE},
    "an emergency": {"safety": (SafetyHit(DecisionKind.EMERGENCY, "a_rule"),)},
    "a crisis": {"safety": (SafetyHit(DecisionKind.CRISIS, "a_rule"),)},
    "a red flag": {"safety": (SafetyHit(DecisionKind.RED_FLAG, "a_rule"),)},
    "a net that failed": {"safety": (NET_FAILED,)},
    "a danger that the model found": {"understood": [read_as(BREAST, breast_symptom=0.9)]},
    "an emergency in another language": {
        "safety": (SafetyHit(DecisionKind.EMERGENCY, "pl:chest_pain"),),
        "language": "pl",
        "policy": IN_THEIR_LANGUAGE,
    },
}


def said(reply: str, state: ConversationState) -> str:
    values = dict(REPLIES[reply])
    understood = values.pop("understood", [SURE])
    return words_of(decided("does a mammogram hurt", *understood, state=state, **values))


@pytest.mark.parametrize("when", STATES)
@pytest.mark.parametrize("reply", REPLIES)
def test_every_kind_of_reply_holds_it_once_when_it_is_due_and_only_then(reply: str, when: str) -> None:
    state, is_due = STATES[when]
    assert said(reply, state).count(DISCLOSURE) == is_due


@pytest.mark.parametrize("code", sorted(SHIPPED.by_code))
def test_a_first_reply_in_any_language_holds_it(code: str) -> None:
    decision = decided("...x", SURE, language=code, policy=IN_THEIR_LANGUAGE, state=ConversationState())
    assert len(decision.replies) == 2  # their language, then English
    assert decision.replies[1].text.startswith(DISCLOSURE)


@given(some.timedeltas(timedelta(0), timedelta(days=9)), some.none() | some.timedeltas(timedelta(0), timedelta(days=9)))
@settings(deadline=None)
def test_it_is_due_a_day_after_the_last_reply_or_once_staff_gave_it_back(
    silence: timedelta, given_back: timedelta | None
) -> None:
    state = ConversationState(
        bot_last_at=NOW - silence, returned_at=NOW - given_back if given_back is not None else None
    )
    decision = decided("does a mammogram hurt", SURE, state=state)
    assume(decision.replies)
    is_due = silence >= timedelta(hours=24) or (given_back is not None and given_back <= silence)
    assert words_of(decision).startswith(DISCLOSURE) is is_due
