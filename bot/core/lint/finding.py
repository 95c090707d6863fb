"""What the lint finds, and the text as its rules read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LINK = re.compile(r"https?://\S+")
_FACT = re.compile(r"\{\w+\}")
_SENTENCE_ENDS = re.compile(r"(?<=[.?!:])\s+")


class Severity(StrEnum):
    ERROR = "error"  # such a text is not taken in and cannot be approved
    WARNING = "warning"  # a person looks at it; never refused for it alone


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a text. The text's first line is line 1."""

    rule: str
    severity: Severity
    line: int
    problem: str


def error(rule: str, line: int, problem: str) -> Finding:
    return Finding(rule, Severity.ERROR, line, problem)


def warning(rule: str, line: int, problem: str) -> Finding:
    return Finding(rule, Severity.WARNING, line, problem)


def spoken(text: str) -> str:
    """The words that are read aloud: without addresses, and with a word where a fact of the practice goes."""
    return _FACT.sub("fact", LINK.sub("", text))


def spoken_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line's number and the words of it that are read aloud."""
    return enumerate(spoken(text).splitlines(), start=1)


def sentences(line: str) -> list[str]:
    """The sentences of one line; what stands before a colon counts as one."""
    return [sentence for sentence in _SENTENCE_ENDS.split(line) if sentence.strip()]
