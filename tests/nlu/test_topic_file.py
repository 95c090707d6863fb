"""`nlu_data/topics.yml`: what is read, and every mistake named with file and line."""

from pathlib import Path

import pytest

from bot.core.messages import Programme
from bot.core.topics import Topic
from bot.errors import DataError
from bot.nlu.topic_file import read_topics

GOOD = """\
# A comment first.
- name: cost
  group: getting_there
  numbers: [40, 41]
  route: faq
  programmes: []
  question: Is it free?
  button: Cost
- name: does_it_hurt
  group: feelings
  route: faq
  programmes: [breast, cervical]
  question: Does it hurt?
  button: Does it hurt
"""


def read(tmp_path: Path, text: str | bytes) -> list[Topic]:
    file = tmp_path / "topics.yml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_topics(file).values())


def test_topics_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == [
        Topic("cost", "getting_there", "faq", (), "Is it free?", "Cost", (40, 41)),
        Topic(
            "does_it_hurt",
            "feelings",
            "faq",
            (Programme.BREAST, Programme.CERVICAL),
            "Does it hurt?",
            "Does it hurt",
        ),
    ]


def test_a_button_may_have_twenty_characters(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("button: Cost", "button: " + "x" * 20))[0].button == "x" * 20


MISTAKES = {
    "no name": ("- name: cost\n  group", "- group", 2, "name is missing"),
    "an empty name": ("name: cost", "name: ''", 2, "name is missing"),
    "no route": ("  route: faq\n  programmes: []\n", "", 2, "route is missing"),
    "no question": ("  question: Is it free?\n", "", 2, "question is missing"),
    "no group": ("  group: feelings\n", "", 9, "group is missing"),
    "a blank button": ("button: Cost", "button:", 2, "button is missing"),
    "an unknown route": ("route: faq", "route: chat", 5, "the route chat is none of faq"),
    "a long button": ("button: Cost", "button: " + "x" * 21, 8, "the button is longer than 20 characters"),
    "an unknown test": ("[breast, cervical]", "[breast, prostate]", 12, "prostate is not a programme"),
    "a test without brackets": ("[breast, cervical]", "breast", 12, "programmes is not a list of words"),
    "a number as tests": ("[breast, cervical]", "5", 12, ""),
    "tests in two brackets": ("[breast, cervical]", "[[breast]]", 12, "programmes is not a list of words"),
    "numbers in words": ("[40, 41]", "[forty]", 4, ""),
    "a number without brackets": ("[40, 41]", "40", 4, ""),
    "the same topic twice": ("name: does_it_hurt", "name: cost", 9, "the topic cost stands twice"),
    "the same field twice": ("  numbers: [40, 41]\n", "  group: again\n", 4, "is not valid YAML"),
    "a bracket that stays open": ("[breast, cervical]", "[breast, cervical", 13, "is not valid YAML"),
    "a tab": ("  group: feelings", "\tgroup: feelings", 10, "is not valid YAML"),
    "an entry that is only words": (GOOD, "- cost\n", None, "an entry is not"),
    "no list": (GOOD, "name: cost\n", 1, "does not hold a list"),
    "nothing": (GOOD, "", None, "does not hold a list"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_and_line(mistake: str, tmp_path: Path) -> None:
    old, new, line, problem = MISTAKES[mistake]
    assert old in GOOD
    with pytest.raises(DataError) as found:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert found.value.file == tmp_path / "topics.yml"
    assert found.value.line == line
    assert problem in found.value.problem


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"topics\.yml: is not UTF-8 text"):
        read(tmp_path, b"- name: \xff\xfe\n")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"topics\.yml: cannot be read \(FileNotFoundError\)"):
        read_topics(tmp_path / "topics.yml")


def test_an_error_reads_as_file_line_problem(tmp_path: Path) -> None:
    with pytest.raises(DataError) as found:
        read(tmp_path, GOOD.replace("route: faq", "route: chat", 1))
    assert str(found.value).startswith(f"{tmp_path}/topics.yml:5: cost: the route chat")
