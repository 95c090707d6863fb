"""Trainer processes of a test, as `tests.trainer.process` makes them."""

import os
import subprocess
import sys
from pathlib import Path

from bot import wiring


class Trainer:
    """Starts and kills trainer processes on one database."""

    def __init__(self, url: str, var: Path, project: Path) -> None:
        self._command = [sys.executable, "-m", "tests.trainer.process", url, str(var), str(project)]
        self._var, self.running = var, list[subprocess.Popen[bytes]]()

    def start(self, slow: float) -> subprocess.Popen[bytes]:
        environment = os.environ | {"SLOW_TRAINING": str(slow), "NO_PROXY": "127.0.0.1"}
        self._var.mkdir(exist_ok=True)
        with (self._var / "trainer.log").open("ab") as log:
            started = subprocess.Popen(
                self._command, cwd=wiring.PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        self.running.append(started)
        return started

    def children(self) -> list[int]:
        """Processes that train for us."""
        found = subprocess.run(["pgrep", "-f", f"small_rasa.py.*{self._var}"], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]
