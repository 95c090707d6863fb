"""The starter answers and what a patient sees of a topic pass the lint; sources and dates are fit for a reviewer."""

import re
from dataclasses import replace
from datetime import date

import pytest
from _pytest.mark.structures import ParameterSet

from bot.core.lint.answer import lint_answer, lint_text
from bot.core.lint.finding import Severity
from bot.core.messages import Nation
from bot.core.nation_facts import BY_NATION
from bot.core.topics import Topic
from bot.errors import DataError
from bot.nlu.answer_files import WrittenAnswer
from tests.rules.test_topics_and_examples import TOPICS, answers

MOST_WARNINGS = 5  # of all answers together: each is there because somebody looked at it


def _params() -> list[ParameterSet]:
    """Each answer as each of its nations reads it, or none if they cannot be read: then the first test says why."""
    try:
        return [
            pytest.param(as_read_in(one, nation), id=f"{one.topic}-{one.programme}-{nation}")
            for one in answers()
            for nation in one.nations
        ]
    except DataError:
        return []


def as_read_in(answer: WrittenAnswer, nation: Nation) -> WrittenAnswer:
    """The answer with the pages and helplines of one nation; the practice's own facts stay in braces."""
    facts = BY_NATION[nation]
    text = re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), answer.text)
    return replace(answer, nations=(nation,), text=text)


ANSWERS = _params()


def test_the_answers_can_be_read() -> None:
    assert len(answers()) >= 100


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_has_no_error(answer: WrittenAnswer) -> None:
    errors = [one for one in lint_answer(answer.text, answer.programme) if one.severity is Severity.ERROR]
    assert errors == []


def test_few_answers_have_a_warning() -> None:
    found = [(one.topic, finding.problem) for one in answers() for finding in lint_answer(one.text, one.programme)]
    assert len(found) <= MOST_WARNINGS, found


@pytest.mark.parametrize("answer", ANSWERS)
def test_sources_are_texts_that_a_reviewer_can_follow(answer: WrittenAnswer) -> None:
    assert all(len(source) > 5 and "{" not in source and "\n" not in source for source in answer.sources)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_review_is_due_within_a_year_and_the_file_approves_nothing(answer: WrittenAnswer) -> None:
    assert answer.reviewed <= date(2026, 11, 24)
    assert (answer.review_by - answer.reviewed).days <= 366
    assert answer.status in ("sample", "draft")


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda one: one.name)
def test_what_a_patient_sees_of_a_topic_is_plain(topic: Topic) -> None:
    for shown in (topic.question, topic.button):
        assert [one for one in lint_text(shown) if one.severity is Severity.ERROR] == []
        assert not re.search(r"_|\bintent\b|\btopic\b", shown)
