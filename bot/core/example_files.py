"""A file of examples, line by line: what is not touched comes out again exactly as it went in.

A YAML library would move comments and fold lines. Rasa's files of examples have one simple shape, so they are cut at
their lines instead:

    version: "3.1"                  head, up to `nlu:`
    nlu:
    # a remark                      before a block: comments, blank lines, lookups, synonyms
    - intent: book                  the block's opening, up to `examples: |`
      examples: |
        - how do I book a smear     its lines
    - synonym: breast               tail
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from bot.core.example_text import without_marks
from bot.core.text_lines import ended, lines_of
from bot.errors import DataError

_LIST = re.compile(r"nlu:\s*(#.*)?$")
_INTENT = re.compile(r"\s*-\s+intent:\s*([\w/.-]+)\s*(#.*)?$")
_EXAMPLES = re.compile(r"(\s+)examples:\s*\|[+-]?\s*(#.*)?$")
_TOLD = re.compile(r"\s+(decision|programme):\s*(\w+)\s*(#.*)?$")
NEW_HEAD = 'version: "3.1"\nnlu:\n'
INDENT = 4  # spaces before the dash of an example


@dataclass(frozen=True)
class Line:
    """One example. `written`: how it stands in the file, with blank lines before it, where that is not the usual."""

    text: str
    written: str | None = None
    number: int | None = None

    def rendered(self, indent: int) -> str:
        return self.written if self.written is not None else usual(self.text, indent)


@dataclass(frozen=True)
class Block:
    """Examples of one topic. `decision` and `programme`: what the bot must decide on each, where a file says so."""

    topic: str
    decision: str | None
    before: str
    opening: str
    indent: int
    lines: tuple[Line, ...]
    programme: str | None = None


@dataclass(frozen=True)
class ExampleFile:
    """A whole file, cut up."""

    head: str
    blocks: tuple[Block, ...]
    tail: str


def usual(text: str, indent: int) -> str:
    """The line of an example as people write it."""
    return f"{' ' * indent}- {text}\n"


def new_opening(topic: str, decision: str | None, programme: str | None = None) -> str:
    """How a block begins that was not in any file yet."""
    told = f"  metadata:\n    decision: {decision}\n" if decision else ""
    told += f"    programme: {programme}\n" if told and programme else ""
    return f"- intent: {topic}\n{told}  examples: |\n"


def edited(written: str | None, text: str, indent: int) -> str | None:
    """How a line is written after its text changed: blank lines before it stay."""
    before = "".join(lines_of(written or "")[:-1])
    return before + usual(text, indent) if before else None


def render(file: ExampleFile) -> str:
    """The file's text; empty where nothing is left in it. A block without examples is left out, its remarks stay."""
    parts = []
    for block in file.blocks:
        if block.lines:
            parts += [block.before, block.opening, *(line.rendered(block.indent) for line in block.lines)]
        elif block.before.strip():
            parts.append(block.before)
    parts = [part for part in (*parts, file.tail) if part]
    if not any(part.strip() for part in parts):
        return ""
    in_lines = ended(part for part in (file.head, *parts)[:-1] if part)
    return "".join(in_lines) + parts[-1]


def parse(text: str, name: str) -> ExampleFile:
    """Cut up a file. Raises DataError naming `name` and the line where it has another shape."""
    return _Cutter(text, name).cut()


class _Cutter:
    """Goes through the lines once."""

    def __init__(self, text: str, name: str) -> None:
        self.lines = lines_of(text)
        self.name, self.at = name, 0

    def cut(self) -> ExampleFile:
        head = self._until(_LIST)
        if self.at == len(self.lines):
            raise DataError("has no line `nlu:`", self.name)
        head += self._take()
        blocks = []
        before = self._until(_INTENT)
        while self.at < len(self.lines):
            blocks.append(self._block(before))
            before = self._until(_INTENT)
        return ExampleFile(head, tuple(blocks), before)

    def _take(self) -> str:
        self.at += 1
        return self.lines[self.at - 1]

    def _until(self, pattern: re.Pattern[str]) -> str:
        """The lines before the next that fits, which is not taken."""
        found = list(takewhile(lambda line: not pattern.match(line), self.lines[self.at :]))
        self.at += len(found)
        return "".join(found)

    def _block(self, before: str) -> Block:
        start = self.at
        intent, opening = _INTENT.match(self.lines[start]), self._take()
        told: dict[str, str] = {}
        assert intent  # `_until` stopped here
        while self.at < len(self.lines) and not _EXAMPLES.match(self.lines[self.at]):
            if _INTENT.match(self.lines[self.at]):
                break
            if said := _TOLD.match(self.lines[self.at]):
                told[said[1]] = said[2]
            opening += self._take()
        key = _EXAMPLES.match(self.lines[self.at]) if self.at < len(self.lines) else None
        if key is None:
            raise DataError(f"the intent {intent[1]} has no line `examples: |`", self.name, start + 1)
        opening += self._take()
        raw = list(self._raw_lines(len(key[1])))
        indent = _width(_last_line(raw[0][1])) if raw else len(key[1]) + 2
        lines = tuple(_line(number, text, indent) for number, text in raw)
        return Block(intent[1], told.get("decision"), before, opening, indent, lines, told.get("programme"))

    def _raw_lines(self, outside: int) -> Iterator[tuple[int, str]]:
        """Each example's number and raw text, with the blank lines before it; those at the end are left."""
        while True:
            blank = len(list(takewhile(lambda line: not line.strip(), self.lines[self.at :])))
            here = self.at + blank
            if here >= len(self.lines) or _width(self.lines[here]) <= outside:
                return
            if not self.lines[here].lstrip().startswith("-"):
                raise DataError("an example does not begin with a dash", self.name, here + 1)
            yield here + 1, "".join(self.lines[self.at : here + 1])
            self.at = here + 1


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())


def _last_line(raw: str) -> str:
    lines = lines_of(raw)
    return lines[-1]


def _line(number: int, raw: str, indent: int) -> Line:
    text = without_marks(_last_line(raw).strip().removeprefix("-").strip())
    return Line(text, None if raw == usual(text, indent) else raw, number)
