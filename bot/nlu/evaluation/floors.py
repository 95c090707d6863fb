"""`nlu_data/floors.yml`: what a release must reach to be used, and whether this one does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.nlu.evaluation.measures import NAMES, Figure
from bot.yaml_files import expect_mapping, line_of, read_yaml

SIDES = ("at_least", "at_most")


@dataclass(frozen=True)
class Floor:
    """One measure's limit: a share from 0 to 1, or milliseconds."""

    name: str
    side: str  # at_least or at_most
    limit: float


@dataclass(frozen=True)
class Met:
    """A floor with what was measured. What could not be measured is not met: nobody knows."""

    floor: Floor
    value: float | None

    @property
    def is_met(self) -> bool:
        if self.value is None:
            return False
        return self.value >= self.floor.limit if self.floor.side == "at_least" else self.value <= self.floor.limit


def read_floors(file: Path) -> list[Floor]:
    """Every floor of the file, in order. Raises DataError naming the line."""
    content = expect_mapping(read_yaml(file), file)
    if unknown := [side for side in content if side not in SIDES]:
        raise DataError(f"{unknown[0]} is neither {' nor '.join(SIDES)}", file, line_of(content, unknown[0]))
    floors = [floor for side in content for floor in _side(side, content, file)]
    if not floors:
        raise DataError("names no floor", file)
    return floors


def _side(side: str, content: Mapping[str, Any], file: Path) -> Iterator[Floor]:
    limits = expect_mapping(content[side], file, line_of(content, side))
    for name, limit in limits.items():
        if name not in NAMES:
            raise DataError(f"{name} is not a measure: {', '.join(NAMES)}", file, line_of(limits, name))
        if not isinstance(limit, int | float) or isinstance(limit, bool) or limit < 0 or limit != limit:
            raise DataError(f"{name} is not a number of 0 or more", file, line_of(limits, name))
        yield Floor(str(name), side, float(limit))


def compare(floors: Iterable[Floor], figures: Mapping[str, Figure]) -> list[Met]:
    """Each floor with what was measured."""
    return [Met(floor, figures[floor.name].value) for floor in floors]
