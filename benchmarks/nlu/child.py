"""A child process, and what it cost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY = 0.1  # seconds
PER_MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024  # the unit of `ru_maxrss` differs


class ChildFailed(Exception):
    """It took too long, or ended with an error."""


@dataclass(frozen=True)
class Cost:
    """Wall seconds, the processor seconds in them, and the most memory that was resident at once."""

    seconds: float
    processor_seconds: float
    peak_mb: float


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float) -> Cost:
    """Run to the end. What it prints goes to `output.txt` in `folder`. Raises ChildFailed."""
    with (folder / "output.txt").open("ab") as output:
        began = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            while True:
                # Not `child.wait`: only this gives the resources of this one child.
                ended, status, usage = os.wait4(child.pid, os.WNOHANG)
                seconds = time.perf_counter() - began
                if ended:
                    child.returncode = os.waitstatus_to_exitcode(status)
                    break
                if seconds > timeout:
                    raise ChildFailed(f"not done after {timeout:.0f} s")
                time.sleep(LOOK_EVERY)
        finally:
            if child.returncode is None:
                child.send_signal(signal.SIGKILL)
                child.wait()
    if child.returncode != 0:
        raise ChildFailed(f"ended with {child.returncode}: {last_line(folder)}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / PER_MEGABYTE)


def last_line(folder: Path) -> str:
    """The end of what was printed."""
    lines = (folder / "output.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "nothing was printed"
