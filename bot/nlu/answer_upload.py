"""Answers of a file that somebody sends: everything that can be read, and everything that is wrong, by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.core.lint.finding import Finding, Severity
from bot.core.messages import Nation
from bot.core.topics import Topics
from bot.errors import DataError
from bot.nlu import answer_csv
from bot.nlu.answer_files import Place, WrittenAnswer, lint, read_answer, refuse_second
from bot.yaml_files import expect_list, expect_mapping, line_of, parse_yaml

ENDINGS = (".yml", ".yaml", ".csv")


@dataclass(frozen=True)
class Wrong:
    """What is wrong on one line of the file. Line 0: with the whole file."""

    line: int
    problem: str


@dataclass(frozen=True)
class Read:
    """The answers in the order of the file, and what is wrong by line; an answer may be read and yet be wrong."""

    answers: tuple[WrittenAnswer, ...]
    wrong: tuple[Wrong, ...]


def read_upload(text: str, name: str, topics: Topics) -> Read:
    """Read a YAML file or a table, by the ending of its name. Never raises for what stands in it."""
    file = Path(Path(name).name)
    answers: list[WrittenAnswer] = []
    wrong: list[Wrong] = []
    seen: dict[tuple[str, str, Nation, str], WrittenAnswer] = {}
    try:
        for line, entry in _entries(text.replace("\r\n", "\n"), file):
            try:
                answer = read_answer(_plain(entry, file, line), file, topics)
                answer = replace(answer, line=line or answer.line)
                refuse_second(answer, seen)
                answers.append(answer)
                wrong += [Wrong(line or place.line, _said(place.finding)) for place in _errors(answer)]
            except DataError as error:
                wrong.append(Wrong(error.line or line or 0, error.problem))
    except DataError as error:
        wrong.append(Wrong(error.line or 0, error.problem))
    return Read(tuple(answers), tuple(sorted(wrong, key=lambda one: one.line)))


def _entries(text: str, file: Path) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
    """Each entry; a row of a table with its line, which entries of YAML know themselves."""
    if file.suffix.casefold() not in ENDINGS:
        raise DataError(f"the name must end in {', '.join(ENDINGS)}")
    if file.suffix.casefold() == ".csv":
        yield from answer_csv.entries(text, file)
        return
    for raw in expect_list(parse_yaml(text, file), file):
        yield None, expect_mapping(raw, file)


def _plain(entry: Mapping[str, Any], file: Path, line: int | None) -> Mapping[str, Any]:
    """Refuse values within values: they have no place here, and can be made to grow without end when written out."""
    for name, value in entry.items():
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(part, list | dict) for part in parts):
            raise DataError(f"{name} is neither a text nor a list of texts", file, line or line_of(entry, name))
    return entry


def _errors(answer: WrittenAnswer) -> Iterator[Place]:
    return (place for place in lint([answer]) if place.finding.severity is Severity.ERROR)


def _said(finding: Finding) -> str:
    return f"{finding.rule}: {finding.problem}"
