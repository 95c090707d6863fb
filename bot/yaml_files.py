"""Reading the YAML files that people edit, with errors that name file and line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.errors import DataError


def read_yaml(file: Path) -> Any:
    """The file's content with ruamel's line numbers kept. Raises DataError."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot be read ({type(error).__name__})", file) from None
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", file) from None
    return parse_yaml(text, file)


def parse_yaml(text: str, file: Path) -> Any:
    """The same of a text that came from `file`. Raises DataError."""
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError(f"is not valid YAML: {error.problem}", file, mark.line + 1 if mark else None) from None
    except YAMLError:
        raise DataError("is not valid YAML", file) from None
    except ValueError as error:  # a date that no calendar has, a number that is none
        raise DataError(f"is not valid YAML: {error}", file) from None


def line_of(node: Any, key: str | int | None = None) -> int | None:
    """The line on which a mapping, a list or one of its entries stands."""
    marks = getattr(node, "lc", None)
    if marks is None:
        return None
    if key is not None and key in (marks.data or {}):
        return int(marks.data[key][0]) + 1
    return int(marks.line) + 1


def expect_list(value: Any, file: Path) -> Sequence[Any]:
    """`value` as a list of entries, or DataError."""
    if not isinstance(value, list):
        raise DataError("does not hold a list", file, line_of(value))
    return value


def expect_mapping(value: Any, file: Path, line: int | None = None) -> Mapping[str, Any]:
    """`value` as named values, or DataError."""
    if not isinstance(value, dict):
        raise DataError("an entry is not `name: value` lines", file, line or line_of(value))
    return value


def words_of(entry: Mapping[str, Any], name: str, file: Path) -> list[str]:
    """A list of words or short texts that may be absent, or DataError."""
    value = entry.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str | int) for each in value):
        raise DataError(f"{name} is not a list of words", file, line_of(entry, name))
    return [str(each) for each in value]


def text_of(entry: Mapping[str, Any], name: str, file: Path) -> str:
    """A text that must be there, or DataError."""
    value = entry.get(name)
    if value is None or not str(value).strip():
        raise DataError(f"{name} is missing", file, line_of(entry))
    return str(value).strip()
