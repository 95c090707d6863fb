"""Never an answer without an approved, in-date, complete wording for the nation."""

from datetime import date

import pytest

from bot.core import catalogue
from bot.core.messages import DecisionKind, Nation, Prediction
from bot.core.policy import Policy
from bot.core.practice import PracticeFacts
from tests.core.policy_builder import (
    BREAST,
    CERVICAL,
    LUNG,
    SURE,
    a_policy,
    an_answer,
    decided,
    read_as,
    words_of,
)

WITHHELD: dict[str, tuple[Policy, Prediction]] = {
    "none is written for that test": (a_policy(), read_as(LUNG, does_it_hurt=0.9)),
    "none is written at all": (a_policy(), read_as(CERVICAL, unwritten=0.9)),
    "none is written and no test is named": (a_policy(), read_as(unwritten=0.9)),
    "expired yesterday": (
        a_policy(answers=[an_answer(1, "does_it_hurt", BREAST, review_by=date(2026, 11, 23))]),
        SURE,
    ),
    "only a draft": (a_policy(answers=[an_answer(1, "does_it_hurt", BREAST, status="draft")]), SURE),
    "withdrawn": (a_policy(answers=[an_answer(1, "does_it_hurt", BREAST, status="withdrawn")]), SURE),
    "a sample in live mode": (a_policy(answers=[an_answer(1, "does_it_hurt", BREAST, status="sample")]), SURE),
    "a fact of the practice is missing": (a_policy(), read_as(BREAST, van_dates=0.9)),
    "for another nation only": (
        a_policy(answers=[an_answer(1, "does_it_hurt", BREAST, nations=(Nation.WALES,))]),
        SURE,
    ),
    "in another language only": (a_policy(answers=[an_answer(1, "does_it_hurt", BREAST, language="cy")]), SURE),
}


@pytest.mark.parametrize("case", WITHHELD)
def test_without_a_usable_wording_staff_answer(case: str) -> None:
    policy, reading = WITHHELD[case]
    decision = decided("...words", reading, policy=policy)
    assert decision.kind is DecisionKind.HAND_OFF
    assert decision.answer_versions == ()
    assert decision.hand_off
    assert words_of(decision).startswith("I do not have an approved answer to that.")


def test_in_demo_mode_a_sample_is_given_and_labelled() -> None:
    policy = a_policy(answers=[an_answer(1, "does_it_hurt", BREAST, status="sample")], accepts_samples=True)
    assert words_of(decided("does it hurt", SURE, policy=policy)).endswith(catalogue.SAMPLE_LABEL)


def test_an_answer_holds_the_practices_own_facts() -> None:
    facts = PracticeFacts("Riverside Surgery", Nation.ENGLAND, {"van_dates": "4 to 8 January"})
    decision = decided("when is the van here", read_as(van_dates=0.9), policy=a_policy(practice=facts))
    assert words_of(decision) == "The van: 4 to 8 January"


def test_if_one_of_two_tests_has_no_usable_wording_the_record_claims_only_the_other() -> None:
    decision = decided("do smears or lung checks hurt more", read_as(CERVICAL, LUNG, does_it_hurt=0.9))
    assert decision.answer_versions == (2,)
    assert decision.programmes == (CERVICAL,)
