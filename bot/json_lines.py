"""Reading JSON Lines files, with errors that name file and line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import DataError


def read_json_lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Each line's number, from 1, and its value; blank lines are passed over. Raises DataError."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise DataError(f"cannot be read ({type(error).__name__})", file) from None
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", file) from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _value(line, file, number)


def _value(line: str, file: Path, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise DataError("is not JSON", file, number) from None
