"""Which wording is chosen, and why none is."""

from datetime import date
from typing import Any

import pytest

from bot.core.answers import ANY, Answer, AnswerBook, Withheld
from bot.core.messages import Nation, Programme
from tests.core.policy_builder import BREAST, CERVICAL, a_practice, an_answer

TODAY = date(2026, 11, 24)
TOPIC = "does_it_hurt"


def chosen(*answers: Answer, programme: Programme | None = BREAST, demo: bool = False, **about: Any) -> int | Withheld:
    """The version that is chosen, or why there is none."""
    practice = about.pop("practice", a_practice())
    choice = AnswerBook(answers, accepts_samples=demo).choose(TOPIC, programme, practice, TODAY, **about)
    return choice.version if isinstance(choice, Answer) else choice


def test_the_answer_for_the_test_is_chosen() -> None:
    assert chosen(an_answer(1, TOPIC, CERVICAL), an_answer(2, TOPIC, BREAST), an_answer(3, "cost", BREAST)) == 2


def test_the_tests_own_answer_goes_before_the_one_for_any() -> None:
    assert chosen(an_answer(1, TOPIC, BREAST), an_answer(2, TOPIC, ANY)) == 1


def test_the_answer_for_any_serves_every_test_and_none() -> None:
    assert chosen(an_answer(1, TOPIC)) == 1
    assert chosen(an_answer(1, TOPIC), programme=None) == 1


def test_without_a_test_no_tests_own_answer_is_chosen() -> None:
    assert chosen(an_answer(1, TOPIC, BREAST), programme=None) is Withheld.NONE_WRITTEN


def test_the_newest_version_is_chosen() -> None:
    assert chosen(an_answer(1, TOPIC, BREAST), an_answer(3, TOPIC, BREAST), an_answer(2, TOPIC, BREAST)) == 3


def test_in_demo_mode_an_approved_wording_goes_before_a_newer_sample() -> None:
    assert chosen(an_answer(1, TOPIC, BREAST), an_answer(2, TOPIC, BREAST, status="sample"), demo=True) == 1


def test_a_sample_serves_in_demo_mode_only() -> None:
    sample = an_answer(1, TOPIC, BREAST, status="sample")
    assert chosen(sample, demo=True) == 1
    assert chosen(sample) is Withheld.NOT_APPROVED


@pytest.mark.parametrize("status", ["draft", "withdrawn", "replaced"])
@pytest.mark.parametrize("demo", [True, False])
def test_what_is_not_approved_is_never_chosen(status: str, demo: bool) -> None:
    assert chosen(an_answer(1, TOPIC, BREAST, status=status), demo=demo) is Withheld.NOT_APPROVED


@pytest.mark.parametrize(
    ("review_by", "result"),
    [(date(2026, 11, 23), Withheld.OVERDUE), (TODAY, 1), (date(2026, 11, 25), 1)],
    ids=["yesterday", "today", "tomorrow"],
)
def test_an_answer_serves_up_to_its_review_date(review_by: date, result: object) -> None:
    assert chosen(an_answer(1, TOPIC, BREAST, review_by=review_by)) == result


@pytest.mark.parametrize("nation", Nation)
def test_an_answer_serves_its_own_nations_only(nation: Nation) -> None:
    practice = a_practice(nation=nation)
    england_and_wales = an_answer(1, TOPIC, BREAST, nations=(Nation.ENGLAND, Nation.WALES))
    expected = 1 if nation in (Nation.ENGLAND, Nation.WALES) else Withheld.NONE_WRITTEN
    assert chosen(england_and_wales, practice=practice) == expected


def test_an_answer_serves_its_own_language_only() -> None:
    welsh = an_answer(1, TOPIC, BREAST, language="cy")
    assert chosen(welsh) is Withheld.NONE_WRITTEN
    assert chosen(welsh, language="cy") == 1


@pytest.mark.parametrize("facts", [{}, {"van_dates": ""}, {"van_dates": "  "}, {"parking": "20 spaces"}])
def test_an_answer_with_a_gap_is_not_chosen(facts: dict[str, str]) -> None:
    answer = an_answer(1, TOPIC, BREAST, text="The van: {van_dates}")
    assert chosen(answer, practice=a_practice(facts=facts)) is Withheld.FACT_MISSING


def test_an_answer_without_gaps_goes_before_a_newer_one_with_a_gap() -> None:
    assert chosen(an_answer(1, TOPIC, BREAST), an_answer(2, TOPIC, BREAST, text="The van: {van_dates}")) == 1


def test_the_reason_is_the_last_thing_that_is_missing() -> None:
    overdue = an_answer(1, TOPIC, BREAST, review_by=date(2026, 1, 1))
    draft = an_answer(2, TOPIC, BREAST, status="draft")
    assert chosen(overdue, draft) is Withheld.OVERDUE


def test_the_tests_that_can_be_asked_about_are_those_with_a_usable_answer_of_their_own() -> None:
    book = AnswerBook(
        [
            an_answer(1, TOPIC, "lung"),
            an_answer(2, TOPIC, BREAST),
            an_answer(3, TOPIC, CERVICAL, status="draft"),
            an_answer(4, TOPIC, "bowel", review_by=date(2026, 1, 1)),
            an_answer(5, TOPIC, ANY),
        ],
        accepts_samples=False,
    )
    assert book.programmes(TOPIC, a_practice(), TODAY) == (BREAST, Programme.LUNG)


def test_every_reason_is_in_words_for_staff() -> None:
    assert all(" " in reason for reason in Withheld)
