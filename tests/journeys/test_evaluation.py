"""`python -m bot evaluate` on the real model: the release of the data as it is reaches every floor."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot import wiring
from tests.journeys.stack import Stack

pytestmark = pytest.mark.rasa


@pytest.mark.timeout(900)
def test_the_release_reaches_every_floor(shared_stack: Stack, tmp_path: Path) -> None:
    before = shared_stack.stored()
    command = [sys.executable, "-m", "bot", "evaluate", "--out", str(tmp_path)]
    ran = subprocess.run(
        command, cwd=wiring.PROJECT, env=shared_stack.environment, capture_output=True, text=True, timeout=840
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2_000:]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert all(floor["met"] for floor in report["floors"])
    assert report["messages"] > 1_000
    assert "Good enough" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert shared_stack.stored() == before
