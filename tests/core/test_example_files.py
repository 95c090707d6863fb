"""Files of examples and topics, cut up and put together again."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import topic_entries
from bot.core.example_files import Block, Line, edited, new_opening, parse, render, usual
from bot.core.topics import Topic
from bot.errors import DataError
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import read_examples
from tests.rules.project import PROJECT, name_of

DATA = PROJECT / "nlu_data"
FILES = [*sorted((DATA / "examples").rglob("*.yml")), *sorted((DATA / "regression").rglob("*.yml"))]
WRITTEN = """\
# How people ask.
version: "3.1"
nlu:  # all of it
# about booking
- intent: book
  examples: |
      - how do I book

      -  two  spaces
- lookup: programme
  examples: |
    - smear
- intent: who_is_invited  # and who is not
  metadata:
    decision: answer
  examples: |
    - am I [breast](programme) due
# the end"""


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_that_nobody_changed_comes_out_byte_for_byte(file: Path) -> None:
    text = file.read_bytes().decode()
    assert render(parse(text, file.name)) == text


@pytest.mark.parametrize("folder", ["examples", "regression"])
def test_the_lines_are_the_examples_that_rasas_files_hold(folder: str) -> None:
    cut = {file: parse(file.read_bytes().decode(), file.name) for file in FILES if file.is_relative_to(DATA / folder)}
    lines = [
        (block.topic, line.text, file, line.number)
        for file, parts in cut.items()
        for block in parts.blocks
        for line in block.lines
    ]
    assert lines == [(one.topic, one.text, one.file, one.line) for one in read_examples(DATA / folder)]


@pytest.mark.parametrize("text", [WRITTEN, WRITTEN + "\n", WRITTEN.replace("\n", "\r\n")])
def test_an_unusual_file_comes_out_byte_for_byte_too(text: str, tmp_path: Path) -> None:
    cut = parse(text, "odd.yml")
    assert render(cut) == text
    (tmp_path / "odd.yml").write_bytes(text.encode())
    read = [(one.topic, one.text, one.decision) for one in read_examples(tmp_path)]
    assert read == [(block.topic, line.text, block.decision) for block in cut.blocks for line in block.lines]
    assert [one[2] for one in read] == [None, None, "answer"]


def test_a_changed_line_keeps_the_blank_line_before_it() -> None:
    first = parse(WRITTEN, "odd.yml").blocks[0]
    last = first.lines[1]
    assert last.written == "\n      -  two  spaces\n"
    assert edited(last.written, "one space", first.indent) == "\n" + usual("one space", 6)
    assert edited(first.lines[0].written, "how", first.indent) is None


def test_a_block_without_examples_goes_and_its_remarks_stay() -> None:
    cut = parse(WRITTEN, "odd.yml")
    rest = replace(cut, blocks=(replace(cut.blocks[0], lines=()), cut.blocks[1]))
    assert "- intent: book" not in render(rest)
    assert "# about booking\n- lookup: programme" in render(rest)
    nothing = replace(cut, blocks=(Block("book", None, "\n", new_opening("book", None), 4, ()),), tail="")
    assert render(nothing) == ""


def test_what_is_added_after_a_last_line_without_an_end_stands_on_its_own() -> None:
    cut = parse("nlu:\n- intent: book\n  examples: |\n    - last", "odd.yml")
    more = replace(cut, blocks=(replace(cut.blocks[0], lines=(*cut.blocks[0].lines, Line("new"))),))
    assert render(more).endswith("    - last\n    - new\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("version: '3.1'\n", "has no line `nlu:`"),
        (
            "nlu:\n- intent: book\n  examples:\n  - text: hello\n",
            "odd.yml:2: the intent book has no line `examples: |`",
        ),
        ("nlu:\n- intent: book\n  examples: |\n    hello\n", "odd.yml:4: an example does not begin with a dash"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem.replace("|", r"\|")):
        parse(text, "odd.yml")


def test_the_topics_come_out_byte_for_byte() -> None:
    text = (DATA / "topics.yml").read_bytes().decode()
    cut = topic_entries.cut(text, "topics.yml")
    assert topic_entries.join(cut) == text
    topics = read_topics(DATA / "topics.yml")
    assert [entry.name for entry in cut.entries] == list(topics)
    assert [topic_entries.new_entry(topics[entry.name]) for entry in cut.entries] == [
        entry.written for entry in cut.entries
    ]


def test_only_the_lines_of_what_changed_in_a_topic_change(tmp_path: Path) -> None:
    written = "- name: cost # money\n  group: 'other'\n  numbers: [ 4 ]\n  route: faq\n  programmes: []\n"
    written += "  question: What does it cost?\n  button: Cost\n"
    (tmp_path / "topics.yml").write_text(written)
    [topic] = read_topics(tmp_path / "topics.yml").values()
    after = replace(topic, question='Is it "free": yes or no?')
    changed = topic_entries.edited(written, topic, after)
    assert changed == written.replace("What does it cost?", r'"Is it \"free\": yes or no?"')
    (tmp_path / "topics.yml").write_text(changed)
    assert list(read_topics(tmp_path / "topics.yml").values()) == [after]
    assert topic_entries.edited(written, topic, topic) == written


@pytest.mark.parametrize("button", ["No", "null", "12", "a: b", "- x", "# x", "“Quoted”", "back\\slash", "*x", "Yes?"])
def test_a_new_topic_is_read_back_as_it_was(button: str, tmp_path: Path) -> None:
    topic = Topic("cost", "other", "faq", (), "What does it cost?", button, (1, 2))
    (tmp_path / "topics.yml").write_text(topic_entries.new_entry(topic), encoding="utf-8")
    assert list(read_topics(tmp_path / "topics.yml").values()) == [topic]


def test_the_intents_follow_the_topics() -> None:
    domain = "version: '3.1'\nintents:\n- cost  # money\n- book\nsession: 1\n"
    assert topic_entries.with_intents(domain, ["cost", "book"]) == domain
    assert topic_entries.with_intents(domain, ["new", "cost"]) == domain.replace("- cost", "- new\n- cost").replace(
        "- book\n", ""
    )
    with pytest.raises(DataError, match="has no line `intents:`"):
        topic_entries.with_intents("version: 1\n", ["cost"])
