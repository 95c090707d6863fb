"""What a patient gets who writes another language while the safety net has failed: one reply that hangs together."""

import pytest

from bot.core import catalogue
from bot.core.languages import NO_DETAILS, SAFETY_UNREAD, Languages
from bot.core.messages import NET_FAILED, ConversationState, Decision, DecisionKind, SafetyHit
from bot.core.policy import Policy
from tests.core.policy_builder import NOTHING_KNOWN, SPOKEN_TO, a_policy, a_practice, decided
from tests.core.test_languages import AUTOMATED, CODES, SHIPPED, bare, checked_by_somebody

CAUTIOUS = catalogue.SAFETY_UNREAD.partition("\n")[0]
every_code = pytest.mark.parametrize("code", CODES)


def unread(code: str, languages: Languages, *, accepts_unchecked: bool, state: ConversationState) -> Decision:
    policy = a_policy(languages=languages, accepts_unchecked=accepts_unchecked)
    return decided("???", NOTHING_KNOWN, language=code, policy=policy, safety=(NET_FAILED,), state=state)


def theirs(code: str, name: str) -> str:
    found = SHIPPED.text(code, name, a_practice(), accepts_unchecked=True)
    assert found
    return found


@every_code
def test_a_checked_translation_stands_alone(code: str) -> None:
    checked = checked_by_somebody(code)
    decision = unread(code, checked, accepts_unchecked=False, state=ConversationState())
    assert [reply.text for reply in decision.replies] == [theirs(code, SAFETY_UNREAD)]
    assert AUTOMATED[code] in bare(decision.replies[0].text)  # the disclosure of a first reply is not lost
    assert (decision.kind, decision.rule, decision.urgent) == (DecisionKind.RED_FLAG, "safety:net_failed", True)


@every_code
def test_an_unchecked_one_is_followed_by_the_english_text(code: str) -> None:
    first, second = unread(code, SHIPPED, accepts_unchecked=True, state=SPOKEN_TO).replies
    assert first.text == theirs(code, SAFETY_UNREAD)
    assert second.text.startswith(CAUTIOUS)


@every_code
def test_where_unchecked_ones_are_not_accepted_the_english_text_stands_alone(code: str) -> None:
    [alone] = unread(code, SHIPPED, accepts_unchecked=False, state=SPOKEN_TO).replies
    assert alone.text.startswith(CAUTIOUS)


def test_a_language_without_texts_gets_the_english_text() -> None:
    [alone] = unread("fr", SHIPPED, accepts_unchecked=True, state=SPOKEN_TO).replies
    assert alone.text.startswith(CAUTIOUS)


@pytest.mark.parametrize("kind", [DecisionKind.EMERGENCY, DecisionKind.CRISIS, DecisionKind.RED_FLAG])
def test_a_danger_that_one_net_found_is_answered_although_the_other_failed(kind: DecisionKind) -> None:
    policy: Policy = a_policy(languages=checked_by_somebody("pl"))
    hits = (SafetyHit(kind, "pl:a_sign"), NET_FAILED)
    first, _english = decided("???", NOTHING_KNOWN, language="pl", policy=policy, safety=hits).replies
    assert first.text == theirs("pl", kind)
    assert theirs("pl", NO_DETAILS) not in first.text
