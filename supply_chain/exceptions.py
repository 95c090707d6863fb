"""Known weaknesses that cannot be mended now, each with the reason why it does no harm and a date to look again."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml

FILE = Path(__file__).parent / "exceptions.yml"
FIELDS = ("advisory", "package", "fixed_in", "weakness", "forced_by", "contained", "review_by")


@dataclass(frozen=True)
class Contained:
    """One advisory that is lived with. `fixed_in` is the first version without it, "" where there is none."""

    advisory: str
    package: str
    fixed_in: str
    weakness: str
    forced_by: str
    contained: str
    review_by: date


def read_exceptions(file: Path = FILE) -> list[Contained]:
    """Every exception, in order. Raises DataError with file and line where one lacks something or stands twice."""
    found: list[Contained] = []
    for entry in expect_list(read_yaml(file), file):
        one = _exception(expect_mapping(entry, file), file)
        if any((one.advisory, one.package) == (other.advisory, other.package) for other in found):
            raise DataError(f"{one.advisory} stands twice", file, line_of(entry))
        found.append(one)
    return found


def _exception(entry: Any, file: Path) -> Contained:
    line = line_of(entry)
    if wrong := set(entry) ^ set(FIELDS):
        raise DataError(f"{', '.join(sorted(wrong))}: missing or unknown", file, line)
    values = dict(entry)
    review_by = values.pop("review_by")
    if not isinstance(review_by, date):
        raise DataError("review_by is not a date", file, line)
    texts = {name: str(value or "").strip() for name, value in values.items()}
    if empty := [name for name, text in texts.items() if not text and name != "fixed_in"]:
        raise DataError(f"{', '.join(empty)} is empty", file, line)
    return Contained(**texts, review_by=review_by)
