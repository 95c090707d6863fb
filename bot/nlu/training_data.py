"""`nlu_data/examples` and `nlu_data/regression`: Rasa NLU files, read for checking and evaluating."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.topics import Topics
from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml

FEWEST_EXAMPLES = 25
_MARKED = re.compile(r"\[([^\]]+)\]\(\w+\)")  # an entity as Rasa marks it
_WORDS = re.compile(r"\w+")
_PERSONAL = re.compile(
    r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b|\b0\d{9,10}\b|\S+@\S+\.\w+|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Example:
    """One message and the topic it is about."""

    topic: str
    text: str
    file: Path
    line: int

    @property
    def words(self) -> str:
        """The message without case, punctuation and spacing: the same for two spellings that differ in those."""
        return " ".join(_WORDS.findall(self.text.lower()))


def read_examples(folder: Path) -> list[Example]:
    """Every example of every intent below `folder`, in order."""
    return [example for file in sorted(folder.rglob("*.yml")) for example in _examples_of(file)]


def _examples_of(file: Path) -> Iterator[Example]:
    content = expect_mapping(read_yaml(file), file)
    for block in expect_list(content.get("nlu"), file):
        entry = expect_mapping(block, file)
        if "intent" not in entry:  # lookups and synonyms
            continue
        start = line_of(entry, "examples") or 1
        for number, line in enumerate(str(entry.get("examples") or "").split("\n"), start=start + 1):
            if text := _MARKED.sub(r"\1", line.strip().removeprefix("-").strip()):
                yield Example(str(entry["intent"]), text, file, number)


def problems(examples: list[Example], topics: Topics) -> Iterator[DataError]:
    """What must not go into a training run, each with its line."""
    first: dict[str, Example] = {}
    count: dict[str, int] = defaultdict(int)
    for example in examples:
        count[example.topic] += 1
        if example.topic not in topics:
            yield DataError(f"{example.topic} is not a topic of topics.yml", example.file, example.line)
        if not example.words:
            yield DataError("an example without words", example.file, example.line)
        if _PERSONAL.search(example.text):
            yield DataError("an example seems to hold personal data", example.file, example.line)
        twin = first.setdefault(example.words, example)
        if twin is not example:
            where = "in the same topic" if twin.topic == example.topic else f"in {twin.topic}"
            yield DataError(f"the same example stands at {twin.file}:{twin.line} {where}", example.file, example.line)
    for name in topics:
        if count[name] < FEWEST_EXAMPLES:
            yield DataError(f"the topic {name} has {count[name]} examples: {FEWEST_EXAMPLES} at least")
