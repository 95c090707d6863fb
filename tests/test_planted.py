"""The look-out for planted identifiers sees each of them, and every test of the suite is under it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.planted import IDENTIFIERS, PSIDS, found_in
from tests.rules.project import PROJECT

TESTS = """
import sys, logging

def test_prints(): print("my number is 9434765919")
def test_writes(): sys.stderr.write("ZE39 9QF")
def test_logs(): logging.getLogger("a library").warning("sent to %s", "7300000000000042")
def test_is_quiet(): print("my number is 9434765918")
"""


@pytest.mark.parametrize("planted", [*IDENTIFIERS.values(), PSIDS[0], PSIDS[-1]])
def test_what_is_planted_is_seen(planted: str) -> None:
    assert found_in(f'{{"event": "turn", "text": "hello {planted} bye"}}')


def test_other_words_are_not() -> None:
    assert found_in("943 476 5918, 07700 900460, 7300000000000100") == []


def test_a_test_that_prints_or_logs_one_fails(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n")
    (tmp_path / "test_inner.py").write_text(TESTS)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "4 passed, 3 errors" in run.stdout, run.returncode
