"""Processes of a benchmark: a free port, waiting until one answers, stopping, memory."""

import socket
import subprocess
import time
from pathlib import Path

import requests

PATIENCE = 120.0  # seconds for a start


class DidNotStart(Exception):
    """A process ended, or did not answer in time."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_answers(url: str, process: subprocess.Popen[bytes], patience: float = PATIENCE) -> None:
    """Raises DidNotStart."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise DidNotStart(f"{process.args!r} ended with {process.returncode}")
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise DidNotStart(f"{process.args!r} did not answer within {patience:.0f} s")


def stopped(process: subprocess.Popen[bytes], patience: float = 30.0) -> None:
    """End it, gently first."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    total = 0.0
    for one in [pid, *_children(pid)]:
        try:
            lines = Path(f"/proc/{one}/status").read_text(encoding="utf-8").splitlines()
        except OSError:  # it ended meanwhile
            continue
        total += next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
    return round(total, 1)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in listed.read_text(encoding="utf-8").split()] if listed.exists() else []
