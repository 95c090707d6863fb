"""The hazard log has no orphans: no hazard without a control, no control without a test, no test that is not there."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.rules.project import PROJECT, parsed

FILE = PROJECT / "docs" / "clinical-safety" / "hazard-log.yml"
LOG: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
HAZARDS: list[dict[str, Any]] = LOG["hazards"]
CONTROLS: list[dict[str, Any]] = LOG["controls"]
TESTS = sorted({test for control in CONTROLS for test in control["tests"]})
HIGHEST_ACCEPTED = 3


@cache
def collected_from(file: Path) -> frozenset[str]:
    """The functions that pytest would collect from a file, those of its test classes as `Class::function`."""
    found = set()
    for node in parsed(file).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            inside = (one.name for one in node.body if isinstance(one, ast.FunctionDef))
            found.update(f"{node.name}::{name}" for name in inside if name.startswith("test_"))
    return frozenset(found)


@pytest.mark.parametrize("test", TESTS)
def test_every_test_that_proves_a_control_exists(test: str) -> None:
    file, _, function = test.partition("::")
    assert (PROJECT / file).is_file()
    assert Path(file).name.startswith("test_")
    assert function in collected_from(PROJECT / file)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_every_hazard_is_complete_and_has_controls(hazard: dict[str, Any]) -> None:
    needed = {"id", "hazard", "causes", "effect", "harm", "initial", "controls", "residual", "status"}
    assert needed <= hazard.keys() <= needed | {"practice", "closed_because"}
    assert all(hazard[name] for name in needed)
    assert hazard["status"] in ("open", "closed")
    assert ("closed_because" in hazard) == (hazard["status"] == "closed")
    assert len(hazard["controls"]) == len(set(hazard["controls"]))


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_every_risk_is_that_of_the_matrix_and_the_controls_lower_it(hazard: dict[str, Any]) -> None:
    for when in ("initial", "residual"):
        risk = hazard[when]
        assert risk["risk"] == LOG["matrix"][risk["likelihood"]][LOG["severities"].index(risk["severity"])]
    likelihoods = list(LOG["matrix"])  # the most likely first
    assert likelihoods.index(hazard["residual"]["likelihood"]) > likelihoods.index(hazard["initial"]["likelihood"])
    assert hazard["residual"]["risk"] <= HIGHEST_ACCEPTED


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control["id"])
def test_every_control_says_what_it_is_and_names_its_tests(control: dict[str, Any]) -> None:
    assert control.keys() == {"id", "what", "tests"}
    assert control["what"].endswith(".")
    assert control["tests"]
    assert len(control["tests"]) == len(set(control["tests"]))


def test_every_control_is_used_and_every_control_that_is_used_exists() -> None:
    used = {name for hazard in HAZARDS for name in hazard["controls"]}
    known = {control["id"] for control in CONTROLS}
    assert used - known == set()
    assert known - used == set()


def test_no_id_stands_twice_and_hazards_are_numbered_without_a_gap() -> None:
    controls = Counter(control["id"] for control in CONTROLS)
    assert [name for name, times in controls.items() if times > 1] == []
    assert [hazard["id"] for hazard in HAZARDS] == [f"H{number:02}" for number in range(1, len(HAZARDS) + 1)]
    assert len(HAZARDS) >= 20


def test_the_matrix_is_whole_and_every_risk_has_a_meaning() -> None:
    assert len(LOG["severities"]) == len(LOG["matrix"]) == 5
    assert {len(row) for row in LOG["matrix"].values()} == {5}
    assert {cell for row in LOG["matrix"].values() for cell in row} == LOG["meanings"].keys()


def test_nobody_has_signed_who_is_not_named() -> None:
    assert (LOG["signed_by"] is None) == (LOG["signed_on"] is None)
