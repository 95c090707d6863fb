"""Messages whose topic a person has stated: from Rasa's YAML files or from JSON Lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.messages import DecisionKind, Programme
from bot.core.topics import Topics
from bot.errors import DataError
from bot.json_lines import read_json_lines
from bot.nlu.evaluation.spelling import english_words, spelling_of
from bot.nlu.training_data import Example, read_examples

SHORT, MEDIUM = 4, 20  # words; more than MEDIUM is long
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Labelled:
    """One message, the topic that a person gave it, and the classes by which results are shown."""

    text: str
    topic: str
    group: str  # of its topic
    route: str  # of its topic
    length: str  # short, medium, long
    spelling: str  # clean, some slips, many slips
    source: str  # file and line
    must: str | None = None  # what must be decided on it, by the name of a kind; None: what its topic's route says
    about: str | None = None  # the programme that must be decided about, by its name; None: it does not matter

    @property
    def is_in_scope(self) -> bool:
        return self.route != "out_of_scope"


def read_labelled(sources: Sequence[Path], topics: Topics, answers: Path) -> list[Labelled]:
    """Every message of the sources: folders of Rasa's YAML files, or JSON Lines of {"text", "topic"}.

    `answers` is the folder of the approved texts, whose words count as spelt right. Raises DataError naming the
    line, also where a topic is unknown or the sources hold no message at all.
    """
    known = english_words(answers)
    labelled = [
        label(example, topics, known.__contains__) for source in sources for example in _examples(source, topics)
    ]
    if not labelled:
        raise DataError("holds no messages", ", ".join(str(source) for source in sources))
    return labelled


def label(example: Example, topics: Topics, is_word: Callable[[str], bool]) -> Labelled:
    """An example with the classes it belongs to. `is_word` says whether a word in small letters is spelt right."""
    words = [word.replace("’", "'").lower() for word in _WORDS.findall(example.text)]
    return Labelled(
        text=example.text,
        topic=example.topic,
        group=topics[example.topic].group,
        route=topics.route(example.topic),
        length=length_of(words),
        spelling=spelling_of(words, is_word),
        source=f"{example.file.name}:{example.line}",
        must=example.decision,
        about=example.programme,
    )


def length_of(words: Sequence[str]) -> str:
    """`short` up to 4 words, `medium` up to 20, else `long`."""
    return "short" if len(words) <= SHORT else "medium" if len(words) <= MEDIUM else "long"


def _examples(source: Path, topics: Topics) -> Iterator[Example]:
    for example in read_examples(source) if source.is_dir() else _from_json_lines(source):
        if example.topic not in topics:
            raise DataError(f"{example.topic} is not a topic of topics.yml", example.file, example.line)
        if not example.words:
            raise DataError("a message without words: no model reads it", example.file, example.line)
        if example.decision not in (None, *DecisionKind):
            raise DataError(f"{example.decision} is not a decision", example.file, example.line)
        if example.programme not in (None, *Programme):
            raise DataError(f"{example.programme} is not a programme", example.file, example.line)
        yield example


def _from_json_lines(file: Path) -> Iterator[Example]:
    for number, row in read_json_lines(file):
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("text", "topic")):
            raise DataError("is not an object with a text and a topic", file, number)
        yield Example(row["topic"], row["text"], file, number)
