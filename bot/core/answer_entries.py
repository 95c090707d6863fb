"""The text of a file of answers, entry by entry: only the lines of what changed come out changed.

# a remark                  the head, up to the first entry
- topic: book               an entry: its values, each with the lines that follow it
  text: |-
    How to book.

- topic: cost               what stands between two entries goes before the later one
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.core.text_lines import ended, lines_of
from bot.errors import DataError

_START = re.compile(r"-\s+\w+:")
_VALUE = re.compile(r"[\s-]*(\w+):")


@dataclass(frozen=True)
class Entry:
    """One answer's lines: `before` are the blank lines and remarks above it. `line`: where it begins."""

    before: str
    written: str
    line: int


@dataclass(frozen=True)
class AnswerFile:
    """A file, cut up."""

    head: str
    entries: tuple[Entry, ...]
    tail: str


def cut(text: str, name: str) -> AnswerFile:
    """Cut up the file. Raises DataError naming `name` and the line where it has another shape."""
    lines = lines_of(text)
    starts = [number for number, line in enumerate(lines) if _START.match(line)]
    for number, line in enumerate(lines[: starts[0]] if starts else lines, start=1):
        if line.strip() and not line.startswith("#"):
            raise DataError("is not a line of an answer: each begins with `- topic:`", name, number)
    entries, before = [], ""
    for start, after in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = _end(lines, start, after)
        entries.append(Entry(before, "".join(lines[start:end]), start + 1))
        before = "".join(lines[end:after])
    return AnswerFile("".join(lines[: starts[0]] if starts else lines), tuple(entries), before)


def _end(lines: list[str], start: int, after: int) -> int:
    """The line after the last one that is a part of the entry: indented, with something on it."""
    inside = [number for number in range(start, after) if lines[number].strip() and not lines[number].startswith("#")]
    return inside[-1] + 1


def join(file: AnswerFile) -> str:
    """The file's text; empty where no answer is left in it."""
    if not file.entries:
        return ""
    parts = [file.head]
    for number, entry in enumerate(file.entries):
        is_gap_at_the_top = number == 0 and not entry.before.strip()
        parts += ["" if is_gap_at_the_top else entry.before, entry.written]
    parts = [part for part in (*parts, file.tail) if part]
    return "".join(ended(parts[:-1])) + parts[-1]


def without(entry: Entry) -> str:
    """What stays of an entry that is taken out: the remarks above it, where there are any."""
    return entry.before if entry.before.strip() else ""


def edited(written: str, anew: str, changed: Collection[str]) -> str:
    """An entry's lines after the values of these names changed; `anew` is the whole entry as it would be written.

    Remarks below a value stay.
    """
    fresh = dict(_values(anew))
    parts = []
    for name, lines in _values(written):
        if name in changed:
            begin = _VALUE.match(lines)
            assert begin  # `_values` found it
            dash = "- " if lines.startswith("-") else "  "
            parts.append(dash + fresh.pop(name)[2:] + _remarks(lines))
        else:
            fresh.pop(name, None)
            parts.append(lines)
    parts += [lines for name, lines in fresh.items() if name in changed]
    return "".join(ended(parts))


def _values(written: str) -> Iterator[tuple[str, str]]:
    """Each value's name and lines, in order."""
    lines = lines_of(written)
    outside = len(lines[0]) - len(lines[0][1:].lstrip())  # how far the names of values are indented
    name, part = "", ""
    for number, line in enumerate(lines):
        found = _VALUE.match(line)
        if found and (number == 0 or len(line) - len(line.lstrip()) == outside):
            if part:
                yield name, part
            name, part = found[1], ""
        part += line
    yield name, part


def _remarks(lines: str) -> str:
    """The remarks and blank lines at the end of a value's lines."""
    found = lines_of(lines)
    kept: list[str] = []
    for line in reversed(found[1:]):
        is_remark = line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= 2  # deeper: words of a text
        if line.strip() and not is_remark:
            break
        kept.insert(0, line)
    return "".join(kept) if any(line.strip() for line in kept) else ""
