"""Which step of `decide` goes before which; that safety goes before all is in test_decide_safety.py."""

import pytest

from bot.core.messages import ConversationState, NluUnavailable, Owner
from bot.core.turn import STAFF, Turn
from tests.core.policy_builder import (
    NOW,
    SPOKEN_TO,
    SURE,
    a_policy,
    a_practice,
    decided,
    read_as,
)

DOWN = NluUnavailable("the NLU server was too slow")
OPTED_OUT = ConversationState(opted_out=True, bot_last_at=NOW)
WITH_STAFF = ConversationState(owner=Owner.STAFF, bot_last_at=NOW)
PAUSED = a_policy(practice=a_practice(paused=True))
ASKED_WHICH_TEST = ConversationState(asked=(("does_it_hurt", "breast"), ("does_it_hurt", "cervical")), bot_last_at=NOW)

# Precedence: (turn, readings, state, policy, language) -> the earlier step wins

WORDS = Turn("text", "does it hurt")
TAP = Turn("tap", "Breast (mammogram)", "choice:does_it_hurt:breast")
PRECEDENCE = {
    "opted out before paused": (WORDS, [SURE], OPTED_OUT, PAUSED, "en", "opted_out"),
    "opted out before a tap": (TAP, [], OPTED_OUT, a_policy(), "en", "opted_out"),
    "stop before paused": (Turn("text", "stop"), [DOWN], SPOKEN_TO, PAUSED, "en", "opt_out_words"),
    "stop before an open question": (Turn("text", "stop"), [SURE], ASKED_WHICH_TEST, a_policy(), "en", "opt_out_words"),
    "staff before paused": (WORDS, [SURE], WITH_STAFF, PAUSED, "en", "staff_own_the_conversation"),
    "staff before a tap": (TAP, [], WITH_STAFF, a_policy(), "en", "staff_own_the_conversation"),
    "paused before a sticker": (Turn("sticker"), [], SPOKEN_TO, PAUSED, "en", "paused"),
    "paused before a photo": (Turn("attachment"), [], SPOKEN_TO, PAUSED, "en", "paused"),
    "paused before a tap": (TAP, [], SPOKEN_TO, PAUSED, "en", "paused"),
    "paused before an open question": (Turn("text", "1"), [SURE], ASKED_WHICH_TEST, PAUSED, "en", "paused"),
    "paused before the model's failure": (WORDS, [DOWN], SPOKEN_TO, PAUSED, "en", "paused"),
    "a tap before an open question": (
        Turn("tap", "Ok", STAFF),
        [],
        ConversationState(asked=(("cost", ""),), bot_last_at=NOW),
        a_policy(),
        "en",
        "asked_for_staff",
    ),
    "a tap before the model's failure": (TAP, [DOWN], SPOKEN_TO, a_policy(), "en", "tapped"),
    "a typed number before the model's failure": (
        Turn("text", "2"),
        [DOWN],
        ASKED_WHICH_TEST,
        a_policy(),
        "en",
        "typed_choice",
    ),
    "the language before the model's failure": (WORDS, [DOWN], SPOKEN_TO, a_policy(), "pl", "not_english"),
    "the language before a sure topic": (WORDS, [SURE], SPOKEN_TO, a_policy(), "pl", "not_english"),
    "two questions before the whole": (
        WORDS,
        [SURE, SURE, read_as(cost=0.9)],
        SPOKEN_TO,
        a_policy(),
        "en",
        "two_questions",
    ),
}


@pytest.mark.parametrize("case", PRECEDENCE)
def test_the_earlier_step_wins(case: str) -> None:
    turn, understood, state, policy, language, rule = PRECEDENCE[case]
    assert decided("", *understood, turn=turn, state=state, policy=policy, language=language).rule == rule
