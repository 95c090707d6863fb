"""Runs the checks of `inside_rasa.py` and `training_inside_rasa.py` in Rasa's environment."""

import subprocess

import pytest

from bot import wiring
from bot.nlu.training_run import ONE_THREAD, rasa_environment
from tests.conftest import skip_or_fail


@pytest.mark.rasa
@pytest.mark.parametrize(("checks", "number"), [("inside_rasa", 26), ("training_inside_rasa", 6)])
def test_what_runs_inside_rasa_keeps_its_promises(checks: str, number: int) -> None:
    python = wiring.PROJECT / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        skip_or_fail("the rasa environment is missing: make test sets it up")
    ran = subprocess.run(
        [str(python), "-m", "unittest", f"tests.actions.{checks}"],
        cwd=wiring.PROJECT,
        env=rasa_environment(wiring.PROJECT) | ONE_THREAD,
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert ran.returncode == 0, ran.stderr
    assert f"Ran {number} tests" in ran.stderr
