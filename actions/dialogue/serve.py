"""`python -m actions.dialogue.serve run|shell ...`: Rasa with our action beside it, on loopback, ended together.

The token is taken from the environment and given to the action's process alone, so that Rasa itself never has it.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings

TOKEN, ACTION_PORT = "DECIDE_TOKEN", "ACTION_PORT"
SLOWEST_START = 120.0  # seconds; usually about 3
ACTIONS = "actions.dialogue.decide"  # not the package: the rest of it imports all of Rasa


def start_actions(port: str) -> subprocess.Popen:
    ours = {TOKEN: os.environ.pop(TOKEN), "SANIC_HOST": "127.0.0.1"}
    command = [sys.executable, "-m", "rasa_sdk", "--actions", ACTIONS, "--port", port, "--quiet"]
    return subprocess.Popen(command, env={**os.environ, **ours}, stdin=subprocess.DEVNULL)  # noqa: S603 - our own


def wait_for_actions(running: subprocess.Popen, port: str) -> None:
    """Until the action server answers. Raises RuntimeError where it does not."""
    until = time.monotonic() + SLOWEST_START
    while time.monotonic() < until and running.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the action server did not start")


def say_nothing(*warning: object, **more: object) -> None:
    """In place of printing a warning: Rasa's quote a message that begins with a slash."""


def serve(port: str) -> None:
    """Run what the command line says until it ends or SIGTERM comes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # Rasa replaces this once it serves
    actions = start_actions(port)
    try:
        from rasa.__main__ import main  # takes ten seconds, in which the other starts too

        warnings.showwarning = say_nothing
        wait_for_actions(actions, port)
        sys.argv = ["rasa", *sys.argv[1:]]
        main()
    finally:
        actions.terminate()
        actions.wait(timeout=10)


if __name__ == "__main__":
    serve(os.environ[ACTION_PORT])
