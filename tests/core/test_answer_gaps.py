"""What a practice cannot answer and why, and what is due for review."""

from datetime import date, timedelta

import pytest

from bot.core.answer_gaps import Gap, due, gaps
from bot.core.answers import Answer, AnswerBook, Withheld
from bot.core.messages import Nation, Programme
from bot.core.topics import Topics
from tests.core.policy_builder import BOWEL, BREAST, a_practice, a_topic, an_answer

TODAY = date(2026, 11, 24)
TOPICS = Topics((a_topic("hurt", programmes=(BREAST, BOWEL)), a_topic("cost"), a_topic("my_results", "own_record")))
ALL = (an_answer(1, "hurt", BREAST), an_answer(2, "hurt", BOWEL), an_answer(3, "cost"))


def found(*answers: Answer, demo: bool = False, **about: object) -> list[Gap]:
    return list(gaps(AnswerBook(answers, accepts_samples=demo), TOPICS, a_practice(**about), TODAY))


def test_a_practice_with_all_answers_has_no_gap() -> None:
    assert found(*ALL) == []


def test_topics_that_staff_answer_are_no_gap() -> None:
    assert {gap.topic for gap in found()} == {"hurt", "cost"}


def test_each_test_of_a_topic_and_each_reason_is_told() -> None:
    sample = an_answer(1, "hurt", BREAST, status="sample")
    overdue = an_answer(2, "hurt", BOWEL, review_by=TODAY - timedelta(1))
    assert found(sample, overdue) == [
        Gap("hurt", BREAST, Withheld.NOT_APPROVED),
        Gap("hurt", BOWEL, Withheld.OVERDUE),
        Gap("cost", None, Withheld.NONE_WRITTEN),
    ]


def test_a_missing_fact_is_named_with_the_version_that_needs_it() -> None:
    needs_two = an_answer(1, "hurt", BREAST, text="{parking} at {van_dates}, call {practice_phone}")
    assert found(needs_two, *ALL[1:]) == [Gap("hurt", BREAST, Withheld.FACT_MISSING, 1, ("parking", "van_dates"))]
    assert found(needs_two, *ALL[1:], facts={"parking": "none", "van_dates": "May", "practice_phone": "1"}) == []


def test_answers_of_another_nation_leave_a_gap() -> None:
    english = [an_answer(one.version, one.topic, one.programme, nations=(Nation.ENGLAND,)) for one in ALL]
    assert found(*english) == []
    assert [gap.why for gap in found(*english, nation=Nation.WALES)] == [Withheld.NONE_WRITTEN] * 3


def test_the_answer_for_any_test_fills_the_gap_of_each() -> None:
    assert [gap.programme for gap in found(an_answer(1, "hurt"), an_answer(2, "cost"))] == []


@pytest.mark.parametrize(("days", "is_listed", "is_overdue"), [(-1, True, True), (0, True, False), (30, True, False)])
def test_an_answer_is_due_30_days_before_its_review(days: int, is_listed: bool, is_overdue: bool) -> None:
    [one] = due([(an_answer(1, "cost", review_by=TODAY + timedelta(days)), "Olga")], TODAY)
    assert (one.days_left, one.is_overdue, one.owner) == (days, is_overdue, "Olga")


def test_an_answer_is_not_due_31_days_before() -> None:
    assert due([(an_answer(1, "cost", review_by=TODAY + timedelta(31)), "Olga")], TODAY) == []


def test_what_is_due_is_in_order_of_owner_and_date() -> None:
    answers = [
        (an_answer(1, "cost", review_by=TODAY + timedelta(9)), "olga"),
        (an_answer(2, "cost", review_by=TODAY), "Olga"),
        (an_answer(3, "cost", review_by=TODAY), "Ann"),
    ]
    assert [one.version for one in due(answers, TODAY)] == [3, 2, 1]


def test_the_programme_is_told() -> None:
    assert found(*ALL[:1], *ALL[2:])[0].programme is Programme.BOWEL
