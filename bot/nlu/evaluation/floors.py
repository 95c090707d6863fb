"""`nlu_data/floors.yml`: what a release must reach to be used, and whether this one does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.nlu.evaluation.measures import NAMES, Figure
from bot.yaml_files import expect_mapping, line_of, read_yaml

SIDES = ("at_least", "at_most")
EACH_TOPIC, PHRASES = "each_topic", "phrases"
OF_A_TOPIC, OF_PHRASES = {"right": "at_least"}, {"caught": "at_least", "false_alarms": "at_most"}
FEWEST = "fewest_messages"


@dataclass(frozen=True)
class Floor:
    """One measure's limit: a share from 0 to 1, or milliseconds."""

    name: str
    side: str  # at_least or at_most
    limit: float


@dataclass(frozen=True)
class Floors:
    """Everything that the file asks for. `topic` holds for each topic with at least `fewest` messages."""

    overall: tuple[Floor, ...]
    topic: Floor | None = None
    fewest: int = 1
    phrases: tuple[Floor, ...] = ()  # of the phrases by which the safety net is judged: tests/core/safety


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


def read_floors(file: Path) -> Floors:
    """Every floor of the file, in order. Raises DataError naming the line."""
    content = expect_mapping(read_yaml(file), file)
    known = (*SIDES, EACH_TOPIC, PHRASES)
    if unknown := [name for name in content if name not in known]:
        raise DataError(f"{unknown[0]} is none of {', '.join(known)}", file, line_of(content, unknown[0]))
    overall = tuple(floor for side in SIDES if side in content for floor in _side(side, content, file))
    if not overall:
        raise DataError("names no floor", file)
    topic, fewest = _each_topic(content, file)
    return Floors(overall, topic, fewest, tuple(_named(PHRASES, content, OF_PHRASES, file)))


def _side(side: str, content: Mapping[str, Any], file: Path) -> Iterator[Floor]:
    limits = expect_mapping(content[side], file, line_of(content, side))
    for name in limits:
        if name not in NAMES:
            raise DataError(f"{name} is not a measure: {', '.join(NAMES)}", file, line_of(limits, name))
        yield Floor(str(name), side, _number(limits, name, file))


def _each_topic(content: Mapping[str, Any], file: Path) -> tuple[Floor | None, int]:
    """The floor of every topic, and how many messages a topic needs to be judged."""
    named = list(_named(EACH_TOPIC, content, OF_A_TOPIC | {FEWEST: "at_least"}, file))
    fewest = next((int(one.limit) for one in named if one.name == FEWEST), 1)
    return next((one for one in named if one.name != FEWEST), None), max(1, fewest)


def _named(part: str, content: Mapping[str, Any], sides: Mapping[str, str], file: Path) -> Iterator[Floor]:
    if part not in content:
        return
    limits = expect_mapping(content[part], file, line_of(content, part))
    for name in limits:
        if name not in sides:
            raise DataError(f"{name} is none of {', '.join(sides)}", file, line_of(limits, name))
        yield Floor(str(name), sides[name], _number(limits, name, file))


def _number(limits: Mapping[str, Any], name: str, file: Path) -> float:
    limit = limits[name]
    if not isinstance(limit, int | float) or isinstance(limit, bool) or limit < 0 or limit != limit:
        raise DataError(f"{name} is not a number of 0 or more", file, line_of(limits, name))
    return float(limit)


def compare(floors: Iterable[Floor], figures: Mapping[str, Figure]) -> list[Met]:
    """Each floor with what was measured."""
    return [Met(floor, figures[floor.name].value) for floor in floors]
