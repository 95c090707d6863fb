"""Answers from the database into YAML files as people edit them; `bot.nlu.answer_files` reads them back the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from bot.core.messages import Nation
from bot.errors import DataError

ENDINGS = (".yml", ".yaml")


@dataclass(frozen=True)
class Exported:
    """One answer to write. `file` names the file in a folder; `remark` says in a comment what a file cannot keep."""

    file: str
    remark: str
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


def write_answers(answers: Sequence[Exported], target: Path) -> list[Path]:
    """Write one file, where `target` ends like one, or a folder with several. Returns the files. Raises DataError."""
    by_file: dict[Path, list[Exported]] = {}
    for answer in answers:
        file = target if target.suffix in ENDINGS else target / f"{answer.file}.yml"
        by_file.setdefault(file, []).append(answer)
    try:
        for file, some in by_file.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_name(f"{file.name}.part")
            unfinished.write_text(as_yaml(some), encoding="utf-8")
            unfinished.replace(file)
    except OSError as error:
        raise DataError(f"cannot be written ({type(error).__name__})", target) from None
    return list(by_file)


def as_yaml(answers: Iterable[Exported]) -> str:
    """The text of one file."""
    yaml = YAML(typ="rt")
    yaml.width = 100_000  # a line is folded where its author folded it
    yaml.indent(mapping=2, sequence=4, offset=2)
    parts = []
    for answer in answers:
        stream = StringIO()
        yaml.dump(_entry(answer), stream)
        head, *rest = stream.getvalue().splitlines()
        lines = [f"- {head}", *(f"  {line}" if line else "" for line in rest)]
        parts.append("\n".join([*([f"# {answer.remark}"] if answer.remark else []), *lines]))
    return "\n\n".join(parts) + "\n"


def _entry(answer: Exported) -> CommentedMap:
    nations = CommentedSeq(str(nation) for nation in answer.nations)
    nations.fa.set_flow_style()
    values: dict[str, Any] = {
        "topic": answer.topic,
        "programme": answer.programme,
        "nations": nations,
        "language": answer.language,
        "text": LiteralScalarString(answer.text) if _fits_a_block(answer.text) else _plain(answer.text),
        "sources": [_plain(source) for source in answer.sources],
        "owner": _plain(answer.owner),
        "status": answer.status,
        "reviewed": answer.reviewed,
        "review_by": answer.review_by,
    }
    return CommentedMap(values)


def _plain(text: str) -> str:
    """In quotes with escapes where a character could be lost: rare line ends, control characters."""
    return text if text.isprintable() else DoubleQuotedScalarString(text)


def _fits_a_block(text: str) -> bool:
    """Whether every line can stand in the file as it is."""
    lines = text.split("\n")
    return all(line == line.rstrip() and line.isprintable() for line in lines) and not text.startswith((" ", "\n"))
