"""`nlu_data/answers/*.yml`: the starter answers as people edit them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from bot.core.answer_lifecycle import LONGEST_REVIEW
from bot.core.answers import ANY
from bot.core.lint.answer import lint_answer
from bot.core.lint.finding import Finding
from bot.core.lint.links import links_in
from bot.core.messages import Nation, Programme
from bot.core.practice import field_problem
from bot.core.topics import Topics
from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml, text_of, words_of

LANGUAGES = ("en",)
STATUSES = ("sample", "draft")  # a file cannot approve: that takes a second named person
_PROGRAMMES = frozenset((*Programme, ANY))
_NATIONS = frozenset(Nation)


@dataclass(frozen=True)
class WrittenAnswer:
    """One answer as a file holds it, before it has a version."""

    topic: str
    programme: str
    nations: tuple[Nation, ...]
    language: str
    text: str
    sources: tuple[str, ...]
    owner: str
    status: str
    reviewed: date
    review_by: date
    file: Path
    line: int
    text_line: int = field(default=1, compare=False)  # where the text's own first line stands

    def links(self) -> list[str]:
        """Every address in its text and among its sources."""
        return [link for text in (self.text, *self.sources) for link in links_in(text)]


def read_answers(place: Path, topics: Topics) -> list[WrittenAnswer]:
    """Every answer of a folder or of one file. Raises DataError for the first that is wrong."""
    answers: list[WrittenAnswer] = []
    seen: dict[tuple[str, str, Nation, str], WrittenAnswer] = {}
    for answer in _all(place, topics):
        refuse_second(answer, seen)
        answers.append(answer)
    return answers


def refuse_second(answer: WrittenAnswer, seen: dict[tuple[str, str, Nation, str], WrittenAnswer]) -> None:
    """Note an answer among those that were read. Raises DataError where one answers the same question already."""
    for nation in answer.nations:
        key = (answer.topic, answer.programme, nation, answer.language)
        if first := seen.get(key):
            stands_at = f"{first.file}:{first.line}"
            raise DataError(
                f"{answer.topic} for {answer.programme} in {nation} stands at {stands_at} too",
                answer.file,
                answer.line,
            )
        seen[key] = answer


def _all(place: Path, topics: Topics) -> Iterator[WrittenAnswer]:
    files = sorted(place.glob("*.yml")) if place.is_dir() else [place]
    if not files:
        raise DataError("holds no answers", place)
    for file in files:
        for raw in expect_list(read_yaml(file), file):
            yield read_answer(expect_mapping(raw, file), file, topics)


def read_answer(entry: Any, file: Path, topics: Topics) -> WrittenAnswer:
    """One entry of a file as an answer. Raises DataError, with a line where the entry knows its lines."""
    topic = text_of(entry, "topic", file)
    programme = text_of(entry, "programme", file)
    nations, sources = words_of(entry, "nations", file), words_of(entry, "sources", file)
    language = text_of(entry, "language", file)
    text = text_of(entry, "text", file)
    status = text_of(entry, "status", file)
    reviewed, review_by = entry.get("reviewed"), entry.get("review_by")
    problems = {
        "topic": topic not in topics and f"{topic} is not a topic of topics.yml",
        "programme": programme not in _PROGRAMMES and f"{programme} is not a programme",
        "nations": (not nations or not _NATIONS.issuperset(nations)) and "nations is empty or names an unknown one",
        "text": field_problem(text),
        "sources": not sources and "an answer needs a source",
        "language": language not in LANGUAGES and f"the language {language} is none of {', '.join(LANGUAGES)}",
        "status": status not in STATUSES and f"the status {status} is none of {', '.join(STATUSES)}",
        "review_by": review_problem(reviewed, review_by),
    }
    for name, problem in problems.items():
        if problem:
            raise DataError(f"{topic}: {problem}", file, line_of(entry, name))
    assert isinstance(reviewed, date)  # review_problem says so
    assert isinstance(review_by, date)
    return WrittenAnswer(
        topic=topic,
        programme=programme,
        nations=tuple(Nation(nation) for nation in nations),
        language=language,
        text=text,
        sources=tuple(sources),
        owner=text_of(entry, "owner", file),
        status=status,
        reviewed=reviewed,
        review_by=review_by,
        file=file,
        line=line_of(entry) or 1,
        text_line=_first_line(entry),
    )


def _first_line(entry: Any) -> int:
    if not hasattr(entry, "lc"):
        return 1
    line, _ = entry.lc.value("text")
    in_a_block = isinstance(entry["text"], LiteralScalarString | FoldedScalarString)  # they start below their mark
    return int(line) + (2 if in_a_block else 1)


def review_problem(reviewed: object, review_by: object) -> str | None:
    """What is wrong with the two dates of an answer; None where nothing is."""
    if type(reviewed) is not date or type(review_by) is not date:  # a moment is a date too, and cannot be compared
        return "reviewed and review_by must be dates such as 2026-11-23"
    if not timedelta() < review_by - reviewed <= LONGEST_REVIEW:
        return "review_by must be within 12 months after reviewed"
    return None


@dataclass(frozen=True)
class Place:
    """One finding of the lint in a file."""

    file: Path
    line: int
    finding: Finding

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.finding.severity}: {self.finding.rule}: {self.finding.problem}"


def lint(answers: Iterable[WrittenAnswer]) -> Iterator[Place]:
    """What the lint finds in answers, with file and line."""
    for answer in answers:
        for finding in lint_answer(answer.text, answer.programme):
            yield Place(answer.file, answer.text_line + finding.line - 1, finding)
