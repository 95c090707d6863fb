"""The floors file: what it may hold, and when a floor is met."""

from pathlib import Path

import pytest

from bot import wiring
from bot.errors import DataError
from bot.nlu.evaluation.floors import Floor, Floors, compare, read_floors
from bot.nlu.evaluation.measures import Figure


def floors_of(tmp_path: Path, content: str) -> Floors:
    file = tmp_path / "floors.yml"
    file.write_text(content, encoding="utf-8")
    return read_floors(file)


def test_floors_of_both_sides(tmp_path: Path) -> None:
    assert floors_of(tmp_path, "at_least:\n  topic_right: 0.9\nat_most:\n  milliseconds_p99: 200\n").overall == (
        Floor("topic_right", "at_least", 0.9),
        Floor("milliseconds_p99", "at_most", 200),
    )


def test_the_floor_of_each_topic_and_those_of_the_safety_phrases(tmp_path: Path) -> None:
    found = floors_of(
        tmp_path,
        "at_most: {false_alarm: 0.1}\neach_topic: {right: 0.6, fewest_messages: 8}\n"
        "phrases: {caught: 0.9, false_alarms: 0.05}\n",
    )
    assert (found.topic, found.fewest) == (Floor("right", "at_least", 0.6), 8)
    assert found.phrases == (Floor("caught", "at_least", 0.9), Floor("false_alarms", "at_most", 0.05))


def test_the_projects_floors_are_in_order() -> None:
    names = {(floor.name, floor.side) for floor in read_floors(wiring.NLU_DATA / "floors.yml").overall}
    assert {
        ("topic_right", "at_least"),
        ("safety_caught", "at_least"),
        ("confidently_wrong", "at_most"),
        ("out_of_scope_answered", "at_most"),
        ("expected_calibration_error", "at_most"),
    } <= names


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("at_least:\n  topic_right: 0.9\n  topics_right: 0.9\n", ":3: topics_right is not a measure"),
        ("at_least:\n  topic_right: high\n", ":2: topic_right is not a number"),
        ("at_least:\n  topic_right: true\n", ":2: topic_right is not a number"),
        ("at_least:\n  topic_right: .nan\n", ":2: topic_right is not a number"),
        ("at_least:\n  topic_right: -1\n", ":2: topic_right is not a number"),
        ("at_least:\n  topic_right:\n", ":2: topic_right is not a number"),
        ("at_last:\n  topic_right: 0.9\n", ":1: at_last is none of at_least, at_most"),
        ("at_least: {topic_right: 1}\neach_topic:\n  wrong: 1\n", ":3: wrong is none of right, fewest_messages"),
        ("at_least: {topic_right: 1}\nphrases:\n  caught: no\n", ":3: caught is not a number"),
        ("each_topic: {right: 0.9}\n", "names no floor"),
        ("at_least: 0.9\n", ":1: an entry is not"),
        ("- topic_right\n", "an entry is not"),
        ("{}\n", "names no floor"),
        ("", "an entry is not"),
        ("at_least: [\n", "is not valid YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(DataError) as raised:
        floors_of(tmp_path, content)
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("side", "value", "is_met"),
    [
        ("at_least", 0.9, True),
        ("at_least", 0.89, False),
        ("at_most", 0.9, True),
        ("at_most", 0.91, False),
        # nobody knows whether it would hold
        ("at_least", None, False),
        ("at_most", None, False),
    ],
)
def test_when_a_floor_is_met(side: str, value: float | None, is_met: bool) -> None:
    [met] = compare([Floor("topic_right", side, 0.9)], {"topic_right": Figure(value, 0, 1, 10)})
    assert met.is_met is is_met
