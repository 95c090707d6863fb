"""Labelled messages: where they come from, and the classes they are put in."""

from pathlib import Path

import pytest

from bot.core.topics import Topic, Topics
from bot.errors import DataError
from bot.nlu.evaluation.labelled import Labelled, length_of, read_labelled
from bot.nlu.evaluation.spelling import english_words, spelling_of

TOPICS = Topics(
    (Topic("cost", "getting_there", "faq", (), "?", "?"), Topic("off_topic", "service", "out_of_scope", (), "?", "?"))
)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "hpv.yml").write_text("- text: HPV is looked for at your colposcopy.\n", encoding="utf-8")
    return folder


def read(tmp_path: Path, answers: Path, content: str, name: str = "messages.jsonl") -> list[Labelled]:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    return read_labelled([file], TOPICS, answers)


def test_messages_of_json_lines(tmp_path: Path, answers: Path) -> None:
    [free, rain] = read(
        tmp_path, answers, '{"text": "is it free", "topic": "cost"}\n\n{"text": "rain?", "topic": "off_topic"}\n'
    )
    assert (free.text, free.topic, free.group, free.route, free.source) == (
        *("is it free", "cost", "getting_there", "faq"),
        "messages.jsonl:1",
    )
    assert (rain.source, rain.is_in_scope, free.is_in_scope) == ("messages.jsonl:3", False, True)


def test_messages_of_rasas_files_and_of_several_sources(tmp_path: Path, answers: Path) -> None:
    folder = tmp_path / "regression"
    folder.mkdir()
    told = "  metadata:\n    decision: hand_off\n    programme: cervical\n"
    (folder / "cost.yml").write_text(f"nlu:\n- intent: cost\n{told}  examples: |\n    - is it free\n", encoding="utf-8")
    more = tmp_path / "more.jsonl"
    more.write_text('{"text": "how much", "topic": "cost"}', encoding="utf-8")
    found = read_labelled([folder, more], TOPICS, answers)
    assert [(one.text, one.source) for one in found] == [("is it free", "cost.yml:7"), ("how much", "more.jsonl:1")]
    assert [(one.must, one.about) for one in found] == [("hand_off", "cervical"), (None, None)]


@pytest.mark.parametrize(
    ("told", "problem"),
    [("decision: reply", "reply is not a decision"), ("programme: prostate", "prostate is not a programme")],
)
def test_a_demand_that_there_is_not_is_named(tmp_path: Path, answers: Path, told: str, problem: str) -> None:
    folder = tmp_path / "regression"
    folder.mkdir()
    told = f"  metadata:\n    {told}\n"
    (folder / "cost.yml").write_text(f"nlu:\n- intent: cost\n{told}  examples: |\n    - is it free\n", encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        read_labelled([folder], TOPICS, answers)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ("[]", "is not an object with a text and a topic"),
        ('{"text": "x"}', "is not an object with a text and a topic"),
        ('{"text": 7, "topic": "cost"}', "is not an object with a text and a topic"),
        ('{"text": "x", "topic": "costs"}', "costs is not a topic"),
        ('{"text": " 😀 ", "topic": "cost"}', "without words"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, answers: Path, line: str, problem: str) -> None:
    with pytest.raises(DataError, match=rf"messages\.jsonl:2: .*{problem}"):
        read(tmp_path, answers, f'{{"text": "is it free", "topic": "cost"}}\n{line}\n')


def test_no_message_at_all_is_an_error(tmp_path: Path, answers: Path) -> None:
    with pytest.raises(DataError, match="holds no messages"):
        read(tmp_path, answers, "\n")
    with pytest.raises(DataError, match="cannot be read"):
        read_labelled([tmp_path / "gone.jsonl"], TOPICS, answers)


@pytest.mark.parametrize(("words", "length"), [(0, "short"), (4, "short"), (5, "medium"), (20, "medium"), (21, "long")])
def test_length(words: int, length: str) -> None:
    assert length_of(["word"] * words) == length


@pytest.mark.parametrize(
    ("words", "spelling"),
    [
        ("", "clean"),
        ("is it free", "clean"),
        ("it was 2nd 9am", "clean"),  # words with a digit are not judged
        ("does it hurt or is it free xx", "some slips"),  # one of eight
        ("does it hurt or is it xx", "many slips"),  # one of seven
        ("dz it hurt", "many slips"),
    ],
)
def test_spelling_by_the_share_of_unknown_words(words: str, spelling: str) -> None:
    known = set("is it free was does hurt or".split())
    assert spelling_of(words.split(), known.__contains__) == spelling


def test_the_word_list_is_british_and_knows_the_words_of_our_answers(answers: Path) -> None:
    words = english_words(answers)
    assert {"colour", "programme", "don't", "mammogram", "hpv", "colposcopy"} <= words
    assert not {"dont", "pls", "mamogram", "screaning"} & words


def test_a_curly_apostrophe_is_an_apostrophe(tmp_path: Path, answers: Path) -> None:
    [one] = read(tmp_path, answers, '{"text": "I don’t know", "topic": "cost"}')
    assert one.spelling == "clean"
