"""Topics, intents, examples and regression messages fit together, and no regression message was trained on."""

import json
from collections import Counter
from functools import cache

import pytest

from bot.core import catalogue
from bot.core.clarify import OFFERED_ROUTES
from bot.core.policy import Thresholds
from bot.core.topics import Topics
from bot.nlu.answer_files import WrittenAnswer, read_answers
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import FEWEST_EXAMPLES, Example, problems, read_examples
from bot.yaml_files import read_yaml
from tests.rules.project import PROJECT, name_of

DATA = PROJECT / "nlu_data"
RUN = 6  # words in a row that a regression message may not share with an example; shorter ones are stock phrases
FEWEST_REGRESSION = 10  # messages for each topic
TOPICS: Topics = read_topics(DATA / "topics.yml")


@cache
def examples() -> list[Example]:
    return read_examples(DATA / "examples")


@cache
def regression() -> list[Example]:
    return read_examples(DATA / "regression")


@cache
def answers() -> list[WrittenAnswer]:
    return read_answers(DATA / "answers", TOPICS)


def runs(example: Example) -> set[tuple[str, ...]]:
    words = example.words.split()
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


@cache
def runs_of_examples() -> frozenset[tuple[str, ...]]:
    return frozenset(run for example in examples() for run in runs(example))


def test_the_intents_are_the_topics_in_their_order() -> None:
    assert list(read_yaml(PROJECT / "domain.yml")["intents"]) == list(TOPICS)


def test_the_examples_have_no_problem() -> None:
    assert [str(problem) for problem in problems(examples(), TOPICS)] == []


def test_the_regression_messages_name_known_topics_and_nobody() -> None:
    found = [str(problem) for problem in problems(regression(), TOPICS) if "at least" not in str(problem)]
    assert found == []


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_has_examples_and_regression_messages(topic: str) -> None:
    assert Counter(example.topic for example in examples())[topic] >= FEWEST_EXAMPLES
    assert Counter(example.topic for example in regression())[topic] >= FEWEST_REGRESSION


def test_no_regression_message_has_the_words_of_an_example() -> None:
    known = {example.words for example in examples()}
    assert [f"{name_of(one.file)}:{one.line}" for one in regression() if one.words in known] == []


def test_no_regression_message_shares_six_words_in_a_row_with_an_example() -> None:
    shared = [
        f"{name_of(one.file)}:{one.line}: {' '.join(min(common))}"
        for one in regression()
        if (common := runs(one) & runs_of_examples())
    ]
    assert shared == []


def test_only_questions_have_answers() -> None:
    assert {answer.topic for answer in answers() if TOPICS[answer.topic].route != "faq"} == set()


def test_every_route_is_used() -> None:
    assert {topic.route for topic in TOPICS.values()} == {
        *("faq", "own_record", "hand_off", "red_flag", "emergency", "crisis", "small_talk", "out_of_scope")
    }


@pytest.mark.parametrize("shown", ["button", "question"])
def test_no_two_choices_look_the_same_to_a_patient(shown: str) -> None:
    offered = [getattr(topic, shown).casefold() for topic in TOPICS.values() if topic.route in OFFERED_ROUTES]
    always_there = [catalogue.BUTTON_STAFF.casefold(), catalogue.BUTTON_SOMETHING_ELSE.casefold()]
    assert [words for words, count in Counter(offered + always_there).items() if count > 1] == []


def test_the_thresholds_are_those_that_a_decision_needs() -> None:
    written = json.loads((DATA / "thresholds.json").read_text(encoding="utf-8"))
    assert written.keys() == Thresholds().as_dict().keys()
    assert all(0 < value < 1 for value in written.values())
    assert written["choice"] < written["clarify"] < written["answer"]
