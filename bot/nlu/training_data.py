"""`nlu_data/examples` and `nlu_data/regression`: Rasa NLU files, read for checking and evaluating."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.example_text import has_personal_data, without_marks, words_of
from bot.core.topics import Topics
from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml

FEWEST_EXAMPLES = 25


@dataclass(frozen=True)
class Example:
    """One message and the topic it is about.

    `decision` and `programme`: what the bot must decide on it, and about which programme, where the file says so.
    """

    topic: str
    text: str
    file: Path
    line: int
    decision: str | None = None
    programme: str | None = None

    @property
    def words(self) -> str:
        """The message without case, punctuation and spacing: the same for two spellings that differ in those."""
        return words_of(self.text)


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
        told = entry.get("metadata")
        told = told if isinstance(told, dict) else {}
        for number, line in enumerate(str(entry.get("examples") or "").split("\n"), start=start + 1):
            if text := without_marks(line.strip().removeprefix("-").strip()):
                yield Example(str(entry["intent"]), text, file, number, told.get("decision"), told.get("programme"))


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
        if has_personal_data(example.text):
            yield DataError("an example seems to hold personal data", example.file, example.line)
        twin = first.setdefault(example.words, example)
        if twin is not example:
            where = "in the same topic" if twin.topic == example.topic else f"in {twin.topic}"
            yield DataError(f"the same example stands at {twin.file}:{twin.line} {where}", example.file, example.line)
    for name in topics:
        if count[name] < FEWEST_EXAMPLES:
            yield DataError(f"the topic {name} has {count[name]} examples: {FEWEST_EXAMPLES} at least")
