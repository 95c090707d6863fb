"""Training examples: what is read from Rasa's files, and what must not go into a training run."""

from pathlib import Path

import pytest

from bot.core.topics import Topic, Topics
from bot.errors import DataError
from bot.nlu.training_data import Example, problems, read_examples

TOPICS = Topics(tuple(Topic(name, "group", "faq", (), "?", "Button") for name in ("cost", "parking")))
GOOD = """\
version: "3.1"
nlu:
- intent: cost
  examples: |
    - is it free
    - how much is a [mammogram](programme)

    -   do I have to PAY?
- lookup: programme
  examples: |
    - mammogram
- intent: parking
  examples: |
    - where do i park
"""


def read(tmp_path: Path, text: str = GOOD) -> list[Example]:
    (tmp_path / "cost.yml").write_text(text, encoding="utf-8")
    return read_examples(tmp_path)


def an_example(text: str, topic: str = "cost", line: int = 5) -> Example:
    return Example(topic, text, Path("cost.yml"), line)


def enough(topic: str) -> list[Example]:
    return [an_example(f"{topic} question number {number}", topic, number) for number in range(25)]


def test_examples_are_read_with_their_lines_and_without_marks(tmp_path: Path) -> None:
    assert [(example.topic, example.text, example.line) for example in read(tmp_path)] == [
        ("cost", "is it free", 5),
        ("cost", "how much is a mammogram", 6),
        ("cost", "do I have to PAY?", 8),
        ("parking", "where do i park", 14),
    ]


def test_every_file_below_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "more.yml").write_text(GOOD, encoding="utf-8")
    assert len(read(tmp_path)) == 8


def test_words_are_the_same_whatever_case_and_punctuation() -> None:
    assert an_example("Is it FREE??  ").words == an_example("is it, free").words == "is it free"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("nlu: words\n", None, "does not hold a list"),
        ('version: "3.1"\n', None, "does not hold a list"),
        ("- is it free\n", 1, "an entry is not"),
        ("nlu:\n- is it free\n", None, "an entry is not"),
        ("nlu:\n- intent: [cost\n", 3, "is not valid YAML"),
    ],
    ids=["words", "no nlu", "a list", "an entry of words", "no YAML"],
)
def test_a_file_that_rasa_could_not_read_is_named(tmp_path: Path, text: str, line: int | None, problem: str) -> None:
    with pytest.raises(DataError) as found:
        read(tmp_path, text)
    assert (found.value.file, found.value.line) == (tmp_path / "cost.yml", line)
    assert problem in found.value.problem


def test_enough_different_examples_of_every_topic_are_no_problem() -> None:
    assert list(problems(enough("cost") + enough("parking"), TOPICS)) == []


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        (an_example("is it free", "price"), "price is not a topic of topics.yml"),
        (an_example("???"), "an example without words"),
        (an_example("my number is 943 476 5919"), "an example seems to hold personal data"),
        (an_example("ring me on 01632960001"), "an example seems to hold personal data"),
        (an_example("mail ann.smith@example.org"), "an example seems to hold personal data"),
        (an_example("i live at st4 2rx"), "an example seems to hold personal data"),
        (an_example("Cost question, number 3!"), "the same example stands at cost.yml:3 in the same topic"),
        (an_example("parking question number 7"), "the same example stands at cost.yml:7 in parking"),
    ],
    ids=["unknown topic", "no words", "nhs number", "phone", "email", "postcode", "twice", "in two topics"],
)
def test_what_must_not_be_trained_on_is_named_with_its_line(example: Example, problem: str) -> None:
    found = list(problems([*enough("cost"), *enough("parking"), example], TOPICS))
    assert [str(one) for one in found] == [f"cost.yml:5: {problem}"]


@pytest.mark.parametrize(
    "text", ["i am 71 and had it 3 years ago", "call 111 or 999", "is it the 24th at 9.30", "hpv16"]
)
def test_numbers_that_name_nobody_are_fine(text: str) -> None:
    assert list(problems([*enough("cost"), *enough("parking"), an_example(text)], TOPICS)) == []


def test_a_topic_with_too_few_examples_is_named() -> None:
    found = [str(one) for one in problems(enough("cost")[:24], TOPICS)]
    assert found == ["the topic cost has 24 examples: 25 at least", "the topic parking has 0 examples: 25 at least"]
