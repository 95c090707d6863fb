"""Answers as a table for a spreadsheet, and back without loss.

A spreadsheet runs a cell that begins like a formula, so such a cell gets an apostrophe in front, which reading takes
off again.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.nlu.answer_writing import Exported

COLUMNS = ("topic", "programme", "nations", "language", "text", "sources", "owner", "status", "reviewed", "review_by")
LISTS = ("nations", "sources")
DATES = ("reviewed", "review_by")
# Also the full-width marks, which some spreadsheets take for the others.
_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def inert_cell(text: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def _as_written(cell: str) -> str:
    return cell[1:] if _ESCAPED.match(cell) else cell


def as_csv(answers: Iterable[Exported]) -> str:
    """The table, for UTF-8 with the mark by which spreadsheets know it. Lists have a line for each entry."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for answer in answers:
        writer.writerow(inert_cell(_cell(getattr(answer, name))) for name in COLUMNS)
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def entries(text: str, file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row as named values with the line on which it begins. Raises DataError for what is no such table."""
    rows = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
        if missing := set(COLUMNS) - set(names):
            raise DataError(f"the first row does not name the column {min(missing)}", file, 1)
        line = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(names):
                    raise DataError(f"this row has {len(cells)} cells, the first has {len(names)}", file, line)
                yield line, _entry(dict(zip(names, cells, strict=True)))
            line = rows.line_num + 1
    except csv.Error as error:
        raise DataError(f"is not a table: {error}", file, rows.line_num) from None


def _entry(cells: dict[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {name: _as_written(cells[name]).replace("\r\n", "\n") for name in COLUMNS}
    entry |= {name: [one.strip() for one in entry[name].split("\n") if one.strip()] for name in LISTS}
    return entry | {name: _date(entry[name].strip()) for name in DATES}


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text  # the reader of answers says what is wrong with it
