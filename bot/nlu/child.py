"""Child processes that end with us, also where we are killed."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PATIENCE = 20.0  # seconds to end by itself


def start(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], output: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    """Start a command of ours. Where the system can (Linux), it is killed as soon as we are."""
    setpriv = shutil.which("setpriv")
    tied = [setpriv, "--pdeathsig", "KILL", *command] if setpriv else list(command)
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        tied, cwd=folder, env=dict(environment), stdout=output, stderr=subprocess.STDOUT
    )


def end(running: subprocess.Popen[bytes]) -> None:
    """End it, if it still runs; one that does not listen is killed."""
    running.terminate()
    try:
        running.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
